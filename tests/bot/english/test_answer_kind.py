import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.english.answer_kind import AnswerKind, find_of_kind, is_list, is_yes_no, kind_of, pick
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@given(st.sampled_from(AnswerKind), HOSTILE, HOSTILE)
def test_what_is_found_lies_within_the_sentence_and_apart(
    kind: AnswerKind, question: str, sentence: str
) -> None:
    spans = find_of_kind(kind, question, sentence)
    assert all(span.of(sentence).strip() for span in spans)
    assert all(span.end <= len(sentence) for span in spans)
    ordered = sorted(spans)
    assert not any(a.overlaps(b) for a, b in itertools.pairwise(ordered))


@given(st.sampled_from(AnswerKind), HOSTILE, HOSTILE)
def test_one_of_what_was_found_is_picked_or_none(
    kind: AnswerKind, question: str, sentence: str
) -> None:
    spans = find_of_kind(kind, question, sentence)
    picked = pick(kind, spans, question, sentence)
    assert picked is None or picked in spans


@given(HOSTILE)
def test_any_question_is_judged_by_its_words_however_it_is_spaced(question: str) -> None:
    spaced = f"  {question}\n"
    assert kind_of(spaced) is kind_of(question)
    assert is_yes_no(spaced) is is_yes_no(question)
    assert is_list(spaced) is is_list(question)


@pytest.mark.parametrize(
    "date",
    [
        "in early 2014",
        "two years ago",
        "in the spring of 1931",
        "1931",
        "in the 1790s",
        "in the 12th century",
        "a week later",
        "yesterday",
        "on Monday",
    ],
)
def test_a_date_is_found_in_any_of_its_forms(date: str) -> None:
    sentence = f"The ferry sank {date}."
    found = [s.of(sentence) for s in find_of_kind(AnswerKind.TIME, "When did it sink?", sentence)]
    assert found and all(words in date for words in found)


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
    ("kind", "question", "sentence", "found"),
    [
        (
            AnswerKind.TIME,
            "When was it?",
            "It was on September 28, 2015 in town.",
            "September 28, 2015",
        ),
        (AnswerKind.NUMBER, "How many died?", "The war has cost 220,000 lives.", "220,000"),
        (AnswerKind.PLACE, "Where did they meet?", "The two met in Antalya.", "in Antalya"),
    ],
)
def test_plain_answers_are_found(
    kind: AnswerKind, question: str, sentence: str, found: str
) -> None:
    spans = find_of_kind(kind, question, sentence)
    assert [span.of(sentence) for span in spans] == [found]


def test_what_the_question_names_itself_is_no_answer() -> None:
    assert find_of_kind(AnswerKind.PLACE, "Who was in Oban?", "They met in Oban.") == []


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


@pytest.mark.parametrize("number", ["Two", "Forty-one", "About 30", "Dozens"])
def test_a_number_that_opens_the_sentence_is_found(number: str) -> None:
    sentence = f"{number} people were killed and 17 injured."
    found = find_of_kind(AnswerKind.NUMBER, "How many people were killed?", sentence)
    assert sorted(span.of(sentence) for span in found) == sorted([number, "17"])


def test_a_figure_is_picked_by_what_it_counts() -> None:
    question, sentence = (
        "How many ferries sailed?",
        "By noon 40 ferries lay idle off the harbour, beside its 12 piers.",
    )
    spans = find_of_kind(AnswerKind.NUMBER, question, sentence)
    picked = pick(AnswerKind.NUMBER, spans, question, sentence)
    assert len(spans) == 2 and picked is not None and picked.of(sentence).endswith("40")
