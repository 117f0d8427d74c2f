"""`python -m eval rank`: the figures of a TREC run against qrels, with their intervals.

Derives and shows them; the files are read elsewhere, and nothing is retrieved.
"""

import argparse
import json
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.table import Table

from eval.bench.retrieval import interval
from eval.cases.importing.trec import Qrels, Run, load_qrels, load_run
from eval.cases.writing import write_whole
from eval.metrics.metrics import (
    average_precision,
    hit_at_k,
    ndcg_at_k,
    recall_at_k,
    reciprocal_rank,
)
from index.errors import EvaluationError

Measure = Callable[[Sequence[str], Collection[str], int], float | None]
DEPTHS = (4, 10, 100)
MEASURES: Mapping[str, Measure] = {
    "recall": recall_at_k,
    "Hits": hit_at_k,
    "MRR": reciprocal_rank,
    "nDCG": ndcg_at_k,
    "MAP": average_precision,
}

APART = {
    "not_ranked": "questions are not in the run and count as 0",
    "without_relevant": "questions have no relevant document and are left out",
    "not_judged": "questions of the run are not in the qrels and are left out",
}


@dataclass(frozen=True)
class RunReport:
    """A run and what is relevant; a question that was judged and not ranked counts as 0."""

    run: Run
    qrels: Qrels

    @property
    def questions(self) -> tuple[str, ...]:
        """Those with a relevant document: without one there is nothing to measure."""
        return tuple(question for question, relevant in self.qrels.items() if relevant)

    @cached_property
    def values(self) -> dict[str, NDArray[np.float64]]:
        """By figure, as `recall@10`, its value for every question, shape (questions,)."""
        asked = [(self.run.get(one, ()), self.qrels[one]) for one in self.questions]
        return {
            f"{name}@{k}": np.array([measure(*pair, k) or 0.0 for pair in asked])
            for name, measure in MEASURES.items()
            for k in DEPTHS
        }

    @property
    def apart(self) -> dict[str, int]:
        """How many questions are not in both files, or have nothing to find."""
        return {
            "not_ranked": sum(one not in self.run for one in self.questions),
            "without_relevant": len(self.qrels) - len(self.questions),
            "not_judged": sum(one not in self.qrels for one in self.run),
        }

    def to_json(self) -> dict[str, object]:
        """Counts, and each figure's mean with its 95 % bootstrap interval."""
        figures = {}
        for name, values in self.values.items():
            low, high = interval(values)
            figures[name] = {"mean": float(values.mean()), "low": low, "high": high}
        return {"questions": len(self.questions), **self.apart, "figures": figures}


def rank_run(arguments: argparse.Namespace, console: Console) -> int:
    """Prints the figures of the command line's run. Raises EvaluationError."""
    report = RunReport(load_run(arguments.run), load_qrels(arguments.qrels))
    if not set(report.questions) & report.run.keys():
        raise EvaluationError(
            f"{arguments.run}: ranks no question with a relevant document in {arguments.qrels}; "
            "expected the same ids in both; give the qrels of this run"
        )
    if arguments.json:
        text = json.dumps(report.to_json(), indent=1) + "\n"
        write_whole(arguments.json, text.encode(), "--json FILE")
    print_run(report, arguments.run, console)
    return 0


def print_run(report: RunReport, path: Path, console: Console) -> None:
    """A row for each measure: its mean and interval at each depth."""
    for key, count in report.apart.items():
        if count:
            print(f"eval: {count} {APART[key]}", file=sys.stderr)
    console.print(f"{path.name}: {len(report.questions)} questions")
    table = Table(box=box.SIMPLE_HEAD, header_style="", padding=(0, 1), show_edge=False)
    for number, heading in enumerate(("", *(f"@{k}" for k in DEPTHS))):
        table.add_column(heading, justify="right" if number else "left")
    for name in MEASURES:
        table.add_row(name, *(_mean(report.values[f"{name}@{k}"]) for k in DEPTHS))
    console.print(table)


def _mean(values: NDArray[np.float64]) -> str:
    low, high = interval(values)
    return f"{values.mean():.3f} ({low:.2f}–{high:.2f})"
