"""The lock of an index folder: one process at a time may sync it.

Two writers corrupt a Chroma folder silently, so the second one is rejected at once.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StorageBusyError, StorageError


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of the index in `folder`, which is created if missing.

    Raises StorageBusyError when another process holds it, StorageError when the folder cannot be
    written. The lock ends with the process, so a killed writer leaves none behind.
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
        except OSError as error:  # some network file systems have no locks
            raise StorageError(
                f"{folder}: {error.strerror}; expected a folder that can be locked, see --storage"
            ) from None
        yield
    finally:
        os.close(handle)
