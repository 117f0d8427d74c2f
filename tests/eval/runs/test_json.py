"""A report as JSON: the same bytes for equal answers, and back again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases.case import Case, Support
from eval.runs.citing import SupportCounts
from eval.runs.json import read_json, write_json
from eval.runs.report import Report
from eval.runs.result import CaseResult, Cited, Place, Retrieved
from index.errors import EvaluationError

CASE = Case(
    "un",
    "Where?",
    ("the UN",),
    ("a.txt",),
    patterns=("UN$",),
    spans=(Support("a.txt", "at the UN"),),
)


def report(ms: float = 5.0) -> Report:
    found = CaseResult(
        CASE, "Where?", "the UN", False, 0.123456, ("a.txt",), ("a.txt",), 1, 1, "d", ms
    )
    held = Retrieved("p1", "a.txt", "A", "He said so at the UN.", 0.5, (0,), Place("ab", 7, 28))
    whole = replace(
        found,
        passages=(held,),
        read=1,
        cited=(Cited("a.txt", (0,), Place("ab", 7, 28)),),
        supporting=(Place("ab", 18, 27),),
        support=SupportCounts(1, 1, 1, 1),
        stages={"read": ms / 2, "total": ms},
    )
    return Report("sample", (whole, replace(whole, case=replace(CASE, id="two"), passages=(held,))))


def test_equal_answers_give_the_same_bytes_but_for_the_times(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    write_json([report(5)], one, {"candidates": 8})
    write_json([report(9)], two, {"candidates": 8})
    (first,), (second,) = (json.loads(path.read_bytes())["reports"] for path in (one, two))
    times = first.pop("timings_ms")
    assert times["p50_ms"] == 5 and times["stages"]["read"] == [2.5, 2.5]
    assert second.pop("timings_ms")["p50_ms"] == 9
    assert json.dumps(first) == json.dumps(second)
    write_json([report(5)], two, {"candidates": 8})
    assert one.read_bytes() == two.read_bytes()


def test_a_report_comes_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    write_json([report()], path, {"candidates": 8})
    assert read_json(path) == ((report(),), {"candidates": 8})
    raw = json.loads(path.read_bytes())
    (first, _) = raw["reports"][0]["results"]
    assert first["correct"] is True and first["cause"] is None
    assert "text" not in first["passages"][0]  # it stands once in the file
    assert raw["reports"][0]["passages"]["p1"]["text"] == "He said so at the UN."


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(tmp_path: Path, number: str) -> None:
    path = tmp_path / "one.json"
    write_json([report()], path)
    path.write_text(path.read_text().replace('"confidence": 0.123456', f'"confidence": {number}'))
    with pytest.raises(EvaluationError, match="no report, or a damaged one"):
        read_json(path)


def test_json_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"cannot be written .* another --json FILE"):
        write_json([report()], tmp_path / "none" / "report.json")
