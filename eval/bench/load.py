"""Many people at once: a running page asked over HTTP as its own chat asks, by clients with a cookie each.

What people wait for, and what the program's memory does meanwhile. It knows the page from outside.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.bench.machine import resident_mb
from eval.bench.served_page import Person, served
from eval.cases.case import load_cases
from eval.cases.named import CORPORA, set_path
from eval.metrics.metrics import percentile
from index.errors import EvaluationError
from index.settings import load_settings
from index.sync.corpus import sync_corpus

SETTLED, EVERY = 200, 10  # answers: from when memory should stay; how often it is looked at


@dataclass(frozen=True, slots=True)
class Load:
    """What `people` asked: seconds waited for each answer, errors, and megabytes held after each round."""

    people: int
    seconds: tuple[float, ...]
    errors: tuple[str, ...]
    wall: float
    memory_mb: tuple[float, ...]

    @property
    def settled_mb(self) -> float | None:
        """Memory after the first 200 answers, in MB: what is only loaded once is loaded by then."""
        at = SETTLED // EVERY
        return self.memory_mb[at - 1] if len(self.memory_mb) >= at else None

    @property
    def end_mb(self) -> float | None:
        """Memory at the end, in MB: the median of the last five looks."""
        return percentile(self.memory_mb[-5:], 50)

    @property
    def p50(self) -> float | None:
        """Median wait in seconds; None without an answer."""
        return percentile(self.seconds, 50)

    @property
    def p95(self) -> float | None:
        """Wait in seconds that 95 of 100 answers kept within."""
        return percentile(self.seconds, 95)


def measure_load(arguments: argparse.Namespace, console: Console) -> int:
    """Starts the page over an index, has people ask it, and prints what they waited for.

    1 when anybody got an error. Raises BylineError.
    """
    cases = load_cases(set_path(arguments.set))
    questions = [case.question for case in cases if not case.history]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory("-byline-load")))
        corpus = arguments.corpus or CORPORA[arguments.set]
        storage = arguments.storage or folder / "storage"
        sync_corpus(load_settings(corpus=corpus, storage=storage))  # the start finds an index
        began = time.monotonic()
        address, process = stack.enter_context(served(corpus, folder, storage))
        start = [time.monotonic() - began]
        load(address, questions[:1], 1, 1)
        start.append(time.monotonic() - began)
        load(address, questions[1:5], 1, 4)  # what only the first questions wait for
        result = load(
            address, questions, arguments.people, arguments.each, process, arguments.pause
        )
    print_load(result, console, start)
    for line in result.errors[:10]:
        console.print(f"error: {line}")
    return 1 if result.errors else 0


def print_load(result: Load, console: Console, start: Sequence[float] = ()) -> None:
    """The figures as a table. `start`: seconds until the page was there, and until its first answer."""
    table = Table("People at once", str(result.people), title="Load")
    for what, after in zip(("the page is there", "the first answer"), start, strict=False):
        table.add_row(f"start until {what}, s", f"{after:.2f}")
    table.add_row("answers", f"{len(result.seconds):,}")
    table.add_row("errors", f"{len(result.errors):,}")
    table.add_row("answers a second", f"{len(result.seconds) / result.wall:.1f}")
    for name, value in (("p50", result.p50), ("p95", result.p95)):
        table.add_row(f"wait {name}, s", "–" if value is None else f"{value:.2f}")
    for name, value in (("after 200 answers", result.settled_mb), ("at the end", result.end_mb)):
        table.add_row(f"memory {name}, MB", "–" if value is None else f"{value:.0f}")
    console.print(table)


def load(
    address: str,
    questions: Sequence[str],
    people: int,
    each: int,
    process: int | None = None,
    pause: float = 0.0,
) -> Load:
    """`people` ask `each` questions, starting at different ones of `questions`.

    `process` is the id of the page's program, whose memory is looked at now and then. Each person comes
    within the first `pause` seconds, and reads every answer that long before asking on.
    """
    seconds: list[float] = []
    errors: list[str] = []
    memory: list[float] = []
    lock = threading.Lock()

    def one(number: int) -> None:
        try:
            person = Person(address)
        except EvaluationError as error:
            with lock:
                errors.append(str(error))
            return
        try:
            time.sleep(pause * number / people)
            for turn in range(each):
                time.sleep(pause * bool(turn))
                question = questions[(number * each + turn) % len(questions)]
                began = time.monotonic()
                try:
                    person.ask(question)
                except EvaluationError as error:
                    with lock:
                        errors.append(str(error))
                    continue
                with lock:
                    seconds.append(time.monotonic() - began)
                    used = resident_mb(process) if process and len(seconds) % EVERY == 0 else None
                    memory.extend([] if used is None else [used])
        finally:
            person.close()

    began = time.monotonic()
    with ThreadPoolExecutor(people) as pool:
        list(pool.map(one, range(people)))
    return Load(people, tuple(seconds), tuple(errors), time.monotonic() - began, tuple(memory))
