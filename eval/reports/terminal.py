"""Shows Reports on a terminal: the figures, what is correct by tag, and each miss.

Knows nothing of engines; it reads a Report and writes words.
"""

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.runs.figures import GROUPS
from eval.runs.report import Figure, Report
from eval.runs.result import CaseResult

LONG = 10  # from here on thousandths say nothing
NOTHING = "\u2013"  # an en dash: nothing to measure


def print_reports(reports: Sequence[Report], console: Console) -> None:
    """A row for each figure and a column for each set, then one for each stage and each tag.

    A figure that no set has anything to measure for is left out.
    """
    table = make_table(["", *(report.name for report in reports)])
    for group in GROUPS.values():
        for figure, label in group.items():
            values = [report.all_figures[figure] for report in reports]
            if any(value is not None for value in values):
                style = "bold" if figure == "accuracy" else ""
                table.add_row(label, *map(shown, values), style=style)
        table.add_section()
    for stage in dict.fromkeys(stage for report in reports for stage in report.stages):
        times = [report.stages.get(stage) for report in reports]
        row = (f"{t[0]:.1f} · {t[1]:.1f}" if t else NOTHING for t in times)
        table.add_row(f"{stage}: p50 · p95, ms", *row)
    table.add_section()
    table.add_row("hash of all answers", *(report.digest for report in reports))
    console.print(table)
    print_tags(reports, console)


def print_tags(reports: Sequence[Report], console: Console) -> None:
    """A row for each tag: how many of its cases are correct in each set."""
    tags = sorted({tag for report in reports for tag in report.by_tag})
    if not tags:
        return
    by_tag = make_table(["correct, by tag", *(report.name for report in reports)])
    for tag in tags:
        counts = [report.by_tag.get(tag) for report in reports]
        by_tag.add_row(Text(tag), *(f"{c[0]} of {c[1]}" if c else NOTHING for c in counts))
    console.print(by_tag)


def print_judged(
    reports: Sequence[Report],
    judged: Sequence[Mapping[str, Mapping[str, Figure]]],
    console: Console,
) -> None:
    """What a judging model said, a column for each set: means, of how many, and what is missing."""
    table = make_table(["judge", *(report.name for report in reports)])
    for name in judged[0]:
        each = [one[name] for one in judged]
        table.add_row(f"{name}, mean", *(shown(figures["mean"]) for figures in each))
        for count in ("judged", "failed", "unparsed"):
            table.add_row(f"  {count}", *(shown(figures[count]) for figures in each))
    console.print(table)


def print_figures(
    figures: Mapping[str, Figure], labels: Mapping[str, str], bold: str, console: Console
) -> None:
    """A table with a row for each of `labels`; the figure `bold` stands out."""
    table = make_table(["", ""])
    table.show_header = False
    for name, label in labels.items():
        table.add_row(label, shown(figures[name]), style="bold" if name == bold else "")
    console.print(table)


def make_table(columns: Sequence[str]) -> Table:
    """An empty table with these headings; the first column is on the left, the others on the right."""
    table = Table(box=box.SIMPLE_HEAD, header_style="", padding=(0, 1), show_edge=False)
    for number, column in enumerate(columns):
        table.add_column(Text(column), justify="right" if number else "left", no_wrap=True)
    return table


def shown(value: float | int | None) -> str:
    """A count as it is, a share to three places, longer figures to one, a dash for nothing to measure."""
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return str(value)
    return f"{value:.3f}" if abs(value) < LONG else f"{value:.1f}"


def print_misses(report: Report, console: Console) -> None:
    """Every case that was not correct: what was expected, given, cited and retrieved."""
    console.print(f"{report.name}: {len(report.misses)} of {len(report.results)} cases missed")
    for result in report.misses:
        console.print(Text("\n".join(_miss(result))), soft_wrap=True)


def _miss(result: CaseResult) -> list[str]:
    case = result.case
    given = "a refusal" if result.refused else result.given or "(nothing)"
    lines = [f"- {case.id}: {case.question}"]
    if result.standalone != case.question:
        lines.append(f"    asked as    {result.standalone}")
    return [
        *lines,
        f"    expected    {' | '.join(case.accepted) or 'a refusal'}",
        f"    given       {' '.join(given.split())} (confidence {result.confidence:.2f})",
        f"    files       {', '.join(case.files) or NOTHING}",
        f"    cited       {', '.join(result.cited_files) or NOTHING}",
        f"    retrieved   {', '.join(result.retrieved) or NOTHING}",
        f"    went wrong  {result.cause}",
    ]
