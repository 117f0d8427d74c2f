"""The part of `python -m eval bench` that compares whole pipelines with Byline, by folder."""

import argparse
import os
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from rich.console import Console

from eval.bench.pipelines.node_store import is_installed
from eval.bench.pipelines.pipeline import CLASSES, LLAMAINDEX, Inputs, missing_part
from eval.bench.pipelines.turns import HITS, Measured, measure_in_turn
from eval.cases.case import Case, has_file, load_cases
from eval.cases.named import CORPORA, set_path
from eval.reports.terminal import make_table, shown
from index.settings import Settings

SETS = ("sample", "real")  # whose questions have known files
_COLUMNS = (
    "articles/s", "passages/s", "passages", "again, ms", "p50, ms", "p95, ms",
    f"Hits@{HITS}", "RSS, MB",
)  # fmt: skip


def bench_pipelines(arguments: argparse.Namespace, settings: Settings, console: Console) -> None:
    """Print a table and the ratios for each folder: `--articles`, else the sample's and the real ones.

    Raises EvaluationError when a pipeline fails.
    """
    for title, corpus in _folders(arguments.articles):
        inputs = Inputs(corpus.resolve(), settings.embedder, arguments.fp32.resolve())
        names = []
        for name in CLASSES:
            if name in arguments.without:
                continue
            if why := missing_part(name, inputs):
                console.print(f"{name} is skipped: {why}", soft_wrap=True)
            else:
                names.append(name)
        cases = known_cases(corpus)
        questions = [case.question for case in cases or _standalone("sample")]
        measured = measure_in_turn(names, inputs, questions, arguments.rounds)
        print_pipelines(title, measured, questions, cases, console)


def known_cases(corpus: Path) -> list[Case]:
    """The cases of the named sets that are asked without a history and whose files `corpus` has."""
    cases = chain.from_iterable(map(_standalone, SETS))
    return [case for case in cases if all(has_file(corpus, file) for file in case.files)]


def print_pipelines(
    title: str,
    measured: Sequence[Measured],
    questions: Sequence[str],
    cases: Sequence[Case],
    console: Console,
) -> None:
    """A row a pipeline, Byline's first, and under them its figures over those of each other."""
    ours, *others = measured
    console.print(
        f"pipelines on {title}: {ours.articles} articles, {len(questions)} questions "
        f"({len(cases)} with known files), {len(ours.first_s)} rounds in turn, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    table = make_table(["", *_COLUMNS])
    for each in measured:
        table.add_row(each.name, *_row(each, cases))
    for other in others:
        table.add_row(f"Byline : {other.name}", *_ratios(ours, other, cases))
    console.print(table)
    p50, p95 = shown(ours.answer(50)), shown(ours.answer(95))
    console.print(f"  Byline's whole cited answer: p50 {p50} ms, p95 {p95} ms")
    if LLAMAINDEX in (each.name for each in others) and not is_installed():
        console.print(
            "  llama-index-vector-stores-chroma is not installed: a vector store with the same calls "
            "stands in for it",
            soft_wrap=True,
        )


def _folders(articles: Path | None) -> Iterator[tuple[str, Path]]:
    """Folders of articles, each with what it is called in the output."""
    if articles:
        yield articles.name, articles
        return
    yield from ((name, CORPORA[name]) for name in SETS if CORPORA[name].is_dir())


def _standalone(name: str) -> list[Case]:
    return [case for case in load_cases(set_path(name)) if case.answerable and not case.history]


def _row(each: Measured, cases: Sequence[Case]) -> list[str]:
    rates = [f"{each.article_rate:.1f}", f"{each.passage_rate:.1f}", str(each.passages)]
    times = [f"{each.again_ms:.0f}", f"{each.search(50):.2f}", f"{each.search(95):.2f}"]
    rss = "–" if each.rss_mb is None else f"{each.rss_mb:.0f}"
    return [*rates, *times, shown(each.hits(cases)), rss]


def _ratios(ours: Measured, other: Measured, cases: Sequence[Case]) -> list[str]:
    """Byline's figure over the other's, figure by figure; a dash where there is none.

    Above 1 is better for the rates and Hits@4, below 1 for the times and the memory.
    """
    pairs = [
        (ours.article_rate, other.article_rate),
        (ours.passage_rate, other.passage_rate),
        (ours.passages, None),  # how many there are is neither good nor bad
        (ours.again_ms, other.again_ms),
        (ours.search(50), other.search(50)),
        (ours.search(95), other.search(95)),
        (ours.hits(cases), other.hits(cases)),
        (ours.rss_mb, other.rss_mb),
    ]
    return [f"{a / b:.2f}" if a is not None and b else "–" for a, b in pairs]
