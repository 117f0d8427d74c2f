"""Reports in words, as JSON and against thresholds."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from eval.cases import Case
from eval.outcome import CaseResult
from eval.report import (
    BASELINE,
    LABELS,
    NOTHING,
    load_thresholds,
    missed,
    print_misses,
    print_reports,
    shown,
    write_json,
)
from eval.results import Report
from index.errors import EvaluationError

RIGHT = Case("un", "Where?", ("the UN",), ("a.txt",), tags=("place [1]",))
WRONG = Case("who", "Who said [red]so[/red]?", ("Obama",), ("b.txt",))


def result(case: Case, given: str, ms: float = 5.0, cited: str = "a.txt") -> CaseResult:
    return CaseResult(case, case.question, given, False, 0.75, (cited,), ("a.txt",), 1, 1, "d", ms)


def report(ms: float = 5.0) -> Report:
    return Report("sample", (result(RIGHT, "the UN", ms), result(WRONG, "[1] Putin", 2 * ms)))


def printed(width: int = 120) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=width, highlight=False, markup=False), out


def test_the_table_has_every_figure_and_a_column_for_each_set() -> None:
    console, out = printed()
    print_reports([report(), Report("real", ())], console)
    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["sample", "real"]
    rows = {line[:42].strip(): line[42:].split() for line in lines}
    assert set(LABELS.values()) <= set(rows)
    assert rows[LABELS["accuracy"]] == ["0.500", NOTHING]
    assert rows["cases"] == ["2", "0"]
    assert rows["p95 latency, ms"] == ["10.000", NOTHING]
    assert rows["hash of all answers"][0] == report().digest
    assert "place [1]" in out.getvalue()


def test_the_table_is_plain_text_away_from_a_terminal() -> None:
    console, out = printed()
    print_reports([report()], console)
    assert "\x1b" not in out.getvalue()


def test_a_figure_without_a_value_is_a_dash_never_a_number() -> None:
    assert shown(None) == "\u2013"
    assert shown(3) == "3"
    assert shown(0.12345) == "0.123"


def test_misses_show_what_was_expected_given_and_retrieved_as_it_is() -> None:
    console, out = printed(40)
    print_misses(report(), console)
    text = out.getvalue()
    assert text.startswith("sample: 1 of 2 cases missed")
    assert "- who: Who said [red]so[/red]?" in text
    assert "expected    Obama" in text
    assert "given       [1] Putin (confidence 0.75)" in text
    assert "retrieved   a.txt" in text


def test_json_is_the_same_for_equal_answers_but_for_the_timings(tmp_path: Path) -> None:
    write_json([report(5)], tmp_path / "one.json")
    write_json([report(9)], tmp_path / "two.json")
    (one,) = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))["reports"]
    (two,) = json.loads((tmp_path / "two.json").read_text(encoding="utf-8"))["reports"]
    assert one.pop("timings_ms") == {"p50_ms": 5, "p95_ms": 10, "cases": {"un": 5, "who": 10}}
    assert two.pop("timings_ms")["p50_ms"] == 9
    assert one == two
    assert one["figures"]["accuracy"] == 0.5
    assert one["results"][1]["expected"] == ["Obama"]


def test_json_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be written"):
        write_json([report()], tmp_path / "none" / "report.json")


def test_the_gate_names_each_figure_with_value_and_threshold() -> None:
    limits = {"accuracy": 0.75, "citation_validity": 1.0, "p50_ms": 1, "p95_ms": 10}
    assert missed(report(), limits) == (
        "sample: accuracy is 0.500, expected at least 0.75",
        "sample: p50_ms is 5.000, expected at most 1",
    )
    assert missed(report(), {"accuracy": 0.5}) == ()


def test_a_figure_with_nothing_to_measure_misses_its_threshold() -> None:
    (line,) = missed(report(), {"refusal_recall": 0.0})
    assert line.startswith("sample: refusal_recall is \u2013")


def test_a_set_without_thresholds_does_not_pass_silently(tmp_path: Path) -> None:
    path = tmp_path / "thresholds.json"
    for text in ("{}", '{"sample": {}}', '{"real": {"accuracy": 1}}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(EvaluationError, match="set 'sample' has no thresholds"):
            load_thresholds(path, ["sample"])


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"sample": 1}',
        '{"sample": {"acuracy": 1}}',
        '{"sample": {"accuracy": "1"}}',
        '{"sample": {"accuracy": true}}',
        "\ufffd",
    ],
)
def test_damaged_thresholds_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "thresholds.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"thresholds\.json: "):
        load_thresholds(path, [])


def test_missing_thresholds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        load_thresholds(tmp_path / "none.json", [])


def test_the_baseline_holds_what_the_project_promises() -> None:
    baseline = load_thresholds(BASELINE, ["sample", "real"])
    for name in ("sample", "real"):
        assert baseline[name]["accuracy"] >= 0.7
        assert baseline[name]["refusal_recall"] >= 0.7
        assert baseline[name]["citation_validity"] == 1.0
