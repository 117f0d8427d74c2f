"""The folder of a run belongs to one run, and keeps its pairs."""

import pytest

from index.errors import SettingsError
from tests.training.material import FERRY, write, write_judged, written_row
from training.networks import work


def test_a_folder_belongs_to_the_run_that_began_in_it(tmp_path):
    work.claim(tmp_path, tmp_path / "start", 1)
    work.claim(tmp_path, tmp_path / "start", 1)
    for start, seed in ((tmp_path / "start", 2), (None, 1)):
        with pytest.raises(SettingsError, match="give another folder") as caught:
            work.claim(tmp_path, start, seed)
        assert "\n" not in str(caught.value)


def test_pairs_are_made_once_and_read_back(tmp_path, encoder):
    write_judged(tmp_path)
    row = {"source": "made_up", "title": "Rhine", "answers": [], "answer_start": None}
    row |= {"question": "Who was it?", "context": FERRY}
    write(tmp_path, "train", [row])
    write(tmp_path, "squad2_dev_part", [row])
    write(tmp_path, "train", [written_row(number) for number in range(3)], part="written")
    folder = tmp_path / "work"
    folder.mkdir()
    work.make_pairs(tmp_path, folder)
    kept = work.kept_pairs(folder)
    assert ("Who was it?", "natural") in {(pair.question, pair.kind) for pair in kept}
    (tmp_path / "reader" / "train.jsonl.xz").unlink()
    work.make_pairs(tmp_path, folder)  # not made again, so nothing is missing
    assert work.kept_pairs(folder) == kept
