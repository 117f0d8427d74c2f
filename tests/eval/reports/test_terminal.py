"""Reports in words, on a terminal."""

import io

from rich.console import Console

from eval.cases.case import Case
from eval.reports.terminal import NOTHING, print_misses, print_reports, shown
from eval.runs.figures import LABELS
from eval.runs.report import Report
from eval.runs.result import CaseResult

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
    measured = {label for name, label in LABELS.items() if report().all_figures[name] is not None}
    assert measured <= set(rows)
    assert rows[LABELS["accuracy"]] == ["0.500", NOTHING]
    assert rows["cases"] == ["2", "0"]
    assert rows["p95 latency, ms"] == ["10.0", NOTHING]
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
    assert shown(1234.5678) == "1234.6"


def test_misses_show_what_was_expected_given_and_retrieved_as_it_is() -> None:
    console, out = printed(40)
    print_misses(report(), console)
    text = out.getvalue()
    assert text.startswith("sample: 1 of 2 cases missed")
    assert "- who: Who said [red]so[/red]?" in text
    assert "expected    Obama" in text
    assert "given       [1] Putin (confidence 0.75)" in text
    assert "retrieved   a.txt" in text
    assert "went wrong  not retrieved" in text
