"""Pipelines run in turn on the same articles and questions; their figures are collected here."""

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.bench.pipelines.pipeline import BYLINE, Inputs
from eval.bench.pipelines.process import PipelineProcess
from eval.cases.case import Case
from eval.metrics.metrics import hit_at_k, mean, percentile

HITS = 4
STEPS = ("first sync", "sync again", "search", "answer")


@dataclass
class Measured:
    """One pipeline's figures over the rounds: seconds of each sync, ms of each question.

    `files` are what the last round's questions found; `rss_mb` is what its process had grown by after
    the first round, its libraries included, None where the system does not report it.
    """

    name: str
    articles: int = 0
    passages: int = 0
    first_s: list[float] = field(default_factory=list)
    again_s: list[float] = field(default_factory=list)
    search_ms: list[float] = field(default_factory=list)
    answer_ms: list[float] = field(default_factory=list)
    files: list[list[str]] = field(default_factory=list)
    rss_mb: float | None = None

    @property
    def article_rate(self) -> float:
        """Articles a second of the median first sync, loading the model included."""
        return self.articles / statistics.median(self.first_s)

    @property
    def passage_rate(self) -> float:
        """The same in passages, which are the pipeline's own."""
        return self.passages / statistics.median(self.first_s)

    @property
    def again_ms(self) -> float:
        """Milliseconds of the median sync of articles that have not changed."""
        return statistics.median(self.again_s) * 1000

    def search(self, percent: float) -> float | None:
        """A percentile of the milliseconds to find a question's files."""
        return percentile(self.search_ms, percent)

    def answer(self, percent: float) -> float | None:
        """The same of whole cited answers; None for a pipeline that only retrieves."""
        return percentile(self.answer_ms, percent)

    def hits(self, cases: Sequence[Case]) -> float | None:
        """Hits@4: the share of questions with a right file among the first four; None without cases."""
        pairs = zip(self.files, cases, strict=False)
        return mean(hit_at_k(files, case.files, HITS) for files, case in pairs)


def measure_in_turn(
    names: Sequence[str], inputs: Inputs, questions: Sequence[str], rounds: int
) -> list[Measured]:
    """Every pipeline does every step before any does the next, in another order each round.

    So a slow moment of the machine affects all. Each round begins with an empty folder. Raises
    EvaluationError when a pipeline fails.
    """
    measured = {name: Measured(name) for name in names}
    with ExitStack() as stack:
        running = [stack.enter_context(PipelineProcess(name, inputs)) for name in names]
        for number in range(rounds):
            shift = number % len(running)
            order = running[shift:] + running[:shift]
            with TemporaryDirectory("-byline-bench") as folder:
                for step in STEPS:
                    for process in order:
                        _do(step, process, measured[process.name], Path(folder), questions)
    return list(measured.values())


def _do(
    step: str, process: PipelineProcess, into: Measured, folder: Path, questions: Sequence[str]
) -> None:
    """One step of one pipeline; its figures go into `into`."""
    if step in ("first sync", "sync again"):
        synced = process.sync(folder / process.name)
        (into.first_s if step == "first sync" else into.again_s).append(synced.seconds)
        into.articles, into.passages = synced.size.articles, synced.size.passages
        rss_mb = synced.rss_mb
    elif step == "search" or process.name == BYLINE:  # the others only retrieve
        asked = process.ask(step, questions)
        if step == "search":
            into.search_ms += asked.ms
            into.files = asked.results
        else:
            into.answer_ms += asked.ms
        rss_mb = asked.rss_mb
    else:
        return
    if len(into.first_s) == 1:
        into.rss_mb = rss_mb
