"""Watches the folder of articles and starts a sync when files change, while the page answers.

It does not know what a sync does; it waits for its turn like anybody who presses "Sync now".
"""

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Protocol

from watchfiles import Change, watch

from index.errors import StorageBusyError

# Milliseconds in which further changes join the first, and without one until a sync starts.
DEBOUNCE, STEP = 5_000, 500
_LOOK = 300  # milliseconds between two looks at whether to stop
_RETRY = 1.0  # seconds until a busy index, or a folder that is gone, is tried again
_log = logging.getLogger(__name__)


class Jobs(Protocol):
    """What a watcher needs of `IndexJobs`."""

    def start(self, kind: Literal["sync"]) -> object:
        """Start a job. Raises StorageBusyError while another one runs, or has just run."""
        ...


class Watcher:
    """A thread that watches `folder`; what lies in one of `ignored` is not looked at."""

    def __init__(
        self, folder: Path, jobs: Jobs, ignored: Iterable[Path] = (), retry: float = _RETRY
    ) -> None:
        self._folder, self._jobs, self._retry = folder.resolve(), jobs, retry
        self._ignored = tuple(path.resolve() for path in ignored)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching, and wait for the thread."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        resumed = False
        while not self._stopped.is_set():
            try:
                self._watch(resumed)
            except (OSError, RuntimeError) as error:  # the folder is gone, or too large to watch
                _log.warning("%s cannot be watched (%s); trying again", self._folder, error)
                self._stopped.wait(self._retry)
            resumed = True

    def _watch(self, resumed: bool) -> None:
        """Watch until closed, or until the folder is another one; `resumed`: changes may have been missed."""
        changes = watch(
            self._folder,
            watch_filter=self._counts,
            debounce=DEBOUNCE,
            step=STEP,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            stop_event=self._stopped,
            raise_interrupt=False,
        )
        for found in changes:  # it is empty when nothing has changed for a while
            if found or resumed:
                self._sync()
                resumed = False
            if not self._folder.is_dir():
                raise FileNotFoundError("no such folder")
            if any(path == str(self._folder) for _, path in found):
                return

    def _counts(self, _: Change, path: str) -> bool:
        return not any(Path(path).is_relative_to(folder) for folder in self._ignored)

    def _sync(self) -> None:
        """Start a sync as soon as no other job runs."""
        while not self._stopped.is_set():
            try:
                self._jobs.start("sync")
                return
            except StorageBusyError:
                self._stopped.wait(self._retry)
