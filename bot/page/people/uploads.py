"""Uploads: files that a user adds, searched for this user only, and removes again.

Each user has a corpus and an index of their own, so that no question of another user reads their files. It
does not know HTTP.
"""

import re
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.page.people.upload_files import FOLDER, AllFiles, safe_name
from bot.page.people.upload_index import AT_ONCE, IndexBuilder, UploadIndex
from bot.page.people.upload_list import Upload, listed
from index.errors import BylineError, StorageError, UploadError
from index.formats.limits import Limits
from index.library import Library
from index.reading.articles import parse_file
from index.sync.report import Progress

MOST_KNOWN = 2_000  # users whose UploadIndex is kept in memory
OPEN_AT_ONCE = 16  # indexes that stay open while nobody reads them
REMEDY: Final = "remove some first"
_OWNER: Final = re.compile(r"[a-z0-9-]{3,64}")


@dataclass(frozen=True, slots=True)
class Quota:
    """The largest number of files, bytes and characters of a user, and of bytes of all users."""

    files: int = 100
    own_bytes: int = 50_000_000
    all_bytes: int = 1_000_000_000
    # A small archive may hold much text; embedding takes about a minute for a million characters.
    characters: int = 20_000_000


class Uploads:
    """The uploads of all users, in one folder. Safe to call from several threads."""

    def __init__(
        self,
        files: AllFiles,
        sync: Callable[[Path, Path, Progress], object],
        open_library: Callable[[Path, Path], Library],
        limits: Limits,
        quota: Quota = Quota(),
    ) -> None:
        """`sync` and `open_library` take a corpus and the folder of its index; see `IndexBuilder`."""
        self._files = files
        self._builder = IndexBuilder(sync, open_library, threading.BoundedSemaphore(AT_ONCE))
        self._limits = limits
        self._quota = quota
        self._indexes: OrderedDict[str, UploadIndex] = OrderedDict()  # least recently used first
        self._lock = threading.Lock()
        self._room = threading.Lock()  # held from checking the quota until the file is stored

    @property
    def largest(self) -> int:
        """The largest file in bytes."""
        return min(self._limits.max_bytes, self._quota.own_bytes)

    def corpus(self, owner: str) -> Path:
        """The owner's corpus. Raises UploadError for an invalid owner."""
        return self._files.folder / checked_owner(owner) / "corpus"

    def add(self, owner: str, name: str, data: bytes) -> Upload:
        """Check a file, store it and sync the owner's index.

        The same file is stored once; another file with the same name gets a number. Raises UploadError if
        nothing in it can be read or the quota is exceeded, StorageBusyError if another file of the owner's
        takes long. If it fails, nothing is stored.
        """
        index = self._index(owner)
        name = safe_name(name)
        if len(data) > self.largest:
            raise UploadError(too_large(name, self.largest))
        found = parse_file(f"{FOLDER}/{name}", data, self._limits)
        if not found.articles:
            raise UploadError(f"{name}: {found.refused[0][1]}")
        with index.changing():
            with self._room, index.alone():
                kept = index.files.same(name, data)
                if not kept:
                    name = index.files.free(name)
                    text = sum(len(article.text) for article in found.articles)
                    self._refuse_too_much(index, text, len(data))
                    index.files.keep(name, data, text)
            if not kept:
                self._sync_added(index, name)
        return replace(self._look(owner, kept or name)[0], known=bool(kept))

    def _sync_added(self, index: UploadIndex, name: str) -> None:
        """Sync the index with a file that was stored, or leave both as they were."""
        try:
            index.sync()
        except BaseException:
            # if this fails too, the index is synced when it is opened next
            with suppress(BylineError):
                index.files.remove(name)
            self._clear(index)
            raise

    def progress(self, owner: str) -> tuple[int, int] | None:
        """The number of embedded passages and of all passages while a file is added; else None."""
        return self._index(owner).progress

    def list(self, owner: str) -> tuple[Upload, ...]:
        """The owner's files by name; without their articles if the index cannot be read."""
        return self._look(owner)

    def _look(self, owner: str, name: str = "") -> tuple[Upload, ...]:
        """All files, or the one with this name."""
        sizes = self._index(owner).files.sizes()
        sizes = {name: sizes.get(name, 0)} if name else sizes
        try:
            with self.opened(owner) as library:
                return listed(sizes, library.catalog if library else None)
        except StorageError as error:
            return listed(sizes, None, str(error))

    def remove(self, owner: str, name: str) -> bool:
        """Remove a file and sync the index; False if there is no file with this name.

        Raises StorageBusyError, as `add` does, before anything is removed.
        """
        index = self._index(owner)
        with index.changing():
            if not index.files.remove(name):
                return False
            index.sync()
            self._clear(index)
        return True

    @contextmanager
    def opened(self, owner: str) -> Iterator[Library | None]:
        """The owner's index for as long as it is read; None where nothing was added. Raises StorageError."""
        if not owner:
            yield None
            return
        with self._index(owner).reading() as library:
            yield library
        self._make_room()

    def close(self) -> None:
        """Releases every index."""
        with self._lock:
            for index in self._indexes.values():
                index.close()
            self._indexes.clear()

    def _index(self, owner: str) -> UploadIndex:
        corpus = self.corpus(owner)
        with self._lock:
            if owner not in self._indexes:
                files = self._files.of(owner, corpus / FOLDER, corpus.parent)
                self._indexes[owner] = UploadIndex(
                    corpus, files, corpus.with_name("index"), self._builder
                )
            self._indexes.move_to_end(owner)
            return self._indexes[owner]

    def _make_room(self) -> None:
        """Close the indexes that were not used for longest."""
        with self._lock:
            held = [index for index in self._indexes.values() if index.is_open]
            # Most users never add a file.
            for owner in list(self._indexes)[: max(0, len(self._indexes) - MOST_KNOWN)]:
                if not self._indexes[owner].is_open:
                    del self._indexes[owner]
        for index in held[: max(0, len(held) - OPEN_AT_ONCE)]:
            index.rest()

    def _clear(self, index: UploadIndex) -> None:
        """Delete the index and files of a user without files; what else is in the folder stays."""
        if not index.files.paths():
            index.discard()
            for folder in (index.corpus, index.corpus.with_name("index")):
                shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):  # a list of questions is in it
                index.corpus.parent.rmdir()

    def _refuse_too_much(self, index: UploadIndex, text: int, size: int) -> None:
        """Raises UploadError if `size` more bytes, or `text` more characters, exceed the quota."""
        sizes, quota = index.files.sizes(), self._quota
        if len(sizes) >= quota.files:
            raise UploadError(f"{len(sizes)} files: expected at most {quota.files}; {REMEDY}")
        if sum(sizes.values()) + size > quota.own_bytes:
            most = f"{quota.own_bytes / 1e6:g} MB"
            raise UploadError(f"too large: expected at most {most} in all your files; {REMEDY}")
        held = index.files.characters()
        if (index.characters() if held is None else held) + text > quota.characters:
            most = f"{quota.characters / 1e6:g} million characters"
            raise UploadError(f"too much text: expected at most {most} in all your files; {REMEDY}")
        if self._files.all_bytes() + size > quota.all_bytes:
            raise UploadError("the server has no space left for uploads; try again later")


def checked_owner(owner: str) -> str:
    """`owner`, which may name a folder. Raises UploadError if it is invalid."""
    if not _OWNER.fullmatch(owner):
        raise UploadError(f"{owner[:80]!a}: not an owner; expected a-z, 0-9 and -")
    return owner


def too_large(name: str, most: int) -> str:
    """The message about a file of more than `most` bytes."""
    return f"{name}: expected at most {most / 1e6:g} MB; split it, or leave out what is not text"
