"""Files that a person adds: checked as in a sync, searched for that person alone, and removed again.

Each person with uploads has a small corpus and an index of their own, so that what is theirs lies in no
file that a question of somebody else reads. It knows files and indexes, and nothing of HTTP.
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

FOLDER: Final = "uploads"  # within a person's corpus, so that paths read "uploads/name.txt"
MOST_KNOWN = 2_000  # people of whom it is remembered where their files lie
OPEN_AT_ONCE = 16  # indexes of people that are held open when nobody asks them
_OWNER: Final = re.compile(r"[a-z0-9-]{3,64}")


@dataclass(frozen=True, slots=True)
class Quota:
    """How much may lie there: files, bytes and characters of text of one person, bytes of all together."""

    files: int = 100
    own_bytes: int = 50_000_000
    all_bytes: int = 1_000_000_000
    # A small archive may unpack to very much, and every word of it is embedded: a minute a million or so.
    characters: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of somebody's: its name, its bytes, how many articles came of it, and what did not.

    `id` and `title` are its article's, where it holds just one. `known` is True of a file that was there
    already, under this name.
    """

    name: str
    size: int
    articles: int
    refused: tuple[Refused, ...] = ()
    id: str = ""
    title: str = ""
    known: bool = False


class Uploads:
    """The uploads of everybody, in one folder. Safe to call from several threads."""

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
        self._maker = IndexBuilder(sync, open_library, threading.BoundedSemaphore(AT_ONCE))
        self._limits = limits
        self._quota = quota
        self._indexes: OrderedDict[str, UploadIndex] = (
            OrderedDict()
        )  # the last one asked at the end
        self._lock = threading.Lock()
        self._room = threading.Lock()  # held from counting what lies there until there is more

    @property
    def largest(self) -> int:
        """What a file may weigh, in bytes."""
        return min(self._limits.max_bytes, self._quota.own_bytes)

    def corpus(self, owner: str) -> Path:
        """The folder that the owner's files lie in, under `uploads/`. Raises UploadError for no owner."""
        if not _OWNER.fullmatch(owner):
            raise UploadError(f"{owner[:80]!a}: nobody's name; expected a-z, 0-9 and -")
        return self._folder / owner / "corpus"

    def add(self, owner: str, name: str, data: bytes) -> Upload:
        """Checks a file, keeps it and puts it into the owner's index.

        The same file is kept once; another one of the same name gets a number. Raises UploadError in one
        line when nothing can be read in it, or there is too much, StorageBusyError while another file of
        the owner's is being read for long. A file that was not added has left nothing behind.
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
        """Writes a file and brings the index in line with it, or leaves both as they were."""
        index = self._index(owner)
        with self._room:
            self._refuse_too_much(index, found, len(data))
            index.files.keep(name, data)
        try:
            index.bring_in_line()
        except BaseException:
            # where this fails too, the next one who opens the index has it brought in line
            with suppress(UploadError):
                index.files.remove(name)
            self._clear(index)
            raise

    def made(self, owner: str) -> tuple[int, int] | None:
        """How many passages of how many are embedded while a file is being added; None while none is."""
        return self._index(owner).made

    def list(self, owner: str) -> tuple[Upload, ...]:
        """The owner's files by name; while the index cannot be read, without their articles."""
        return self._look(owner, [path.name for path in self._index(owner).files.paths()])

    def _look(self, owner: str, names: Sequence[str]) -> tuple[Upload, ...]:
        folder = self._index(owner).files.folder
        try:
            with self.opened(owner) as library:
                return _listed(folder, names, library.catalog if library else None)
        except StorageError as error:
            return _listed(folder, names, None, str(error))

    def remove(self, owner: str, name: str) -> bool:
        """Takes a file out of the folder and the index; False where there is none of that name.

        Raises StorageBusyError, as `add` does, before anything is removed.
        """
        index = self._index(owner)
        with index.changing():
            if not index.files.remove(name):
                return False
            index.bring_in_line()
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
                    corpus, files, corpus.with_name("index"), self._maker
                )
            self._indexes.move_to_end(owner)
            return self._indexes[owner]

    def _make_room(self) -> None:
        """Closes those that have not been read for the longest time."""
        with self._lock:
            held = [index for index in self._indexes.values() if index.is_open]
            # Most who look at the page never add a file.
            for owner in list(self._indexes)[: max(0, len(self._indexes) - MOST_KNOWN)]:
                if not self._indexes[owner].is_open:
                    del self._indexes[owner]
        for index in held[: max(0, len(held) - OPEN_AT_ONCE)]:
            index.rest()

    def _clear(self, index: UploadIndex) -> None:
        """Leaves nothing of somebody who has no file any more."""
        if not index.files.paths():
            index.discard()
            shutil.rmtree(index.corpus.parent, ignore_errors=True)

    def _refuse_too_much(self, index: UploadIndex, found: Contents, size: int) -> None:
        """Raises UploadError when `size` bytes more, and what is in them, are too much."""
        files, quota = len(index.files.paths()), self._quota
        if files >= quota.files:
            raise UploadError(f"{files} files: expected at most {quota.files}; remove some first")
        if index.files.size() + size > quota.own_bytes:
            raise UploadError(
                f"too much: expected at most {quota.own_bytes / 1e6:g} MB in all your files; "
                "remove some first"
            )
        text = sum(len(article.text) for article in found.articles)
        if index.characters() + text > quota.characters:
            raise UploadError(
                f"too much text: expected at most {quota.characters / 1e6:g} million characters in all "
                "your files; remove some first"
            )
        every = sum(_size(path) for path in self._folder.glob(f"*/corpus/{FOLDER}/*"))
        if every + size > quota.all_bytes:
            raise UploadError("no room is left for anybody's files; try again later")


def too_large(name: str, most: int) -> str:
    """The line about a file of more than `most` bytes."""
    return f"{name}: expected at most {most / 1e6:g} MB; split it, or leave out what is no text"


def _listed(
    folder: Path, names: Sequence[str], catalog: Catalog | None, reason: str = BEING_READ
) -> tuple[Upload, ...]:
    """Files as the catalog knows them; with the `reason` when it does not."""
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
    """Bytes of a file; 0 when it has gone meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
