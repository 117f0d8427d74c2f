"""The gate: what a set gave may not be lost beyond the interval, and its limits always hold."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases.case import Case
from eval.reports.gate import GATED, check_sets, load_baseline, losses, write_baseline
from eval.runs.report import Report
from eval.runs.result import CaseResult
from index.errors import EvaluationError


def result(number: int, *, right: bool = True, citations: int = 1) -> CaseResult:
    case = Case(f"case-{number:03}", f"Where is {number}?", ("the UN",), ("a.txt",))
    given = "the UN" if right else "Geneva"
    return CaseResult(
        case,
        case.question,
        given,
        False,
        0.5,
        ("a.txt",),
        ("a.txt",),
        citations,
        citations,
        "d",
        1.0,
    )


def report(wrong: int, of: int = 40, name: str = "sample") -> Report:
    return Report(name, tuple(result(n, right=n >= wrong) for n in range(of)))


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    write_baseline([report(4), report(0, 3, "real")], path)
    return path


def test_what_was_written_passes_and_is_the_same_when_written_again(baseline: Path) -> None:
    kept, text = load_baseline(baseline), baseline.read_bytes()
    assert losses(report(4), kept["sample"]) == ()
    write_baseline([report(4)], baseline)
    assert baseline.read_bytes() == text
    assert list(kept) == ["sample", "real"]
    assert kept["sample"].figures == GATED
    assert kept["sample"].cases["case-000"][0] == 0.0
    assert len(text.splitlines()) > 43  # a line a case, so that a change of it can be read


def test_a_loss_beyond_the_interval_is_told_with_its_cases(baseline: Path) -> None:
    lines = losses(report(12), load_baseline(baseline)["sample"])
    (line,) = [line for line in lines if "accuracy" in line]
    assert line.startswith("sample: accuracy went from 0.900 to 0.700 on 40 cases (-0.3")
    assert "case-004, case-005" in line and line.endswith("and 3 more")


def test_a_loss_within_the_interval_and_any_gain_pass(baseline: Path) -> None:
    kept = load_baseline(baseline)["sample"]
    assert losses(report(5), kept) == ()
    assert losses(report(0), kept) == ()


def test_a_figure_that_is_better_low_is_lost_when_it_rises(baseline: Path) -> None:
    kept = load_baseline(baseline)["sample"]
    refusing = Report(
        "sample", tuple(replace(one, refused=n < 15) for n, one in enumerate(report(4).results))
    )
    assert any("false_refusals went from 0.000 to 0.375" in line for line in losses(refusing, kept))


def test_cases_that_only_one_side_has_are_left_out(baseline: Path) -> None:
    kept = load_baseline(baseline)["sample"]
    grown = Report(
        "sample", (*report(4).results, *(result(n, right=False) for n in range(90, 140)))
    )
    assert losses(grown, kept) == ()


def test_a_limit_holds_whatever_the_figure_was(baseline: Path) -> None:
    kept = load_baseline(baseline)["sample"]
    assert kept.at_least == {"citation_validity": 1.0}
    false = replace(result(0, right=False), citations_valid=0)
    (line,) = losses(Report("sample", (false, *report(4).results[1:])), kept)
    assert line == "sample: citation_validity is 0.975, expected at least 1.0"
    none = [replace(one, citations=0, citations_valid=0) for one in report(4).results]
    assert "citation_validity is \u2013" in losses(Report("sample", tuple(none)), kept)[0]


def test_a_set_without_a_baseline_does_not_pass_silently(baseline: Path) -> None:
    with pytest.raises(EvaluationError, match="set 'mine' has no baseline, only sample, real"):
        check_sets(load_baseline(baseline), ["sample", "mine"], baseline)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda raw: raw.update(at_most={}), "keys at_least, figures, cases, at_most"),
        (lambda raw: raw.update(figures=["acuracy"]), "figure 'acuracy'"),
        (lambda raw: raw.update(at_least={"accurate": 1}), "figure 'accurate'"),
        (lambda raw: raw.update(at_least={"accuracy": "1"}), "'1' is no number"),
        (lambda raw: raw["cases"].update(x=[1]), "more or fewer values"),
        (lambda raw: raw["cases"].update(x=[True] * len(GATED)), "True is no number"),
        (lambda raw: raw.update(cases=[]), "no baseline"),
    ],
)
def test_a_damaged_baseline_is_told_in_one_line(baseline: Path, change, told: str) -> None:  # type: ignore[no-untyped-def]
    raw = json.loads(baseline.read_text())
    change(raw["sample"])
    baseline.write_text(json.dumps(raw))
    with pytest.raises(EvaluationError, match=told) as caught:
        load_baseline(baseline)
    assert "\n" not in str(caught.value) and "--write-baseline" in str(caught.value)


def test_a_missing_or_unwritable_baseline_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        load_baseline(tmp_path / "none.json")
    with pytest.raises(EvaluationError, match="cannot be written"):
        write_baseline([report(0)], tmp_path / "none" / "baseline.json")
