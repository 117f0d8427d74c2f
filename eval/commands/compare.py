"""`python -m eval compare A.json B.json`: compare two reports, with confidence intervals.

Reads what `eval run --json` wrote and prints the comparison that `eval.reports.compare` makes.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from eval.commands.arguments import Commands
from eval.reports.compare import ComparedCase, ComparedFigure, Comparison, compare_reports
from eval.reports.terminal import make_table, shown
from eval.runs.figures import LABELS
from eval.runs.json import read_json
from eval.runs.report import Report
from index.errors import EvaluationError

Settings = Mapping[str, str | int]


def add_compare(commands: Commands) -> None:
    """Declare `compare` and its arguments."""
    both = commands.add_parser("compare", help="compare two reports written by run --json")
    both.add_argument("a", type=Path, metavar="A.json")
    both.add_argument("b", type=Path, metavar="B.json", help="compared with A")
    both.set_defaults(run=compare_files)


def compare_files(arguments: argparse.Namespace, console: Console) -> int:
    """Prints every set that both files have. Raises EvaluationError when there is none."""
    (first, before), (second, after) = read_json(arguments.a), read_json(arguments.b)
    theirs = {report.name: report for report in second}
    pairs = [(report, theirs[report.name]) for report in first if report.name in theirs]
    if not pairs:
        sets = (", ".join(report.name for report in some) or "none" for some in (first, second))
        raise EvaluationError(
            f"{arguments.a} has {next(sets)} and {arguments.b} has {next(sets)}; "
            "expected a set that both have: run the same one twice"
        )
    names = (arguments.a.stem, arguments.b.stem)
    for a, b in pairs:
        print_comparison(a, b, console, names if names[0] != names[1] else ("A", "B"))
    for line in changed_settings(before, after):
        console.print(line)
    return 0


def print_comparison(
    a: Report, b: Report, console: Console, names: tuple[str, str] = ("A", "B")
) -> None:
    """Both reports' figures, their paired differences, and the questions that B won and lost.

    A difference whose 95 % interval excludes 0 is marked. Raises EvaluationError for different sets.
    """
    compared = compare_reports(a, b)
    _print_figures(compared, a.name, names, console)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(compared.counts.items()))
    console.print(f"{a.name}: of {len(compared.cases)} questions {names[1]} has {counts}")
    for case in compared.cases:
        if case.outcome in ("won", "lost"):
            console.print(Text(_line(case)), soft_wrap=True)


def changed_settings(before: Settings, after: Settings) -> list[str]:
    """A line for each setting that differs."""
    names = dict.fromkeys([*before, *after])
    return [
        f"{name}: {before.get(name, 'unknown')} → {after.get(name, 'unknown')}"
        for name in names
        if before.get(name) != after.get(name)
    ]


def _print_figures(
    compared: Comparison, set_: str, names: tuple[str, str], console: Console
) -> None:
    table = make_table([set_, *names, "difference", "95 %"])
    for name, label in LABELS.items():
        each = compared.figures[name]
        if each.a is not None or each.b is not None:
            style = "bold" if each.is_significant else ""
            table.add_row(label, shown(each.a), shown(each.b), *_difference(each), style=style)
    table.caption = "* the interval excludes 0"
    table.caption_justify = "left"
    console.print(table)


def _difference(each: ComparedFigure) -> tuple[str, str]:
    if each.difference is None:
        return shown(None), ""
    text = (
        f"{each.difference:+.3f}" if isinstance(each.difference, float) else f"{each.difference:+}"
    )
    if each.interval is None:
        return text, ""
    low, high = each.interval
    return text, f"{low:+.3f} to {high:+.3f}{' *' if each.is_significant else ''}"


def _line(case: ComparedCase) -> str:
    given = [
        "a refusal" if one.refused else " ".join(one.given.split()) or "(nothing)"
        for one in (case.a, case.b)
        if one
    ]
    return f"- {case.outcome} {case.id}: {case.question}\n    {given[0]}\n    → {given[1]}"
