"""The written questions: answers in place below title and date, histories, near misses, verdicts."""

import random

import pytest

from tests.training.material import write, written_row
from training.data.written import (
    HISTORY_ANSWER,
    head_of,
    history_of,
    row_pairs,
    with_strange_histories,
    with_terms,
    written_pairs,
)

HEAD = "Marlin lost in the west\nMay 3, 1931\n"


def words(pair):
    return pair.passage[pair.start : pair.end]


@pytest.fixture
def pairs():
    """The pairs of one row by question and kind."""
    return {(pair.question, pair.kind): pair for pair in row_pairs(written_row())}


def test_title_and_date_stand_in_front_as_the_reader_gets_them(pairs):
    assert head_of(written_row()) == HEAD
    for pair in pairs.values():
        assert pair.passage == HEAD + written_row()["text"]
        assert pair.head == len(HEAD)
        assert pair.group == "written-1"


@pytest.mark.parametrize(
    ("title", "date", "head"),
    [("", None, ""), ("Loss", None, "Loss\n"), (None, "1931-12-24", "December 24, 1931\n")],
)
def test_a_passage_without_title_or_date_has_a_shorter_head(title, date, head):
    assert head_of({"title": title, "date": date}) == head


def test_answers_stand_in_text_and_title(pairs):
    assert words(pairs["When did the Marlin sink?", "answer"]) == "1931"
    lost = pairs["What was lost?", "answer"]
    assert (words(lost), lost.start) == ("Marlin", 0)


def test_a_list_keeps_its_further_answers(pairs):
    pair = pairs["Who swam ashore?", "answer"]
    assert words(pair) == "Mary Boyd"
    assert [pair.passage[start:end] for start, end in pair.others] == ["Ian Gray"]


def test_a_near_miss_has_no_answer(pairs):
    pair = pairs["Who built the Marlin?", "near miss"]
    assert (pair.start, pair.end, pair.others) == (-1, -1, ())


def test_a_follow_up_is_asked_with_its_history_and_rewritten_without(pairs):
    with_history = pairs["And where?", "follow-up"]
    rewritten = pairs["Where did the Marlin sink?", "standalone"]
    assert with_history.history == ("When did the Marlin sink? 1931",)
    assert rewritten.history == ()
    assert words(with_history) == words(rewritten) == "off Oban"


def test_a_yes_or_no_question_has_its_verdict_and_its_evidence(pairs):
    pair = pairs["Did the captain survive?", "verdict"]
    assert (pair.verdict, words(pair)) == ("yes", "swam ashore")
    assert {pair.verdict for pair in pairs.values()} == {"", "yes"}


def test_a_history_is_the_last_turns_the_latest_first_with_the_beginning_of_each_answer():
    answers = {"Who?": "Mary Boyd, Ian Gray", "How many?": "word " * 40}
    found = history_of(["When?", "Where?", "Who?", "How many?"], answers)
    assert found == (
        "How many?" + " word" * HISTORY_ANSWER,
        "Who? Mary Boyd, Ian Gray",
        "Where?",
    )


def test_a_strange_history_changes_nothing_else():
    pairs = [pair for number in range(20) for pair in row_pairs(written_row(number))]
    alone = [pair for pair in pairs if not pair.history]
    found = with_strange_histories(pairs, 0.5, random.Random(0))
    assert len(found) == len(alone) // 2
    histories = {pair.history for pair in pairs if pair.history}
    for pair in found:
        assert pair.history in histories
        assert words(pair) in {words(one) for one in alone if one.question == pair.question}
    assert with_strange_histories(pairs, 0, random.Random(0)) == []


def test_the_parts_are_read_by_name(tmp_path):
    write(tmp_path, "train", [written_row(1), written_row(2)], part="written")
    write(tmp_path, "valid", [written_row(3)], part="written")
    assert {pair.group for pair in written_pairs(tmp_path)} == {"written-1", "written-2"}
    assert {pair.group for pair in written_pairs(tmp_path, "valid")} == {"written-3"}


def test_a_follow_up_is_also_asked_with_the_words_it_needs_from_before():
    turn = {
        "history": ["When did the ferry Marlin sink?"],
        "question": "And where?",
        "rewrite": "Where did the Marlin sink?",
    }
    answers = {"When did the ferry Marlin sink?": "in 1931"}
    assert with_terms(turn, answers) == "And where? (Marlin sink)"
    nothing = turn | {"question": "Where did the Marlin sink?"}
    assert with_terms(nothing, answers) == "Where did the Marlin sink?"
