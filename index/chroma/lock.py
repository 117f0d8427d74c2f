"""Locks of an index folder: one process at a time syncs it, and one at a time is in Chroma's files.

Two writers corrupt a Chroma folder silently, so the second one is refused at once. A reader that opens a
graph while it is being put down may die of it, so the two take turns.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StorageBusyError, StorageError, UnreachableError

POLL = 0.001  # seconds between two looks whether it is this one's turn


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Holds the lock of the index in `folder`, which is made when missing.

    Raises StorageBusyError when another process holds it, StorageError when the folder cannot be
    written. The lock goes with the process, so a killed writer leaves none behind.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "writer.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StorageError(
            f"{folder}: {error.strerror}; expected a folder that can be written, see --storage"
        ) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageBusyError(
                f"{folder}: another process is syncing this index; wait for it, or stop it"
            ) from None
        except OSError as error:  # some network folders know no locks
            raise StorageError(
                f"{folder}: {error.strerror}; expected a folder that can be locked, see --storage"
            ) from None
        yield
    finally:
        os.close(handle)


class Turns:
    """Turns of threads and processes at one thing, as a context that may be entered again within."""

    def __init__(self, file: Path | None, patience: float) -> None:
        """`file` is what processes take turns by; without one, only threads of this object do.

        Where it cannot be opened or locked nobody waits: the folder is read-only or knows no locks.
        """
        self._file, self._patience = file, patience
        self._threads = threading.RLock()
        self._depth = 0
        self._handle: int | None = None

    def __enter__(self) -> None:
        """Raises UnreachableError when others keep their turns for longer than `patience` seconds."""
        until = time.monotonic() + self._patience
        if not self._threads.acquire(timeout=-1 if self._file is None else self._patience):
            raise self._given_up()
        try:
            if self._depth == 0 and self._file is not None:
                self._handle = _opened(self._file)
                self._lock(until)
            self._depth += 1
        except BaseException:
            if self._depth == 0:
                self._let_go()
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._let_go()
        self._threads.release()

    def _lock(self, until: float) -> None:
        while self._handle is not None:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise self._given_up() from None
                time.sleep(POLL)
            except OSError:
                return

    def _let_go(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _given_up(self) -> UnreachableError:
        folder = self._file.parent if self._file else ""
        return UnreachableError(
            f"{folder}: others have been at Chroma's files for {self._patience:g} s; expected them to "
            "finish, try again or stop them"
        )


def _opened(file: Path) -> int | None:
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            return os.open(file, flags, 0o644)
        except OSError:
            continue
    return None
