"""Questions with the passages to be found: around the answer, in batches of near passages."""

import numpy as np
import pytest

from tests.training.material import FERRY, write, written_row
from training.data import searches as made
from training.data.searches import GROUP, GROUPS, Search, batches, searches

SENTENCES = [f"Sentence number {n} tells of the harbour and of its boats." for n in range(60)]
LONG = " ".join([*SENTENCES[:30], FERRY, *SENTENCES[30:]])


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The public files with a row or two each, and as many of them used."""
    monkeypatch.setattr(made, "PUBLIC", 1)
    monkeypatch.setattr(made, "HEADLINES", 1)
    row = {"question": "When did it sink?", "context": LONG, "answers": ["1931"]}
    row |= {"answer_start": [LONG.index("1931")]}
    rows = [
        row | {"source": "qed_nq"},
        row | {"source": "nq_swap", "question": "False on purpose?"},
    ]
    write(tmp_path, "train", rows)
    write(tmp_path, "train", [written_row()], part="written")
    article = {"id": 7, "title": "MARLIN LOST", "text": LONG}
    write(tmp_path, "bbc", [article], part="news")
    write(tmp_path, "reuters", [], part="news")
    return tmp_path


def test_every_passage_holds_its_answer_and_whole_sentences(data):
    found = {one.question: one for one in searches(data)}
    asked = found["When did it sink?"]
    assert FERRY in asked.passage
    assert made.WORDS <= len(asked.passage.split()) < made.WORDS + 15
    assert asked.passage[0].isupper()
    assert asked.passage.endswith(".")


def test_contexts_that_are_false_on_purpose_are_left_out(data):
    assert "False on purpose?" not in {one.question for one in searches(data)}


def test_a_headline_stands_for_a_question(data):
    assert "Marlin lost" in {one.question for one in searches(data)}


def test_follow_ups_are_asked_as_they_stand_alone(data):
    questions = {one.question for seed in range(9) for one in searches(data, seed)}
    assert "Where did the Marlin sink?" in questions
    assert "And where?" not in questions


def test_a_passage_that_holds_the_answer_is_no_negative():
    asked = Search("When did it sink?", FERRY, "1931", "a")
    assert asked.is_answered_by(Search("Who?", "Built in 1931.", "", "b"))
    assert asked.is_answered_by(Search("Who?", "Another part.", "", "a"))
    assert not asked.is_answered_by(Search("Who?", "Built in 1932.", "", "b"))


def test_batches_hold_every_pair_once_with_neighbours_of_other_texts():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(20, 16))
    pairs, rows = [], []
    for n in range(20 * GROUP):
        pairs.append(Search(f"question {n}", f"passage {n}", "", f"text {n // 2}"))
        rows.append(centres[n % 20] + 0.01 * rng.normal(size=16))
    vectors = np.array(rows, np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    packed = list(batches(pairs, vectors, seed=1))
    assert sorted(one.question for batch in packed for one in batch) == sorted(
        one.question for one in pairs
    )
    assert all(len(batch) == GROUP * GROUPS for batch in packed[:-1])
    numbers = [int(one.question.split()[1]) % 20 for one in packed[0][:GROUP]]
    assert len(set(numbers)) == 1
    assert [one.question for one in packed[0]] == [
        one.question for one in next(batches(pairs, vectors, seed=1))
    ]
