"""The lock of Chroma's files: one process at a time is in them.

A reader that opens a graph while it is being persisted may crash, so readers and the writer take turns.
"""

import fcntl
import os
import threading
import time
from pathlib import Path

from index.errors import UnreachableError

POLL = 0.001  # seconds between two attempts to get the lock


class ChromaLock:
    """A re-entrant lock for threads and processes, as a context manager."""

    def __init__(self, file: Path | None, patience: float) -> None:
        """`file` locks out other processes; without it only the threads of this object take turns.

        Where `file` cannot be opened or locked, nobody waits: the folder is read-only or has no locks.
        """
        self._file, self._patience = file, patience
        self._threads = threading.RLock()
        self._depth = 0
        self._handle: int | None = None

    def __enter__(self) -> None:
        """Raises UnreachableError when others hold the lock for more than `patience` seconds."""
        until = time.monotonic() + self._patience
        if not self._threads.acquire(timeout=-1 if self._file is None else self._patience):
            raise self._timed_out()
        try:
            if self._depth == 0 and self._file is not None:
                self._handle = _opened(self._file)
                self._lock(until)
            self._depth += 1
        except BaseException:
            if self._depth == 0:
                self._release()
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._release()
        self._threads.release()

    def _lock(self, until: float) -> None:
        while self._handle is not None:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise self._timed_out() from None
                time.sleep(POLL)
            except OSError:
                return

    def _release(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _timed_out(self) -> UnreachableError:
        folder = self._file.parent if self._file else ""
        return UnreachableError(
            f"{folder}: another process has used Chroma's files for {self._patience:g} s; "
            "wait until it has finished, or stop it"
        )


def _opened(file: Path) -> int | None:
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            return os.open(file, flags, 0o644)
        except OSError:
            continue
    return None
