"""Runs sets in the background, one at a time, question by question, so that other users get a turn.

It reports progress and saves the result; it does not know how engines are built.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from eval.cases.case import Case
from eval.runs.asking import OpenEngine, SearchableEngine
from eval.runs.kept import Runs, new_run
from eval.runs.report import DEPTH, Report
from eval.runs.result import CaseResult
from eval.runs.run import CitationChecker, run_case
from eval.runs.sets import AvailableSet, find_set
from index.errors import BylineError, EvaluatingError, EvaluationError
from index.formats.limits import USUAL, Limits

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """How far the run is, or how the last one ended, with a line about it.

    `run` is the id under which it was kept, once it is done.
    """

    state: Literal["idle", "running", "done", "failed"] = "idle"
    line: str = ""
    set: str = ""
    done: int = 0
    of: int = 0
    run: str = ""


class Runner:
    """Starts and stops runs. Safe to use from several threads."""

    def __init__(
        self,
        runs: Runs,
        sets: Callable[[], Mapping[str, AvailableSet]],
        open_engine: OpenEngine,
        settings: Callable[[], Mapping[str, str | int]],
        limits: Limits = USUAL,
    ) -> None:
        """`sets` are those on offer now, `settings` what a run is to say about how it was measured.

        A file beyond `limits` counts as unreadable when citations are checked.
        """
        self._runs = runs
        self._sets = sets
        self._open = open_engine
        self._settings = settings
        self._limits = limits
        self._state = State()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> State:
        """How far it is."""
        return self._state

    def sets(self) -> Mapping[str, AvailableSet]:
        """The sets on offer, by name."""
        return self._sets()

    def start(self, name: str) -> State:
        """Begin to run a set.

        Raises NoSuchError for an unknown one, EvaluationError for a damaged one, EvaluatingError
        while another runs.
        """
        chosen = find_set(name, self.sets())
        cases = chosen.cases()
        with self._lock:
            if self._state.state == "running":
                raise EvaluatingError(
                    f"set {self._state.set!r} is being run; wait for its end, or stop it"
                )
            self._stop.clear()
            self._state = State("running", "Opening the index …", name, 0, len(cases))
            self._thread = threading.Thread(
                target=self._work, args=(chosen, cases), name="evaluation", daemon=True
            )
            self._thread.start()
        return self.state

    def stop(self) -> State:
        """Ask the run to end after the question it is at; nothing of it is kept."""
        with self._lock:
            if self._state.state == "running":
                self._stop.set()
                self._state = replace(self._state, line="Stopping …")
        return self.state

    def close(self) -> None:
        """Stop, and wait until the engine is let go."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _work(self, chosen: AvailableSet, cases: tuple[Case, ...]) -> None:
        try:
            with self._open(chosen) as engine:
                report = self._ask(engine, chosen, cases)
            if report is None:
                done = self._state.done
                line = f"Stopped after {done} of {len(cases)} questions; nothing was kept."
                self._end(State("idle", line, chosen.name, done, len(cases)))
                return
            run = new_run(report, self._settings())
            self._runs.save(run)
            line = (
                f"{len(cases) - len(report.misses)} of {len(cases)} questions went as they should."
            )
            self._end(State("done", line, chosen.name, len(cases), len(cases), run.id))
        except BylineError as error:
            self._fail(str(error))
        except Exception as error:  # otherwise the state would stay "running" forever
            _log.exception("the evaluation of %r failed", chosen.name)
            self._fail(" ".join(f"{type(error).__name__}: {error}".split()))

    def _ask(
        self, engine: SearchableEngine, chosen: AvailableSet, cases: tuple[Case, ...]
    ) -> Report | None:
        """The report, or None when it was stopped."""
        checker = CitationChecker(chosen.corpus, self._limits)
        results: list[CaseResult] = []
        for case in cases:
            if self._stop.is_set():
                return None
            try:
                found = run_case(engine, case, checker, lambda asked: engine.search(asked, DEPTH))
            except BylineError as error:
                raise EvaluationError(f"case {case.id!r}: {error}") from error
            results.append(found)
            self._advance(len(results))
        return Report(chosen.name, tuple(results))

    def _advance(self, done: int) -> None:
        with self._lock:
            line = "Stopping …" if self._stop.is_set() else ""
            self._state = replace(self._state, done=done, line=line)

    def _fail(self, line: str) -> None:
        self._end(replace(self._state, state="failed", line=line))

    def _end(self, state: State) -> None:
        with self._lock:
            self._state = state
