"""What the reader learns from: real answers at their place, negatives that really are some."""

import json
import lzma
import random

import pytest

from index.errors import SettingsError
from training.pairs import (
    KEPT_BACK,
    Pair,
    adversarial_pairs,
    headed,
    near_negatives,
    swapped_negatives,
)
from training.records import records

FERRY = "The ferry Marlin sank off Oban in 1931 with 45 people aboard."
CASTLE = "The castle of Dunmore was built in 1580 by Angus Reid near Leith."


def answered(question: str, passage: str, answer: str) -> Pair:
    start = passage.index(answer)
    return Pair(question, passage, start, start + len(answer))


PAIRS = [
    answered("When did the ferry Marlin sink?", FERRY, "1931"),
    answered("Who built the castle of Dunmore in 1580?", CASTLE, "Angus Reid"),
    answered("Where did the Marlin sink in 1931?", FERRY, "off Oban"),
] * 40


def write(folder, name, records):
    (folder / "reader").mkdir(exist_ok=True)
    with lzma.open(folder / "reader" / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def test_a_missing_file_is_one_line_with_the_remedy(tmp_path):
    with pytest.raises(SettingsError, match=r"^--data .*expected a file .*; name the folder"):
        list(records(tmp_path, "reader/train"))


def test_articles_kept_back_are_never_trained_on(tmp_path):
    record = {"question": "Who?", "context": FERRY, "answers": [], "answer_start": None}
    titles = [*KEPT_BACK, "Rhine"]
    write(tmp_path, "squad2_dev_part", [{**record, "title": title} for title in titles])
    assert len(adversarial_pairs(tmp_path, kept_back=False)) == 1
    assert len(adversarial_pairs(tmp_path, kept_back=True)) == len(KEPT_BACK)


def test_an_answer_stands_where_the_row_says_without_outer_marks(tmp_path):
    start = FERRY.index("Oban")
    record = {"question": "Where?", "context": FERRY, "title": "Rhine"}
    write(
        tmp_path,
        "squad2_dev_part",
        [
            {**record, "answers": ["Oban in 1931", "Oban "], "answer_start": [start, start]},
            {**record, "answers": ["Leith"], "answer_start": [3]},
        ],
    )
    found, wrong = adversarial_pairs(tmp_path, kept_back=False)
    assert found.passage[found.start : found.end] == "Oban"
    assert wrong.start == -1


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


def test_a_headline_moves_the_answer_along():
    for seed in range(20):
        pair = headed(PAIRS[0], random.Random(seed))
        assert pair.passage.endswith(FERRY)
        assert pair.passage[pair.start : pair.end] == "1931"


def test_a_pair_without_an_answer_stays_so_under_a_headline():
    pair = headed(Pair("Who?", FERRY, kind="near"), random.Random(1))
    assert (pair.start, pair.end, pair.kind) == (-1, -1, "near")
