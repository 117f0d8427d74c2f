"""Shows Reports: a table, the misses, a JSON file, and the gate that compares with thresholds.

Knows nothing of engines; it reads a Report and writes words.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.results import CaseResult, Figure, Report
from index.errors import EvaluationError

LABELS = {
    "cases": "cases",
    "answerable": "answerable cases",
    "accuracy": "accuracy (right answer, right file cited)",
    "answer_right": "right answer",
    "file_cited": "right file cited",
    "exact_match": "EM",
    "token_f1": "token F1",
    "citations": "citations",
    "citation_validity": "citation validity",
    "refusal_precision": "refusal precision",
    "refusal_recall": "refusal recall",
    "auroc": "AUROC, answerable or not",
    "auroc_near_misses": "AUROC, answerable or a near miss",
    "recall@1": "retrieval recall@1",
    "recall@5": "retrieval recall@5",
    "recall@10": "retrieval recall@10",
    "mrr@10": "retrieval MRR@10",
    "ndcg@10": "retrieval nDCG@10",
    "p50_ms": "p50 latency, ms",
    "p95_ms": "p95 latency, ms",
}
BASELINE = Path(__file__).resolve().parent / "baseline.json"
NOTHING = "\u2013"  # an en dash: nothing to measure


def print_reports(reports: Sequence[Report], console: Console) -> None:
    """One table with a row for each figure and a column for each set; one more for the tags."""
    table = _table(["", *(report.name for report in reports)])
    for figure, label in LABELS.items():
        values = [{**report.figures, **report.timings}[figure] for report in reports]
        table.add_row(label, *map(shown, values), style="bold" if figure == "accuracy" else "")
    table.add_row("hash of all answers", *(report.digest for report in reports))
    console.print(table)
    tags = sorted({tag for report in reports for tag in report.by_tag})
    if not tags:
        return
    by_tag = _table(["correct, by tag", *(report.name for report in reports)])
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
    table = _table(["judge", *(report.name for report in reports)])
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
    table = Table(box=box.SIMPLE_HEAD, show_header=False, padding=(0, 1), show_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for name, label in labels.items():
        table.add_row(label, shown(figures[name]), style="bold" if name == bold else "")
    console.print(table)


def _table(columns: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="", padding=(0, 1), show_edge=False)
    for number, column in enumerate(columns):
        table.add_column(Text(column), justify="right" if number else "left", no_wrap=True)
    return table


def shown(value: float | int | None) -> str:
    """A count as it is, any other figure to three places, a dash for nothing to measure."""
    if value is None:
        return NOTHING
    return str(value) if isinstance(value, int) else f"{value:.3f}"


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
    ]


def to_json(report: Report) -> dict[str, Any]:
    """The whole report; everything outside `timings_ms` is the same on every run."""
    return {
        "set": report.name,
        "digest": report.digest,
        "figures": report.figures,
        "by_tag": {tag: {"correct": c, "cases": n} for tag, (c, n) in report.by_tag.items()},
        "results": [_result_json(result) for result in report.results],
        "timings_ms": {
            **report.timings,
            "cases": {result.case.id: round(result.ms, 3) for result in report.results},
        },
    }


def _result_json(result: CaseResult) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "question": result.case.question,
        "standalone_question": result.standalone,
        "expected": list(result.case.accepted),
        "given": result.given,
        "refused": result.refused,
        "confidence": round(result.confidence, 4),
        "correct": result.correct,
        "right": result.right,
        "exact_match": result.exact_match,
        "token_f1": result.token_f1,
        "files": list(result.case.files),
        "cited_files": list(result.cited_files),
        "file_right": result.file_right,
        "citations": result.citations,
        "citations_valid": result.citations_valid,
        "retrieved": list(result.retrieved),
        "ranks": list(result.ranks),
        "tags": list(result.case.tags),
        "digest": result.digest,
    }


def write_json(
    reports: Iterable[Report],
    path: Path,
    judged: Sequence[Mapping[str, Mapping[str, Figure]]] = (),
) -> None:
    """Write all reports to one file, each with what was `judged` of it, if anything was.

    EvaluationError when it cannot be written.
    """
    rows = [to_json(report) for report in reports]
    if judged:
        rows = [row | {"judge": told} for row, told in zip(rows, judged, strict=True)]
    text = json.dumps({"reports": rows}, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(
            f"{path}: cannot be written ({error.strerror}); give another --json FILE"
        ) from error


def load_thresholds(path: Path, names: Iterable[str]) -> dict[str, dict[str, float]]:
    """Thresholds by set and figure: `{"sample": {"accuracy": 0.75}}`.

    A figure in ms is a most, every other a least. Raises EvaluationError for a file that is
    missing or damaged, for a figure of another name, and when a set in `names` has no thresholds.
    """
    try:
        thresholds = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path}: cannot be read as thresholds ({error})") from error
    if not isinstance(thresholds, dict) or not all(map(_is_object, thresholds.values())):
        raise EvaluationError(
            f"{path}: expected an object of figures for each set, as in {BASELINE.name}"
        )
    for name, figures in thresholds.items():
        for figure, limit in figures.items():
            number = isinstance(limit, int | float) and not isinstance(limit, bool)
            if figure not in LABELS or not number:
                raise EvaluationError(
                    f"{path}: {name!r} has {figure!r}: {limit!r}; expected a number for one of "
                    f"{', '.join(LABELS)}"
                )
    for name in names:
        if not thresholds.get(name):
            raise EvaluationError(
                f"{path}: set {name!r} has no thresholds, only {', '.join(thresholds) or 'none'}; "
                "add some, or leave --gate out"
            )
    return thresholds


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def missed(report: Report, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    """A line for each figure that misses its threshold; empty when the report passes.

    A figure with nothing to measure misses.
    """
    values: dict[str, float | int | None] = {**report.figures, **report.timings}
    lines = []
    for figure, limit in thresholds.items():
        value, most = values[figure], figure.endswith("_ms")
        if value is None or (value > limit if most else value < limit):
            bound = "at most" if most else "at least"
            lines.append(f"{report.name}: {figure} is {shown(value)}, expected {bound} {limit}")
    return tuple(lines)
