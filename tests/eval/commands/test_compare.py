"""Two reports side by side: paired differences with their intervals, and questions won and lost."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from eval.__main__ import main
from eval.cases.case import Case
from eval.commands.compare import changed_settings, print_comparison
from eval.reports.compare import compare_reports
from eval.runs.json import write_json
from eval.runs.report import Report
from eval.runs.result import CaseResult


def report(right: list[bool], name: str = "sample") -> Report:
    cases = [
        Case(f"c{n}", f"Where is [b]{n}[/b]?", ("the UN",), ("a.txt",)) for n in range(len(right))
    ]
    return Report(
        name,
        tuple(
            CaseResult(
                case,
                case.question,
                "the UN" if good else "",
                not good,
                0.5,
                ("a.txt",),
                (),
                1,
                1,
                "d",
                1.0,
            )
            for case, good in zip(cases, right, strict=True)
        ),
    )


def test_a_sure_loss_is_marked_and_each_question_told() -> None:
    out = io.StringIO()
    a, b = report([True] * 20), report([False] * 8 + [True] * 12)
    print_comparison(a, b, Console(file=out, width=120, markup=False), ("before", "after"))
    text = out.getvalue()
    (row,) = [line for line in text.splitlines() if line.strip().startswith("accuracy")]
    assert row.split()[-7:-4] == ["1.000", "0.600", "-0.400"]
    assert row.rstrip().endswith("*")
    assert "sample: of 20 questions after has 8 lost, 12 same" in text
    assert "- lost c0: Where is [b]0[/b]?\n    the UN\n    → a refusal" in text
    assert "won" not in text


@given(
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30),
)
def test_a_paired_interval_holds_its_difference_and_turns_with_the_sides(
    pairs: list[tuple[bool, bool]],
) -> None:
    a, b = (report(list(right)) for right in zip(*pairs, strict=True))
    there, back = (compare_reports(*some).figures["accuracy"] for some in ((a, b), (b, a)))
    assert there.interval and there.difference is not None
    low, high = there.interval
    assert low - 1e-9 <= there.difference <= high + 1e-9
    assert back.interval == pytest.approx((-high, -low))
    assert there.is_significant == (low > 0 or high < 0)


def test_files_of_two_runs_are_compared_set_by_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = str(tmp_path / "one.json"), str(tmp_path / "two.json")
    write_json([report([True, False]), report([True], "real")], Path(a), {"candidates": 8})
    write_json([report([True, True])], Path(b), {"candidates": 4})
    assert main(["compare", a, b]) == 0
    out = capsys.readouterr().out
    assert "sample: of 2 questions two has 1 same, 1 won" in out
    assert "real" not in out
    assert "candidates: 8 → 4" in out


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"reports": [{}], "settings": {}}', "\ufffd" * 9]
)
def test_what_is_no_report_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    write_json([report([True])], good)
    bad.write_text(text, encoding="utf-8")
    assert main(["compare", str(good), str(bad)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "bad.json: no report, or a damaged one" in line


def test_missing_files_and_sets_that_differ_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    write_json([report([True])], one)
    assert main(["compare", str(one), str(two)]) == 2
    assert "cannot be read" in capsys.readouterr().err
    write_json([report([True], "real")], two)
    assert main(["compare", str(one), str(two)]) == 2
    assert "expected a set that both have" in capsys.readouterr().err


def test_only_settings_that_changed_are_told() -> None:
    assert changed_settings({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": "x"}) == [
        "b: 2 → 3",
        "c: unknown → x",
    ]
