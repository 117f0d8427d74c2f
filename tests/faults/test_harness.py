"""A little of every fault, on every run of the tests; `make faults` does it at full length."""

from pathlib import Path

from index.models.encoder import Encoder
from tests.faults.harness import Harness


def test_whatever_goes_wrong_one_sync_mends_it_and_nothing_false_is_cited(
    tmp_path: Path, encoder: Encoder
) -> None:
    harness = Harness(tmp_path, 3, 24, encoder)
    one = harness
    with harness.reader():
        for fault in (one.kill, one.kill, one.chroma_gone, one.catalog_spoilt, one.two_at_once,
                      one.kill, one.changing, one.disk_full):  # fmt: skip
            fault()
    assert not harness.wrong, harness.table()
    assert harness.rows["SIGKILL"].times == 3
    assert harness.rows["questions meanwhile"].times > 3
