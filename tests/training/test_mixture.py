"""An epoch: every kind of pair, and headlines in front of some."""

import random

from tests.training.material import FERRY, PAIRS, write, write_judged
from training.mixture import headed, training_pairs
from training.pairs import KEPT_BACK, Pair

KEPT = min(KEPT_BACK)


def test_a_headline_moves_the_answer_along():
    for seed in range(20):
        pair = headed(PAIRS[0], random.Random(seed))
        assert pair.passage.endswith(FERRY)
        assert pair.passage[pair.start : pair.end] == "1931"


def test_a_pair_without_an_answer_stays_so_under_a_headline():
    pair = headed(Pair("Who?", FERRY, kind="near"), random.Random(1))
    assert (pair.start, pair.end, pair.kind) == (-1, -1, "near")


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
    assert kinds == {
        *("answer", "natural", "near", "swapped", "turned", "cut"),
        *("adversarial", "judged", "supported"),
    }
    for pair in pairs:
        assert (pair.start >= 0) is (pair.kind == "answer")
        told = pair.passage[pair.start : pair.end]
        assert pair.kind != "answer" or told in ("1931", "Angus Reid", "off Oban")
