"""Uploads: files that a user adds, searched for this user only, and removes again.

Each user has a corpus and an index of their own, so that no question of another user reads their files. It
does not know HTTP.
"""

import re
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.page.people.upload_files import UploadFiles, safe_name
from bot.page.people.upload_index import AT_ONCE, BEING_READ, IndexBuilder, UploadIndex
from index.catalog.catalog import Catalog
from index.catalog.selection import Selection
from index.errors import StorageError, UploadError
from index.formats.limits import Limits
from index.library import Library
from index.reading.articles import Contents, Refused, parse_file
from index.sync.report import Progress

FOLDER: Final = "uploads"  # in a user's corpus, so that paths are "uploads/name.txt"
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


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: its name, size, number of articles, and the parts that could not be read.

    `id` and `title` are its article's if it has exactly one; `known`: the same file was already there.
    """

    name: str
    size: int
    articles: int
    refused: tuple[Refused, ...] = ()
    id: str = ""
    title: str = ""
    known: bool = False


class Uploads:
    """The uploads of all users, in one folder. Safe to call from several threads."""

    def __init__(
        self,
        folder: Path,
        sync: Callable[[Path, Path, Progress], object],
        open_library: Callable[[Path, Path], Library],
        limits: Limits,
        quota: Quota = Quota(),
    ) -> None:
        """`sync` and `open_library` take a corpus and the folder of its index; see `IndexBuilder`."""
        self._folder = folder
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
        if not _OWNER.fullmatch(owner):
            raise UploadError(f"{owner[:80]!a}: not an owner; expected a-z, 0-9 and -")
        return self._folder / owner / "corpus"

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
            kept = index.files.same(name, data)
            if not kept:
                name = index.files.free(name)
                self._keep(owner, name, data, found)
        return replace(self._look(owner, [kept or name])[0], known=bool(kept))

    def _keep(self, owner: str, name: str, data: bytes, found: Contents) -> None:
        """Store a file and sync the index, or leave both as they were."""
        index = self._index(owner)
        with self._room:
            self._refuse_too_much(index, found, len(data))
            index.files.keep(name, data)
        try:
            index.sync()
        except BaseException:
            # if this fails too, the index is synced when it is opened next
            with suppress(UploadError):
                index.files.remove(name)
            self._clear(index)
            raise

    def progress(self, owner: str) -> tuple[int, int] | None:
        """The number of embedded passages and of all passages while a file is added; else None."""
        return self._index(owner).progress

    def list(self, owner: str) -> tuple[Upload, ...]:
        """The owner's files by name; without their articles if the index cannot be read."""
        return self._look(owner, [path.name for path in self._index(owner).files.paths()])

    def _look(self, owner: str, names: Sequence[str]) -> tuple[Upload, ...]:
        folder = self._index(owner).files.folder
        try:
            with self.opened(owner) as library:
                return _listed(folder, names, library.catalog if library else None)
        except StorageError as error:
            return _listed(folder, names, None, str(error))

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
        if not owner or not self.corpus(owner).is_dir():
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
                files = UploadFiles(corpus / FOLDER, corpus.parent)
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
        """Delete the index and folder of a user without files."""
        if not index.files.paths():
            index.discard()
            shutil.rmtree(index.corpus.parent, ignore_errors=True)

    def _refuse_too_much(self, index: UploadIndex, found: Contents, size: int) -> None:
        """Raises UploadError if `size` more bytes, or the text in them, exceed the quota."""
        files, quota = len(index.files.paths()), self._quota
        if files >= quota.files:
            raise UploadError(f"{files} files: expected at most {quota.files}; {REMEDY}")
        if index.files.size() + size > quota.own_bytes:
            most = f"{quota.own_bytes / 1e6:g} MB"
            raise UploadError(f"too large: expected at most {most} in all your files; {REMEDY}")
        text = sum(len(article.text) for article in found.articles)
        if index.characters() + text > quota.characters:
            most = f"{quota.characters / 1e6:g} million characters"
            raise UploadError(f"too much text: expected at most {most} in all your files; {REMEDY}")
        every = sum(_size(path) for path in self._folder.glob(f"*/corpus/{FOLDER}/*"))
        if every + size > quota.all_bytes:
            raise UploadError("the server has no space left for uploads; try again later")


def too_large(name: str, most: int) -> str:
    """The message about a file of more than `most` bytes."""
    return f"{name}: expected at most {most / 1e6:g} MB; split it, or leave out what is not text"


def _listed(
    folder: Path, names: Sequence[str], catalog: Catalog | None, reason: str = BEING_READ
) -> tuple[Upload, ...]:
    """The files with their articles; `reason` is shown for files that are not in the catalog."""
    files = catalog.files() if catalog else {}
    ids = catalog.articles.ids_by_file() if catalog else {}
    own = {name: ids.get(f"{FOLDER}/{name}", []) for name in names}
    single = frozenset(found[0] for found in own.values() if len(found) == 1)
    only = Selection(ids=single)
    rows = catalog.listing.browse(only, "path", 0, len(single))[0] if catalog and single else ()
    titles = {row.id: row.title for row in rows}
    listed = []
    for name, found in own.items():
        known = files.get(f"{FOLDER}/{name}")
        refused = known.refused if known else ((name, reason),)
        key = found[0] if len(found) == 1 else ""
        size = _size(folder / name)
        listed.append(Upload(name, size, len(found), refused, key, titles.get(key, "")))
    return tuple(listed)


def _size(path: Path) -> int:
    """The size of a file; 0 if it was removed meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
