"""What the reader learns from: real answers at their place, negatives that really are some."""

import json
import lzma
import random

import pytest

from index.errors import SettingsError
from training.pairs import (
    KEPT_BACK,
    LONGEST_JUDGED,
    Pair,
    adversarial_pairs,
    headed,
    judged_pairs,
    near_negatives,
    swapped_negatives,
    training_pairs,
    turned_negatives,
)
from training.records import records

FERRY = "The ferry Marlin sank off Oban in 1931 with 45 people aboard."
KEPT = min(KEPT_BACK)
CASTLE = "The castle of Dunmore was built in 1580 by Angus Reid near Leith."


def answered(question: str, passage: str, answer: str) -> Pair:
    start = passage.index(answer)
    return Pair(question, passage, start, start + len(answer))


PAIRS = [
    answered("When did the ferry Marlin sink?", FERRY, "1931"),
    answered("Who built the castle of Dunmore in 1580?", CASTLE, "Angus Reid"),
    answered("Where did the Marlin sink in 1931?", FERRY, "off Oban"),
] * 40


def write(folder, name, records, part="reader"):
    (folder / part).mkdir(exist_ok=True)
    with lzma.open(folder / part / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
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


def write_judged(folder):
    claim = {"claim": "The Marlin sank.", "evidence": [FERRY, "It rained."]}
    told = {"hypothesis": "The Marlin sank.", "premise": FERRY}
    asked = {"question": "When did it sink?", "sentence": FERRY}
    write(folder, "trecqa_train", [{**asked, "label": 1}, {**asked, "label": 0}], part="pairs")
    write(
        folder,
        "foolmetwice_dev",
        [
            {"claim": "It sank.", "gold_evidence": [FERRY, CASTLE], "label": "SUPPORTS"},
            {"claim": "It rose.", "gold_evidence": [FERRY], "label": "REFUTES"},
            {
                "claim": "Too long.",
                "gold_evidence": ["x" * LONGEST_JUDGED, "y"],
                "label": "SUPPORTS",
            },
        ],
        part="pairs",
    )
    labels = ("supported", "partially_supported", "not_supported")
    write(folder, "wice_oracle_chunks_dev", [{**claim, "label": n} for n in labels], part="pairs")
    labels = ("entailment", "not_entailment")
    write(folder, "rte_train", [{**told, "label": n} for n in labels], part="pairs")
    labels = ("ENTAILMENT", "NEUTRAL", "CONTRADICTION")
    write(folder, "sick_train", [{**told, "label": n} for n in labels], part="pairs")


def test_judged_texts_support_or_do_not_and_halves_and_long_ones_are_left_out(tmp_path):
    write_judged(tmp_path)  # and no test part: those are not there to be read
    found = judged_pairs(tmp_path)
    assert [pair.kind for pair in found] == [
        *("supported", "judged"),  # TrecQA
        *("supported", "judged"),  # FoolMeTwice
        *("supported", "judged"),  # WiCE
        *("supported", "judged"),  # RTE
        *("supported", "judged", "judged"),  # SICK
    ]
    assert all((pair.start, pair.end) == (-1, -1) for pair in found)
    assert found[2] == Pair("It sank.", f"{FERRY} {CASTLE}", kind="supported")
    assert all(len(pair.passage) <= LONGEST_JUDGED for pair in found)


def test_a_missing_set_of_judgements_is_one_line_with_the_remedy(tmp_path):
    with pytest.raises(SettingsError, match=r"pairs/trecqa_train.*; name the folder"):
        judged_pairs(tmp_path)


def test_an_epoch_is_always_the_same_and_holds_every_kind(tmp_path, encoder):
    write_judged(tmp_path)
    shared = {"source": "made_up", "title": "Rhine"}
    rain = " It rained on the quay." * 12
    rows = [
        {
            **shared,
            "question": pair.question,
            "context": pair.passage + rain,
            "answers": [pair.passage[pair.start : pair.end]],
            "answer_start": [pair.start],
        }
        for pair in PAIRS
    ]
    nothing = {"answers": [], "answer_start": None, "question": "Who was it?", "context": FERRY}
    write(tmp_path, "train", [*rows, {**shared, **nothing}])
    write(tmp_path, "squad2_dev_part", [{**shared, **nothing}, {**nothing, "title": KEPT}])
    pairs = training_pairs(tmp_path, encoder)
    assert pairs == training_pairs(tmp_path, encoder) != training_pairs(tmp_path, encoder, 1)
    kinds = {pair.kind for pair in pairs}
    assert {"answer", "natural", "near", "swapped", "adversarial", "judged", "supported"} <= kinds
    for pair in pairs:
        assert (pair.start >= 0) is (pair.kind == "answer")
        told = pair.passage[pair.start : pair.end]
        assert pair.kind != "answer" or told in ("1931", "Angus Reid", "off Oban")
