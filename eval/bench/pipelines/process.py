"""A pipeline in its own process: it shares no memory, threads or caches with the others."""

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from eval.bench.machine import resident_mb
from eval.bench.pipelines.pipeline import IndexSize, Inputs, Pipeline, open_pipeline
from index.errors import EvaluationError

WARM_UP = "What happened?"  # the first question loads what is loaded lazily


@dataclass(frozen=True, slots=True)
class Synced:
    """A sync: its seconds, the size of the index, and what the process has grown by in MB."""

    seconds: float
    size: IndexSize
    rss_mb: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The milliseconds and the result of each question, and what the process has grown by in MB."""

    ms: list[float]
    results: list[Any]
    rss_mb: float | None


class PipelineProcess:
    """One pipeline; its process starts with the first step and ends with `close`."""

    def __init__(self, name: str, inputs: Inputs) -> None:
        self.name = name
        self._inputs = inputs
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))

    def sync(self, storage: Path) -> Synced:
        """Sync the index in the folder `storage`. Raises EvaluationError when the pipeline fails."""
        synced: Synced = self._do(_sync, storage)
        return synced

    def ask(self, step: str, questions: Sequence[str]) -> Asked:
        """Ask `search`, or Byline's `answer`. Raises EvaluationError when the pipeline fails."""
        asked: Asked = self._do(_ask, step, questions)
        return asked

    def _do(self, step: Any, *values: Any) -> Any:
        try:
            return self._pool.submit(step, self.name, self._inputs, *values).result()
        except BrokenProcessPool:
            reason = "its process ended"
        except Exception as error:  # each pipeline's libraries have errors of their own
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise EvaluationError(f"{self.name}: {reason}; leave it out with --without")

    def close(self) -> None:
        """End the process."""
        self._pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@cache
def _opened(name: str, inputs: Inputs) -> tuple[Pipeline, float | None]:
    """In its process: the pipeline, and the memory before its libraries were loaded."""
    before = resident_mb()
    return open_pipeline(name, inputs), before


def _sync(name: str, inputs: Inputs, storage: Path) -> Synced:
    pipeline, before = _opened(name, inputs)
    storage.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    size = pipeline.sync(storage)
    return Synced(time.perf_counter() - began, size, _grown(before))


def _ask(name: str, inputs: Inputs, step: str, questions: Sequence[str]) -> Asked:
    pipeline, before = _opened(name, inputs)
    ask = getattr(pipeline, step)
    ask(WARM_UP)
    times, results = [], []
    for question in questions:
        began = time.perf_counter()
        results.append(ask(question))
        times.append((time.perf_counter() - began) * 1000)
    return Asked(times, results, _grown(before))


def _grown(before: float | None) -> float | None:
    now = resident_mb()
    return None if before is None or now is None else now - before
