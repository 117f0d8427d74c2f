"""Jobs of the index while it is in use: one sync or check at a time, in a thread.

It starts jobs and reports their progress; it does not know what they do.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from index.console import printable
from index.errors import BylineError, StorageBusyError
from index.sync.check import CheckReport
from index.sync.report import Progress, SyncReport

REST = 10.0  # seconds between the starts of two jobs
MOST_REPORTED = 200  # findings, or skipped files, that are listed
_PATIENCE = 10.0  # seconds that closing waits for a running job
_FAILED = "Something went wrong; the program's log has the details."
_log = logging.getLogger(__name__)

Kind = Literal["sync", "check"]
State = Literal["idle", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class JobProgress:
    """The progress of a job; `line` says how it ended, `report` what it did or found."""

    state: State = "idle"
    done: int = 0
    of: int = 0
    line: str = ""
    report: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """The progress as JSON."""
        report = dict(self.report) if self.report is not None else None
        return {
            "state": self.state,
            "done": self.done,
            "of": self.of,
            "line": self.line,
            "report": report,
        }


class IndexJobs:
    """Syncs and checks of one index on demand. Safe to call from several threads."""

    def __init__(
        self,
        sync: Callable[[Progress], SyncReport],
        check: Callable[[Progress], CheckReport],
        last: SyncReport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`sync` and `check` do the work and report progress; `last` is the report of the last sync."""
        self._work: Final = {
            "sync": lambda progress: self._synced(sync(progress)),
            "check": lambda progress: checked_json(check(progress)),
        }
        self._clock = clock
        self._lock = threading.Lock()
        self._progress: dict[str, JobProgress] = {kind: JobProgress() for kind in self._work}
        self._began: float | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._last = last

    @property
    def last(self) -> SyncReport | None:
        """The report of the last sync that finished since the process started."""
        return self._last

    def progress(self, kind: Kind) -> JobProgress:
        """The progress of the last job of this kind."""
        return self._progress[kind]

    def start(self, kind: Kind) -> JobProgress:
        """Start a job. Raises StorageBusyError if one is running or was started a moment ago."""
        with self._lock:
            self._refuse_too_soon()
            self._began = self._clock()
            begun = self._progress[kind] = JobProgress("running")
            # A daemon: an interrupted job does not damage the index, and must not keep the process alive.
            self._thread = threading.Thread(target=self._run, args=(kind,), daemon=True)
            self._thread.start()
            return begun

    def _refuse_too_soon(self) -> None:
        if self._stopping:
            raise StorageBusyError("the page is closing; start it again first")
        for kind, progress in self._progress.items():
            if progress.state == "running":
                raise StorageBusyError(f"a {kind} is running; wait until it has finished")
        waited = REST if self._began is None else self._clock() - self._began
        if waited < REST:
            left = max(1, round(REST - waited))
            raise StorageBusyError(f"another job was started a moment ago; wait {left} s")

    def _run(self, kind: Kind) -> None:
        def progress(done: int, of: int) -> None:
            if self._stopping:
                raise _Stopped
            self._progress[kind] = replace(self._progress[kind], done=done, of=of)

        try:
            report = self._work[kind](progress)
        except _Stopped:
            ended = JobProgress("failed", line=f"the {kind} was stopped; start it again")
        except BylineError as error:
            ended = JobProgress("failed", line=printable(str(error)))
        except Exception:
            _log.exception("a %s failed", kind)
            ended = JobProgress("failed", line=_FAILED)
        else:
            ended = JobProgress("done", line=str(report["line"]), report=report)
        now = self._progress[kind]
        self._progress[kind] = replace(ended, done=now.done, of=now.of)

    def _synced(self, report: SyncReport) -> dict[str, Any]:
        self._last = report
        return synced_json(report)

    def close(self) -> None:
        """Stop a running job at the next file, and wait for it."""
        self._stopping = True
        if self._thread is not None:
            with suppress(RuntimeError):
                self._thread.join(_PATIENCE)


class _Stopped(Exception):  # noqa: N818 - not an error
    """Stops a job between two files."""


def synced_json(report: SyncReport) -> dict[str, Any]:
    """The report of a sync as JSON: counts and a summary line."""
    counts = {
        name: len(getattr(report, name))
        for name in ("added", "changed", "removed", "kept", "skipped")
    }
    changes = ", ".join(f"{counts[name]:,} {name}" for name in ("added", "changed", "removed"))
    line = f"{changes}; {report.articles:,} articles in the index"
    return {
        "line": line if any(list(counts.values())[:3]) else "Nothing has changed",
        **counts,
        "articles": report.articles,
        "passages": report.passages,
        "repaired": report.repaired,
        "repairs": [printable(one) for one in report.repairs[:MOST_REPORTED]],
    }


def checked_json(report: CheckReport) -> dict[str, Any]:
    """The report of a check as JSON, with at most MOST_REPORTED findings, and a summary line."""
    found = len(report.findings)
    line = (
        f"{found:,} {'problem' if found == 1 else 'problems'} found"
        if found
        else "No problems: folder, catalog, full text and Chroma agree"
    )
    findings = [
        {"kind": one.kind, "line": printable(one.line)} for one in report.findings[:MOST_REPORTED]
    ]
    return {"line": line, **report.to_json(), "findings": findings, "found": found}
