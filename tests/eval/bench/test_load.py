import re
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.bench.load import EVERY, SETTLED, Load, load
from eval.bench.served_page import Person, served
from eval.cases.case import load_cases
from eval.cases.named import CORPORA, set_path
from index.errors import EvaluationError

STARTS = ("page is there", "first answer")


def test_people_ask_a_running_page_and_each_wait_is_measured(tmp_path: Path) -> None:
    questions = [case.question for case in load_cases(set_path("sample")) if not case.history][:4]
    with served(CORPORA["sample"], tmp_path) as (address, process):
        found = load(address, questions, 3, 4, process, pause=0.2)
        with pytest.raises(EvaluationError, match="no page of Byline"):
            Person(f"{address}/api/ask")
    assert not found.errors
    assert len(found.seconds) == 12
    assert all(0 < wait <= found.wall for wait in found.seconds)
    assert found.wall >= 3 * 0.2  # nobody asks on before the answer is read
    assert found.memory_mb and found.memory_mb[0] > 50
    assert found.settled_mb is None


def test_a_command_measures_the_start_and_the_waits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = tmp_path / "storage"
    few = ["--people", "2", "--each", "1", "--storage", str(storage)]
    assert main(["load", *few]) == 0
    printed = capsys.readouterr().out
    rows = dict(re.findall(r"│ ([^│]+?) +│ ([\d.–]+) +│", printed))
    there, first = (float(rows[f"start until the {what}, s"]) for what in STARTS)
    assert 0 < there < first
    assert rows["answers"] == "2" and rows["errors"] == "0"
    assert (storage / "people").is_dir()


def test_memory_is_settled_after_two_hundred_answers() -> None:
    held = tuple(float(n) for n in range(SETTLED // EVERY + 5))
    found = Load(30, (0.5, 1.0, 3.0), (), 2.0, held)
    assert found.settled_mb == SETTLED // EVERY - 1
    assert found.end_mb == held[-3]
    assert found.p50 == 1.0


@pytest.mark.parametrize(
    "flags", [["--people", "0"], ["--each", "-1"], ["--pause", "-1"], ["--pause", "nan"]]
)
def test_a_load_that_cannot_be_is_refused(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load", *flags]) == 2
    assert flags[1] in capsys.readouterr().err
