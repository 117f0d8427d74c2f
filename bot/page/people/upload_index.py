"""The index of one user's files: synced before it is opened, open while it is read.

It can always be deleted and rebuilt from the files. It does not know its owner, nor questions.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.page.people.upload_files import UploadFiles
from index.catalog.catalog import Catalog
from index.catalog.sqlite.schema import FILE_NAME
from index.chroma.client import discard
from index.errors import BylineError, CorpusError, StorageBusyError, StorageError, UnreachableError
from index.library import Library
from index.sync.report import Progress

AT_ONCE = 2  # syncs at the same time: each keeps every core busy
PATIENCE = 10.0  # seconds to wait for another change of the same files
BRIEFLY = 2.0  # seconds that a question waits for a sync
RETRY = 5.0  # seconds before another attempt to open an index that failed
BEING_READ: Final = "your files are still being read; try again in a moment"
UNREADABLE: Final = "your files cannot be searched for now; try again in a moment"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexBuilder:
    """How an index is built and opened; both functions take the folder of the files and that of the index.

    `sync` also takes a callback for its progress. `slots` bound the syncs at the same time.
    """

    sync: Callable[[Path, Path, Progress], object]
    open: Callable[[Path, Path], Library]
    slots: threading.BoundedSemaphore


class UploadIndex:
    """One user's index. Safe to call from several threads."""

    def __init__(
        self, corpus: Path, files: UploadFiles, storage: Path, builder: IndexBuilder
    ) -> None:
        """`files` are in the folder `corpus`, the index in `storage`."""
        self.corpus = corpus
        self.files = files
        self.storage = storage
        self._builder = builder
        self._changes = threading.Lock()  # held while the files or the index change
        self._gate = threading.Condition()  # guards all attributes below
        self._library: Library | None = None
        self._readers = 0
        self._is_synced = False  # as far as this process knows
        self._damaged = False
        self._catching_up: threading.Thread | None = None
        self._retry_at = 0.0
        self._progress: tuple[int, int] | None = None

    @property
    def progress(self) -> tuple[int, int] | None:
        """The number of embedded passages and of all passages during a sync; else None."""
        return self._progress

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Exclusive access to change the files and the index. Raises StorageBusyError."""
        if not self._changes.acquire(timeout=PATIENCE):
            raise StorageBusyError(BEING_READ)
        try:
            self._follow()
            yield
        finally:
            self._changes.release()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While no other process changes the files. Only within `changing`. Raises StorageError."""
        with self.files.alone():
            self._follow()
            yield

    def _follow(self) -> None:
        """Change the files as other processes have; the index no longer fits them then."""
        if self.files.follow():
            self._is_synced = False

    @contextmanager
    def reading(self) -> Iterator[Library | None]:
        """The index while it is read; None if there are no files. Raises StorageError.

        During a sync the index is read as it was before.
        """
        library = self._entered()
        try:
            yield library
        except (StorageBusyError, UnreachableError):
            raise
        except StorageError as error:
            self._suspect(error)
            raise StorageError(UNREADABLE) from None
        finally:
            with self._gate:
                self._readers -= 1
                self._gate.notify_all()

    def sync(self) -> None:
        """Sync the index with the files. Only within `changing`. Raises BylineError."""
        with self._gate:
            # an open index stays readable during the sync
            self._is_synced = self._is_synced and self._library is not None
            damaged, self._damaged = self._damaged, False
        try:
            if damaged:
                self.discard()
            self._sync()
        except StorageError as error:
            _log.warning("%s", error)
            self._is_synced = False
            busy = isinstance(error, StorageBusyError)
            raise StorageBusyError(BEING_READ) if busy else StorageError(UNREADABLE) from None
        except BaseException:
            self._is_synced = False
            raise
        with self._gate:
            self._is_synced = True
            self._retry_at = 0.0

    def _sync(self) -> None:
        self.files.tidy()
        if not self.files.paths():
            self.discard()
            return
        self._progress = 0, 0
        try:
            with self._builder.slots:
                self._builder.sync(self.corpus, self.storage, self._reported)
        except CorpusError as error:  # no file can be read
            _log.warning("%s", error)
            self.discard()
        finally:
            self._progress = None

    def _reported(self, done: int, of: int) -> None:
        self._progress = done, of

    def discard(self) -> None:
        """Delete the index once nobody reads it. Only within `changing`."""
        with self._gate:
            self._gate.wait_for(lambda: not self._readers, PATIENCE)
            self._close()
            if self.storage.is_dir():
                discard(self.storage / "chroma")
            shutil.rmtree(self.storage, ignore_errors=True)

    def characters(self) -> int:
        """The number of characters of all texts; 0 if there is no index that can be opened."""
        if not (self.storage / FILE_NAME).is_file():
            return 0
        try:
            with closing(Catalog(self.storage)) as catalog:
                return catalog.articles.characters()
        except StorageError:
            return 0

    @property
    def is_open(self) -> bool:
        """True while the index is open."""
        return self._library is not None

    def rest(self) -> None:
        """Close the index unless it is being read; the next reader opens it again."""
        with self._gate:
            if not self._readers:
                self._close()

    def close(self) -> None:
        """Close the index even if it is being read."""
        with self._gate:
            self._close()

    def _entered(self) -> Library | None:
        if not self.files.is_in_step():
            self._is_synced = False
        elif not self.corpus.is_dir():  # most users never add a file
            with self._gate:
                self._readers += 1
                return None
        for _ in range(2):
            if not self._is_synced:
                self._catch_up()
            with self._gate:
                try:
                    if self._library is None and self.files.paths():
                        self._library = self._builder.open(self.corpus, self.storage)
                    self._readers += 1
                    return self._library
                except StorageError as error:
                    self._suspect(error)
        raise StorageError(UNREADABLE)

    def _catch_up(self) -> None:
        """Start a sync and wait for it briefly. Raises StorageError if it fails.

        It is needed after a process was killed. The sync runs in a thread, because a question must not wait
        until many files are read.
        """
        with self._gate:
            thread = self._catching_up
            if thread is None or not thread.is_alive():
                if time.monotonic() < self._retry_at:
                    raise StorageError(UNREADABLE)
                self._retry_at = time.monotonic() + RETRY
                thread = threading.Thread(target=self._caught_up, daemon=True)
                self._catching_up = thread
                thread.start()
        thread.join(BRIEFLY)
        if thread.is_alive():
            raise StorageBusyError(BEING_READ)
        if not self._is_synced:
            raise StorageError(UNREADABLE)

    def _caught_up(self) -> None:
        try:
            with self._changes:
                self._follow()
                if not self._is_synced:
                    self.sync()
        except BylineError as error:
            _log.warning("%s", error)
        except Exception:
            _log.exception("an index of uploads could not be synced")

    def _suspect(self, error: StorageError) -> None:
        """Mark the index as damaged: it is rebuilt before it is opened again."""
        _log.warning("%s", error)
        with self._gate:
            self._is_synced, self._damaged = False, True

    def _close(self) -> None:
        library, self._library = self._library, None
        if library is not None:
            library.close()
