import itertools

import pytest
from hypothesis import given

from bot.english.answer_kind import AnswerKind, find_places, is_list, is_yes_no, kind_of
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@given(HOSTILE)
def test_the_places_found_lie_within_the_sentence_and_apart(sentence: str) -> None:
    spans = find_places(sentence)
    assert all(span.of(sentence).strip() for span in spans)
    assert all(span.end <= len(sentence) for span in spans)
    assert not any(a.overlaps(b) for a, b in itertools.pairwise(sorted(spans)))


@given(HOSTILE)
def test_any_question_is_judged_by_its_words_however_it_is_spaced(question: str) -> None:
    spaced = f"  {question}\n"
    assert kind_of(spaced) is kind_of(question)
    assert is_yes_no(spaced) is is_yes_no(question)
    assert is_list(spaced) is is_list(question)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who met Obama?", AnswerKind.THING),
        ("Where did Obama speak?", AnswerKind.PLACE),
        ("When did Putin speak?", AnswerKind.TIME),
        ("How many lives has the war cost?", AnswerKind.NUMBER),
        ("How long did they talk?", AnswerKind.DURATION),
        ("Why did Putin leave?", AnswerKind.SENTENCE),
    ],
)
def test_the_question_word_tells_the_kind(question: str, kind: AnswerKind) -> None:
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The two met in Antalya.", "in Antalya"),
        ("He said so in his speech to the council.", "in his speech"),
        ("A London-based firm bought it.", "London"),
    ],
)
def test_places_and_occasions_are_found(sentence: str, found: str) -> None:
    assert [span.of(sentence) for span in find_places(sentence)] == [found]


def test_only_what_has_a_form_of_its_own_is_a_figure() -> None:
    assert {kind for kind in AnswerKind if kind.is_figure} == {
        AnswerKind.TIME,
        AnswerKind.NUMBER,
        AnswerKind.DURATION,
    }


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Is the ferry late?", True),
        ("Did Reid leave?", True),
        ("Isn’t the ferry late?", True),
        ("And will it sail", True),
        ("  has it sailed?", True),
        ("Who is late?", False),
        ("Did it sail when the wind fell?", True),
        ("Why is it late?", False),
        ("island life", False),
        ("", False),
        ("Was the man who pushed the woman arrested?", True),
        ("Was anyone hurt when the bus crashed?", True),
        ("Can you tell me who won?", False),
        ("Is it known how many died?", False),
        ("Did he say when he would go?", False),
    ],
)
def test_a_yes_or_a_no_answers_what_begins_with_its_verb(question: str, expected: bool) -> None:
    assert is_yes_no(question) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which towns have bridges?", True),
        ("What three ferries are in service?", True),
        ("Who were the ministers?", True),
        ("Name all the harbours", True),
        ("What are the plans?", True),
        ("What were the causes?", True),
        ("Which ferries sank?", True),
        ("Which towns lost power?", True),
        ("Which town has a bridge?", False),
        ("Which crisis is it?", False),
        ("Which country gives money?", False),
        ("What is this?", False),
        ("Who is the mayor?", False),
    ],
)
def test_a_list_is_wanted_when_several_things_are_asked_for(question: str, expected: bool) -> None:
    assert is_list(question) is expected
