"""Public data as pairs: real answers at their place, articles kept back, people's judgements."""

import pytest

from index.errors import SettingsError
from tests.training.material import CASTLE, FERRY, write, write_judged
from training.data.pairs import KEPT_BACK, LONGEST_JUDGED, Pair, adversarial_pairs, judged_pairs
from training.data.records import records


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
    assert [pair.verdict for pair in found] == [
        *("", ""),  # a question of TrecQA is not answered by yes or no
        *("yes", "no"),
        *("yes", "neither"),
        *("yes", "neither"),
        *("yes", "neither", "no"),
    ]
    assert all((pair.start, pair.end) == (-1, -1) for pair in found)
    assert found[2] == Pair("It sank.", f"{FERRY} {CASTLE}", kind="supported", verdict="yes")
    assert all(len(pair.passage) <= LONGEST_JUDGED for pair in found)


def test_a_missing_set_of_judgements_is_one_line_with_the_remedy(tmp_path):
    with pytest.raises(SettingsError, match=r"pairs/trecqa_train.*; name the folder"):
        judged_pairs(tmp_path)
