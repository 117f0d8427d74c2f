"""Negatives that really are some: their passage does not answer their question."""

import random

from tests.training.material import CASTLE, FERRY, PAIRS, answered
from training.data.negatives import (
    cut_negatives,
    near_negatives,
    swapped_negatives,
    turned_negatives,
)
from training.data.pairs import Pair


def test_a_swapped_question_asks_for_what_it_did_not_ask_before():
    found = swapped_negatives(PAIRS, random.Random(0))
    assert found
    before = {pair.question for pair in PAIRS}
    for pair in found:
        assert (pair.start, pair.end, pair.kind) == (-1, -1, "swapped")
        assert pair.question not in before


def test_a_near_passage_does_not_hold_the_answer(encoder):
    long = [answered(p.question, p.passage + " It rained." * 25, "1931") for p in PAIRS[:1]]
    other = [answered("Who?", CASTLE + " It rained." * 25, "Angus Reid")]
    found = near_negatives(long * 30 + other * 30, encoder, random.Random(0))
    assert found
    for pair in found:
        assert pair.start == -1
        assert ("1931" in pair.passage) is (pair.question == "Who?")


def test_a_turned_question_differs_in_one_word_that_its_passage_does_not_hold():
    question = "Who was the first, and oldest, keeper of the northern light?"
    passage = "Angus Reid was the first keeper of the northern light, and the oldest."
    pairs = [answered(question, passage, "Angus Reid")] * 60
    found = turned_negatives(pairs, random.Random(0))
    assert 15 < len(found) < 45  # about half of them
    for pair in found:
        assert (pair.start, pair.end, pair.kind) == (-1, -1, "turned")
        assert pair.passage == passage
        before, after = question.split(), pair.question.split()
        (at,) = [n for n, word in enumerate(before) if word != after[n]]
        assert len(before) == len(after)
        assert after[at].strip(",?") not in passage
    assert {pair.question for pair in found} == {
        question.replace("first", "last"),
        question.replace("oldest", "newest"),
        question.replace("northern", "southern"),
    }


def test_a_word_is_not_turned_into_one_that_the_passage_holds_too():
    passage = "Angus Reid was the first keeper of the light and Mary Boyd the last."
    pairs = [answered("Who was the first keeper of the light?", passage, "Angus Reid")] * 60
    assert not [p for p in turned_negatives(pairs, random.Random(0)) if "last" in p.question]


def test_now_and_then_the_verb_of_a_longer_question_is_denied():
    question = "Which harbour did the ferry Marlin sail from that week?"
    passage = "The Marlin had come from Oban."
    pairs = [answered(question, passage, "Oban")] * 1000
    found = turned_negatives(pairs, random.Random(0))
    assert 3 < len(found) < 60
    assert {p.question for p in found} == {question.replace("did", "did not")}
    short = [answered("When did the ferry Marlin sink?", FERRY, "1931")] * 1000
    assert turned_negatives(short, random.Random(0)) == []


def test_a_question_without_an_answer_is_not_turned():
    pairs = [Pair("Who was the first keeper of the light?", FERRY, kind="near")] * 100
    assert turned_negatives(pairs, random.Random(0)) == []


STORY = "It was a dark night. The ferry Marlin sank in 1931. Boats came from Oban.\n\nSix men swam."


def test_a_cut_passage_lacks_the_sentence_that_answers_and_nothing_else():
    pairs = [answered("When did the Marlin sink?", STORY, "1931")] * 100
    found = cut_negatives(pairs, random.Random(0))
    assert 20 < len(found) < 50  # about a third of them
    for pair in found:
        assert (pair.start, pair.end, pair.kind) == (-1, -1, "cut")
        assert pair.question == "When did the Marlin sink?"
        assert pair.passage == STORY.replace("The ferry Marlin sank in 1931. ", "")


def test_a_passage_is_not_cut_when_it_is_short_or_answers_elsewhere_too():
    short = answered("When did the Marlin sink?", FERRY, "1931")
    twice = answered("When did the Marlin sink?", STORY + " That was in 1931.", "1931")
    unanswered = Pair("Who was it?", STORY, kind="near")
    assert cut_negatives([short, twice, unanswered] * 50, random.Random(0)) == []
