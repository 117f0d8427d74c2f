"""The index of one person's files: open while it is read, and in line with the files when it is opened.

It is made of the files alone, so that whatever is wrong with it, it can be thrown away and made again. It
knows nothing of whose it is, and nothing of questions.
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
from index.catalog.schema import FILE_NAME
from index.chroma.client import discard
from index.errors import (
    BylineError,
    CorpusError,
    StorageBusyError,
    StorageError,
    UnreachableError,
)
from index.library import Library
from index.sync.report import Progress

AT_ONCE = 2  # indexes that are being made at the same time: each keeps every core busy
PATIENCE = 10.0  # seconds for which another change of the same files is waited for
BRIEFLY = 2.0  # seconds that a question waits for an index that has to be brought in line first
RETRY = 5.0  # seconds for which one that could not be opened is left alone
BEING_READ: Final = "your files are still being read; try again in a moment"
UNREADABLE: Final = "your files cannot be searched for now; try again in a moment"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexBuilder:
    """How an index is made and opened; both take the folder of the files and that of the index.

    `sync` also takes what is told how many passages of how many are embedded.
    """

    sync: Callable[[Path, Path, Progress], object]
    open: Callable[[Path, Path], Library]
    turns: threading.BoundedSemaphore


class UploadIndex:
    """One person's index. Safe to call from several threads."""

    def __init__(
        self, corpus: Path, files: UploadFiles, storage: Path, maker: IndexBuilder
    ) -> None:
        """`files` lie in the folder `corpus`, `storage` is the index's."""
        self.corpus = corpus
        self.files = files
        self.storage = storage
        self._maker = maker
        self._changes = threading.Lock()  # held by whoever changes the files or the index
        self._gate = threading.Condition()  # of all that stands below
        self._library: Library | None = None
        self._readers = 0
        self._in_line = False  # as far as this program knows
        self._damaged = False
        self._catching_up: threading.Thread | None = None
        self._retry_at = 0.0
        self._made: tuple[int, int] | None = None

    @property
    def made(self) -> tuple[int, int] | None:
        """How many passages of how many are embedded while the index is being made; else None."""
        return self._made

    @contextmanager
    def changing(self) -> Iterator[None]:
        """The files and the index are this thread's to change. Raises StorageBusyError."""
        if not self._changes.acquire(timeout=PATIENCE):
            raise StorageBusyError(BEING_READ)
        try:
            yield
        finally:
            self._changes.release()

    @contextmanager
    def reading(self) -> Iterator[Library | None]:
        """The index for as long as it is read; None when there is no file. Raises StorageError.

        While files are being added it is read as it stands.
        """
        library = self._entered()
        try:
            yield library
        except (StorageBusyError, UnreachableError):
            raise
        except StorageError as error:
            self._doubt(error)
            raise StorageError(UNREADABLE) from None
        finally:
            with self._gate:
                self._readers -= 1
                self._gate.notify_all()

    def bring_in_line(self) -> None:
        """Makes the index one of the files as they are. Only within `changing`; raises BylineError."""
        with self._gate:
            # an open one is read as it stands meanwhile
            self._in_line = self._in_line and self._library is not None
            damaged, self._damaged = self._damaged, False
        try:
            if damaged:
                self.discard()
            self._synced()
        except StorageError as error:
            _log.warning("%s", error)
            self._in_line = False
            busy = isinstance(error, StorageBusyError)
            raise StorageBusyError(BEING_READ) if busy else StorageError(UNREADABLE) from None
        except BaseException:
            self._in_line = False
            raise
        with self._gate:
            self._in_line = True
            self._retry_at = 0.0

    def _synced(self) -> None:
        self.files.tidy()
        if not self.files.paths():
            self.discard()
            return
        self._made = 0, 0
        try:
            with self._maker.turns:
                self._maker.sync(self.corpus, self.storage, self._reported)
        except CorpusError as error:  # none of them can be read any more
            _log.warning("%s", error)
            self.discard()
        finally:
            self._made = None

    def _reported(self, done: int, of: int) -> None:
        self._made = done, of

    def discard(self) -> None:
        """Deletes the index when nobody reads it any more. Only within `changing`."""
        with self._gate:
            self._gate.wait_for(lambda: not self._readers, PATIENCE)
            self._close()
            if self.storage.is_dir():
                discard(self.storage / "chroma")
            shutil.rmtree(self.storage, ignore_errors=True)

    def characters(self) -> int:
        """How long the texts in it are together; 0 while there is none that can be opened."""
        if not (self.storage / FILE_NAME).is_file():
            return 0
        try:
            with closing(Catalog(self.storage)) as catalog:
                return catalog.articles.characters()
        except StorageError:
            return 0

    @property
    def is_open(self) -> bool:
        """True while its files are held open."""
        return self._library is not None

    def rest(self) -> None:
        """Closes it unless somebody reads it; the next who does opens it again."""
        with self._gate:
            if not self._readers:
                self._close()

    def close(self) -> None:
        """Closes it, whoever reads it."""
        with self._gate:
            self._close()

    def _entered(self) -> Library | None:
        for _ in range(2):
            if not self._in_line:
                self._catch_up()
            with self._gate:
                try:
                    if self._library is None and self.files.paths():
                        self._library = self._maker.open(self.corpus, self.storage)
                    self._readers += 1
                    return self._library
                except StorageError as error:
                    self._doubt(error)
        raise StorageError(UNREADABLE)

    def _catch_up(self) -> None:
        """Has the index brought in line, and waits a moment for it. Raises StorageError when that fails.

        A program that was killed may have left it behind. In a thread of its own: a question does not
        wait for many files to be read.
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
        if not self._in_line:
            raise StorageError(UNREADABLE)

    def _caught_up(self) -> None:
        try:
            with self._changes:
                if not self._in_line:
                    self.bring_in_line()
        except BylineError as error:
            _log.warning("%s", error)
        except Exception:
            _log.exception("an index of uploads could not be brought in line")

    def _doubt(self, error: StorageError) -> None:
        """What cannot be read is closed, and made anew before it is opened again."""
        _log.warning("%s", error)
        with self._gate:
            self._in_line, self._damaged = False, True

    def _close(self) -> None:
        library, self._library = self._library, None
        if library is not None:
            library.close()
