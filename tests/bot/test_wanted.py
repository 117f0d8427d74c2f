import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wanted import Wanted, find_wanted, pick, speaker, wanted
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@given(st.sampled_from(Wanted), HOSTILE, HOSTILE)
def test_what_is_found_lies_within_the_sentence_and_apart(
    kind: Wanted, question: str, sentence: str
) -> None:
    spans = find_wanted(kind, question, sentence)
    assert all(span.of(sentence).strip() for span in spans)
    assert all(span.end <= len(sentence) for span in spans)
    ordered = sorted(spans)
    assert not any(a.overlaps(b) for a, b in itertools.pairwise(ordered))


@given(st.sampled_from(Wanted), HOSTILE, HOSTILE)
def test_one_of_what_was_found_is_picked_or_none(
    kind: Wanted, question: str, sentence: str
) -> None:
    spans = find_wanted(kind, question, sentence)
    picked = pick(kind, spans, question, sentence)
    assert picked is None or picked in spans


@given(HOSTILE)
def test_any_question_is_of_some_kind(question: str) -> None:
    assert wanted(question) in Wanted
    assert speaker(question) != ""


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who met Obama?", Wanted.PERSON),
        ("Where did Obama speak?", Wanted.PLACE),
        ("When did Putin speak?", Wanted.TIME),
        ("How many lives has the war cost?", Wanted.NUMBER),
        ("How long did they talk?", Wanted.DURATION),
        ("Why did Putin leave?", Wanted.SENTENCE),
    ],
)
def test_the_question_word_tells_the_kind(question: str, kind: Wanted) -> None:
    assert wanted(question) is kind


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "found"),
    [
        (
            Wanted.TIME,
            "When was it?",
            "It was on September 28, 2015 in town.",
            "September 28, 2015",
        ),
        (Wanted.NUMBER, "How many died?", "The war has cost 220,000 lives.", "220,000"),
        (Wanted.PLACE, "Where did they meet?", "The two met in Antalya.", "in Antalya"),
    ],
)
def test_plain_answers_are_found(kind: Wanted, question: str, sentence: str, found: str) -> None:
    spans = find_wanted(kind, question, sentence)
    assert [span.of(sentence) for span in spans] == [found]


def test_what_the_question_names_itself_is_no_answer() -> None:
    assert find_wanted(Wanted.PERSON, "Who met Obama?", "They met Obama.") == []


def test_the_one_whose_words_are_asked_for_is_known() -> None:
    assert speaker("What did Lavrov say about it?") == "lavrov"
    assert speaker("What was said about it?") is None
