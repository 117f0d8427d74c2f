from dataclasses import replace

import pytest
from hypothesis import given

from bot.composition.refusal import missing_words, why_refused
from bot.english.question import Question
from tests.bot.checks import any_text, candidate_of, make_article, make_evidence, wordy_text

NEAR = [
    candidate_of("The ferries of Oban carried 40 people in 2015."),
    candidate_of("Obama spoke."),
]


def test_words_that_no_passage_near_has_are_named_in_order() -> None:
    question = "How many ferries did Napoleon carry to Oban in 1815, and who sank them?"
    assert missing_words(Question.of(question), NEAR) == ("Napoleon", "1815", "sank")


def test_a_name_is_missing_as_a_whole_or_not_at_all() -> None:
    assert missing_words(Question.of("Did Barack Obama win the World Cup?"), NEAR) == (
        "win",
        "World Cup",
    )


def test_nothing_is_missing_where_nothing_was_found_or_all_is_there() -> None:
    assert missing_words(Question.of("Did Napoleon sink?"), []) == ()
    assert missing_words(Question.of("How many ferries has Oban?"), NEAR) == ()


@given(any_text | wordy_text)
def test_whatever_is_missing_stands_in_the_question(question: str) -> None:
    assert all(word in question for word in missing_words(Question.of(question), NEAR))


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ([("Oban", "May"), ("May",)], "the nearest passages do not mention May"),
        ([("May",), ("Oban",)], "no passage answers the question with enough certainty"),
        ([("May",), ()], "no passage answers the question with enough certainty"),
        ([], "no passage bears on the question"),
    ],
)
def test_a_refusal_names_only_what_no_place_found_mentions(missing, reason) -> None:
    found = make_evidence(make_article("It sank."), "It sank.")
    assert why_refused([replace(found, missing=names) for names in missing]) == reason
