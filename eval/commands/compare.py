"""`python -m eval compare A.json B.json`: compare two reports, with confidence intervals.

Reads what `eval run --json` wrote and prints; the comparison itself is made in `eval.reports.compare`.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.commands.arguments import Commands
from eval.reports.compare import Compared, Duel, SideBySide, side_by_side
from eval.reports.terminal import shown
from eval.runs.figures import LABELS
from eval.runs.json import read_json
from eval.runs.kept import Run
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
    """Prints every set that both files hold. Raises EvaluationError when there is none."""
    (first, before), (second, after) = read_json(arguments.a), read_json(arguments.b)
    theirs = {report.name: report for report in second}
    pairs = [(report, theirs[report.name]) for report in first if report.name in theirs]
    if not pairs:
        sets = (", ".join(report.name for report in some) or "none" for some in (first, second))
        raise EvaluationError(
            f"{arguments.a} holds {next(sets)} and {arguments.b} holds {next(sets)}; "
            "expected a set that both hold: run the same one twice"
        )
    names = _distinct_names(arguments.a, arguments.b)
    for a, b in pairs:
        print_comparison(a, b, console, names)
    for line in changed_settings(before, after):
        console.print(line)
    return 0


def print_comparison(
    a: Report, b: Report, console: Console, names: tuple[str, str] = ("A", "B")
) -> None:
    """Both reports' figures, their paired differences, and the questions that B won and lost.

    A difference whose 95 % interval excludes 0 is marked. Raises EvaluationError for different sets.
    """
    runs = (Run(name, "", {}, report) for name, report in zip(names, (a, b), strict=True))
    compared = side_by_side(*runs)
    console.print(_table(compared, a.name, names))
    counts = compared.counts
    text = ", ".join(f"{counts[outcome]} {outcome}" for outcome in sorted(counts))
    console.print(f"{a.name}: of {len(compared.questions)} questions {names[1]} has {text}")
    for duel in compared.questions:
        if duel.outcome in ("won", "lost"):
            console.print(Text(_line(duel)), soft_wrap=True)


def changed_settings(before: Settings, after: Settings) -> list[str]:
    """A line for each setting that is not the same."""
    names = dict.fromkeys([*before, *after])
    return [
        f"{name}: {before.get(name, 'unknown')} → {after.get(name, 'unknown')}"
        for name in names
        if before.get(name) != after.get(name)
    ]


def _table(compared: SideBySide, set_: str, names: tuple[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="", padding=(0, 1), show_edge=False)
    table.add_column(Text(set_), no_wrap=True)
    for heading in (*names, "difference", "95 %"):
        table.add_column(Text(heading), justify="right", no_wrap=True)
    figures = {each.name: each for each in compared.figures}
    for name, label in LABELS.items():
        each = figures[name]
        if each.a is not None or each.b is not None:
            style = "bold" if each.is_sure else ""
            table.add_row(label, shown(each.a), shown(each.b), *_difference(each), style=style)
    table.caption = "* the interval excludes 0"
    table.caption_justify = "left"
    return table


def _difference(each: Compared) -> tuple[str, str]:
    if each.difference is None:
        return shown(None), ""
    text = (
        f"{each.difference:+.3f}" if isinstance(each.difference, float) else f"{each.difference:+}"
    )
    if each.interval is None:
        return text, ""
    low, high = each.interval
    return text, f"{low:+.3f} to {high:+.3f}{' *' if each.is_sure else ''}"


def _line(duel: Duel) -> str:
    assert duel.a and duel.b
    given = (
        "a refusal" if one.refused else " ".join(one.given.split()) or "(nothing)"
        for one in (duel.a, duel.b)
    )
    return f"- {duel.outcome} {duel.id}: {duel.question}\n    {next(given)}\n    → {next(given)}"


def _distinct_names(a: Path, b: Path) -> tuple[str, str]:
    """The files' names, or A and B when these are the same."""
    return (a.stem, b.stem) if a.stem != b.stem else ("A", "B")
