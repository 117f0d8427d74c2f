"""An epoch: every kind of pair, and headlines in front of some."""

import random

from tests.training.material import FERRY, PAIRS, write, write_judged, written_row
from training.data.mixture import headed, training_pairs, unsettled
from training.data.pairs import KEPT_BACK, Pair
from training.data.written import row_pairs

KEPT = min(KEPT_BACK)


def test_a_headline_moves_the_answer_along():
    for seed in range(20):
        pair = headed(PAIRS[0], random.Random(seed))
        assert pair.passage.endswith(FERRY)
        assert pair.passage[pair.start : pair.end] == "1931"
        assert pair.passage[pair.head :] == FERRY


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
    write(tmp_path, "train", [written_row(number) for number in range(20)], part="written")
    pairs = training_pairs(tmp_path, encoder, stories=0)
    again, other = (training_pairs(tmp_path, encoder, seed, stories=0) for seed in (0, 1))
    assert pairs == again != other
    assert len(training_pairs(tmp_path, encoder, stories=5)) > len(pairs) + 5
    kinds = {pair.kind for pair in pairs}
    assert kinds == {
        *("answer", "natural", "near", "swapped", "turned", "cut"),
        *("adversarial", "judged", "supported"),
        *("near miss", "standalone", "follow-up", "named follow-up", "verdict"),
    }
    for pair in pairs:
        answered = pair.kind in ("answer", "standalone", "follow-up", "named follow-up")
        settled = pair.kind == "verdict" and pair.verdict in ("yes", "no")
        assert (pair.start >= 0) is (answered or settled)
        words = pair.passage[pair.start : pair.end]
        assert not answered or words in ("1931", "Angus Reid", "off Oban", "Mary Boyd", "Marlin")
    assert {pair.verdict for pair in pairs} == {"", "yes", "no", "neither"}
    few = training_pairs(tmp_path, encoder, public=0.2, stories=0)
    assert [pair for pair in few if pair.group] == [pair for pair in pairs if pair.group]
    assert sum(not pair.group for pair in few) < sum(not pair.group for pair in pairs) / 2


def test_a_yes_or_no_question_with_another_passage_settles_nothing():
    asked = [pair for number in range(9) for pair in row_pairs(written_row(number)) if pair.verdict]
    found = unsettled(asked, random.Random(0))
    assert found
    for pair in found:
        assert (pair.verdict, pair.start, pair.end, pair.group) == ("neither", -1, -1, "")
