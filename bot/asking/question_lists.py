"""Lists of questions: a user adds a table, it is answered in the background, the answers are downloaded.

The tables are kept in one folder per user, so that a list goes on after a restart. At most one list per user.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.asking.batch import Answering, Batch
from bot.asking.questions import ending, read_questions
from bot.retrieval.sources import Scope
from index.console import printable
from index.errors import BylineError, StorageBusyError, TableError

MOST_QUESTIONS = 1_000  # of a list
AT_ONCE = 2  # lists that are answered at the same time, so that people who ask do not wait
_PATIENCE = 10.0  # seconds that closing waits for the running questions
_QUESTIONS, _ANSWERS = "questions", "answers"
_FAILED = "Something went wrong; the program's log has the details."
NO_LIST = "You have no list of questions; add a table with a column “question”."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ListProgress:
    """How far a list is. `state` is "none", "running", "stopped", "done" or "failed"; `line` says why."""

    state: str = "none"
    done: int = 0
    of: int = 0
    line: str = ""


@dataclass
class _Job:
    progress: ListProgress
    thread: threading.Thread | None = None
    stopping: bool = False


class QuestionLists:
    """The lists of all users. Safe to call from several threads."""

    def __init__(self, engine: Answering, corpus: Path, folder: Callable[[str], Path]) -> None:
        """`folder` gives each user's own folder, which is not in `corpus`, or raises BylineError."""
        self._engine, self._corpus, self._folder = engine, corpus, folder
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}

    def progress(self, owner: str) -> ListProgress:
        """How far the user's list is; "stopped" for one that an earlier process began."""
        if job := self._jobs.get(owner):
            return job.progress
        return ListProgress("stopped") if self._table(owner) else ListProgress()

    def begin(self, owner: str, name: str, data: bytes) -> None:
        """Answer the table `data`, whose `name` tells the format; it replaces an earlier list.

        Raises TableError for a table that cannot be read, StorageBusyError if a list is running.
        """
        suffix = ending(Path(printable(name)))
        with self._lock:
            self._refuse_running(owner)
            folder = self._folder(owner)
            folder.mkdir(parents=True, exist_ok=True)
            fresh = folder / f"new{suffix}"
            fresh.write_bytes(data)
            try:
                _check(fresh, printable(name))
            except BylineError:
                fresh.unlink()
                raise
            self._clear(owner)
            fresh.rename(folder / f"{_QUESTIONS}{suffix}")
            self._start(owner)

    def go_on(self, owner: str) -> None:
        """Continue a list that was stopped. Raises TableError if there is none, or StorageBusyError."""
        with self._lock:
            self._refuse_running(owner)
            self._start(owner)

    def stop(self, owner: str) -> None:
        """Stop after the running question; what is answered stays."""
        if job := self._jobs.get(owner):
            job.stopping = True
            if job.thread:
                job.thread.join(_PATIENCE)

    def remove(self, owner: str) -> None:
        """Stop and delete the list and its answers."""
        self.stop(owner)
        with self._lock:
            self._refuse_running(owner)
            self._clear(owner)

    def answers(self, owner: str) -> Path | None:
        """The file of answers, as far as they are written; None if there is none."""
        table = self._table(owner)
        path = table.with_name(f"{_ANSWERS}{table.suffix}") if table else None
        return path if path and path.is_file() else None

    def close(self) -> None:
        """Stop every list."""
        for owner in list(self._jobs):
            with suppress(RuntimeError):
                self.stop(owner)

    def _table(self, owner: str) -> Path | None:
        return next(iter(sorted(self._folder(owner).glob(f"{_QUESTIONS}.*"))), None)

    def _clear(self, owner: str) -> None:
        self._jobs.pop(owner, None)
        for name in (_QUESTIONS, _ANSWERS):
            for file in self._folder(owner).glob(f"{name}.*"):
                file.unlink()

    def _refuse_running(self, owner: str) -> None:
        running = [key for key, job in self._jobs.items() if job.progress.state == "running"]
        if owner in running:
            raise StorageBusyError("your list is being answered; wait until it is done, or stop it")
        if len(running) >= AT_ONCE:
            raise StorageBusyError("other lists are being answered; try again in a few minutes")

    def _start(self, owner: str) -> None:
        table = self._table(owner)
        if table is None:
            raise TableError(NO_LIST)
        job = self._jobs[owner] = _Job(ListProgress("running"))
        # A daemon: each answer is written at once, so that nothing is lost when the process ends.
        job.thread = threading.Thread(target=self._run, args=(job, owner, table), daemon=True)
        job.thread.start()

    def _run(self, job: _Job, owner: str, table: Path) -> None:
        try:
            ended = self._answer(job, owner, table)
        except BylineError as error:
            ended = ListProgress("failed", line=printable(str(error)))
        except Exception:
            _log.exception("a list of questions failed")
            ended = ListProgress("failed", line=_FAILED)
        job.progress = replace(ended, done=job.progress.done, of=job.progress.of)

    def _answer(self, job: _Job, owner: str, table: Path) -> ListProgress:
        out = table.with_name(f"{_ANSWERS}{table.suffix}")
        with Batch(table, out, self._corpus) as batch:
            count = len(batch.questions)
            job.progress = replace(job.progress, of=count)
            for done in batch.steps(self._engine, Scope(owner=owner)):
                job.progress = replace(job.progress, done=done)
                if job.stopping and done < count:
                    return ListProgress("stopped", line=f"Stopped: {done} of {count} are answered.")
        return ListProgress("done", line=batch.summary())


def _check(table: Path, name: str) -> None:
    """Raises TableError, with the user's own name of the table, unless it can be answered."""
    try:
        count = len(read_questions(table))
    except TableError as error:
        raise TableError(str(error).replace(str(table), name)) from None
    if count > MOST_QUESTIONS:
        raise TableError(
            f"{name}: has {count:,} questions; expected at most {MOST_QUESTIONS:,}: split it, or use "
            "`python -m bot ask --batch`"
        )
