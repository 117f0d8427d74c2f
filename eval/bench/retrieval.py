"""Measures rankings of articles on a collection: figures with intervals, and their differences.

Pure functions of rankings; it knows nothing of indexes. Bootstrap intervals are seeded: the same rankings
always give the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.table import Table

from eval.cases.collection import Topic
from eval.metrics.metrics import (
    average_precision,
    hit_at_k,
    interval,
    ndcg_at_k,
    recall_at_k,
    reciprocal_rank,
)

Ranker = Callable[[Topic], Sequence[str]]  # a topic's question → ids of documents, best first
RankingMetric = Callable[[Sequence[str], frozenset[str]], float | None]
DEPTH = 100  # documents of a ranking that are looked at
FIGURES: Mapping[str, RankingMetric] = {
    "Hits@4": lambda ranked, relevant: hit_at_k(ranked, relevant, 4),
    "Hits@10": lambda ranked, relevant: hit_at_k(ranked, relevant, 10),
    "MRR@10": lambda ranked, relevant: reciprocal_rank(ranked, relevant, 10),
    "nDCG@10": lambda ranked, relevant: ndcg_at_k(ranked, relevant, 10),
    "MAP@10": lambda ranked, relevant: average_precision(ranked, relevant, 10),
    "recall@10": lambda ranked, relevant: recall_at_k(ranked, relevant, 10),
    "recall@100": lambda ranked, relevant: recall_at_k(ranked, relevant, DEPTH),
}


@dataclass(frozen=True)
class Ranked:
    """One system's rankings, in the order of the topics."""

    topics: tuple[Topic, ...]
    rankings: tuple[tuple[str, ...], ...]

    @cached_property
    def values(self) -> dict[str, NDArray[np.float64]]:
        """By figure its value for every topic, shape (topics,)."""
        pairs = list(zip(self.rankings, self.topics, strict=True))
        return {
            name: np.array([measure(ranked, topic.relevant) or 0.0 for ranked, topic in pairs])
            for name, measure in FIGURES.items()
        }


def rank(topics: Iterable[Topic], ranker: Ranker) -> Ranked:
    """Asks `ranker` every topic's question."""
    kept = tuple(topics)
    return Ranked(kept, tuple(tuple(ranker(topic)[:DEPTH]) for topic in kept))


def halves(topics: Sequence[Topic]) -> tuple[tuple[Topic, ...], tuple[Topic, ...]]:
    """Every second topic for tuning, and the others for reporting."""
    return tuple(topics[::2]), tuple(topics[1::2])


def print_rankings(systems: Mapping[str, Ranked], console: Console) -> None:
    """A row a system: the mean of each figure over its interval; then the last one less each other."""
    table = Table(box=box.SIMPLE_HEAD, header_style="", padding=0, show_edge=False)
    table.add_column(min_width=24)  # else its seven neighbours leave it nothing
    for heading in FIGURES:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, ranked in systems.items():
        table.add_row(name, *(_mean(ranked.values[figure]) for figure in FIGURES))
    *others, last = systems
    for name in others:
        ours, theirs = systems[last].values, systems[name].values
        gains = (_mean(ours[f] - theirs[f], sign="+") for f in FIGURES)
        table.add_row(f"{last} − {name}", *gains)
    console.print(table)


def _mean(values: NDArray[np.float64], sign: str = "") -> str:
    low, high = interval(values)
    return f"{values.mean():{sign}.3f}\n{low:{sign}.2f}–{high:{sign}.2f}"
