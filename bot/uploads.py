"""Files that a person adds: checked as in a sync, searched for that person alone, and removed again.

Each person with uploads has a small corpus and an index of their own, so that what is theirs lies in no
file that a question of somebody else reads. It knows files and indexes, and nothing of HTTP.
"""

import os
import re
import shutil
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from index.catalog import FILE_NAME
from index.errors import UnreadableError, UploadError
from index.formats import suffix_of
from index.library import Library
from index.limits import Limits
from index.reading import Refused, parse_file, sha256_of

FOLDER: Final = "uploads"  # within a person's corpus, so that paths read "uploads/name.txt"
LONGEST_NAME = 120  # bytes of UTF-8
OPEN_AT_ONCE = 16  # indexes of people that are held open when nobody asks them
PATIENCE = 30.0  # seconds for which questions that are being looked up are waited for
_OWNER: Final = re.compile(r"[a-z0-9-]{3,64}")
_UNSAFE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True, slots=True)
class Quota:
    """How much may lie there: files and bytes of one person, bytes of all together."""

    files: int = 100
    own_bytes: int = 50_000_000
    all_bytes: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was added: its name, its bytes, how many articles came of it, and what did not."""

    name: str
    size: int
    articles: int
    refused: tuple[Refused, ...] = ()


@dataclass(slots=True)
class _Shelf:
    """One person's index while it is open. `lock` is held by whoever opens, changes or closes it."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    library: Library | None = None
    readers: int = 0


class Uploads:
    """The uploads of everybody, in one folder. Safe to call from several threads."""

    def __init__(
        self,
        folder: Path,
        sync: Callable[[Path, Path], object],
        open_library: Callable[[Path, Path], Library],
        limits: Limits,
        quota: Quota = Quota(),
    ) -> None:
        """`sync` and `open_library` take a corpus and the folder of its index."""
        self._folder = folder
        self._sync = sync
        self._open = open_library
        self._limits = limits
        self._quota = quota
        self._shelves: OrderedDict[str, _Shelf] = OrderedDict()
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)

    def corpus(self, owner: str) -> Path:
        """The folder that the owner's files lie in, under `uploads/`. Raises UploadError for no owner."""
        if not _OWNER.fullmatch(owner):
            raise UploadError(f"{owner[:80]!a}: nobody's name; expected a-z, 0-9 and -")
        return self._folder / owner / "corpus"

    def add(self, owner: str, name: str, data: bytes) -> Upload:
        """Checks a file, keeps it and puts it into the owner's index.

        The same file is kept once; another one of the same name gets a number. Raises UploadError in one
        line when nothing can be read in it, or there is too much.
        """
        name = safe_name(name)
        try:
            suffix_of(name)
            if len(data) > self._limits.max_bytes:
                raise UnreadableError(f"larger than {self._limits.max_bytes / 1e6:g} MB")
        except UnreadableError as error:
            raise UploadError(f"{name}: {error}") from None
        found = parse_file(f"{FOLDER}/{name}", data, self._limits)
        if not found.articles:
            raise UploadError(f"{name}: {found.refused[0][1]}")
        with self._shelf(owner).lock:
            folder = self.corpus(owner) / FOLDER
            kept = _same(folder, data)
            name = kept or _free(folder, name)
            if not kept:
                self._refuse_too_much(folder, len(data))
                _write(folder, name, data)
                try:
                    self._bring_in_line(owner)
                except BaseException:
                    (folder / name).unlink(missing_ok=True)
                    raise
        return Upload(name, len(data), len(found.articles), found.refused)

    def list(self, owner: str) -> tuple[Upload, ...]:
        """The owner's files by name."""
        with self.opened(owner) as library:
            if library is None:
                return ()
            ids = library.catalog.article_ids()
            files = library.catalog.files()
        folder = self.corpus(owner)
        return tuple(
            Upload(path.name, path.stat().st_size, len(ids.get(key, ())), files[key].refused)
            for path in _files(folder / FOLDER)
            if (key := f"{FOLDER}/{path.name}") in files
        )

    def remove(self, owner: str, name: str) -> bool:
        """Takes a file out of the folder and the index; False where there is none of that name."""
        with self._shelf(owner).lock:
            found = next((p for p in _files(self.corpus(owner) / FOLDER) if p.name == name), None)
            if found is None:
                return False
            found.unlink()
            self._bring_in_line(owner)
        return True

    @contextmanager
    def opened(self, owner: str) -> Iterator[Library | None]:
        """The owner's index for as long as it is read; None where nothing was added. Raises StorageError."""
        if not owner or not (self.corpus(owner) / FOLDER).is_dir():
            yield None
            return
        shelf = self._shelf(owner)
        with shelf.lock:
            if shelf.library is None and _files(self.corpus(owner) / FOLDER):
                if not (self._index(owner) / FILE_NAME).is_file():
                    self._bring_in_line(owner)  # a program that was killed had no time for it
                shelf.library = self._open(self.corpus(owner), self._index(owner))
            library = shelf.library
            with self._idle:
                shelf.readers += 1
        try:
            yield library
        finally:
            with self._idle:
                shelf.readers -= 1
                self._idle.notify_all()
            self._make_room()

    def close(self) -> None:
        """Releases every index."""
        with self._lock:
            for shelf in self._shelves.values():
                _close(shelf)
            self._shelves.clear()

    def _index(self, owner: str) -> Path:
        return self.corpus(owner).with_name("index")

    def _shelf(self, owner: str) -> _Shelf:
        self.corpus(owner)  # refuses what is no owner
        with self._lock:
            shelf = self._shelves.setdefault(owner, _Shelf())
            self._shelves.move_to_end(owner)
            return shelf

    def _make_room(self) -> None:
        """Closes those that have not been read for the longest time."""
        with self._lock:
            held = [shelf for shelf in self._shelves.values() if shelf.library is not None]
            for shelf in held[: max(0, len(held) - OPEN_AT_ONCE)]:
                # whoever is about to read it holds its lock
                if shelf.readers or not shelf.lock.acquire(blocking=False):
                    continue
                try:
                    _close(shelf)
                finally:
                    shelf.lock.release()

    def _bring_in_line(self, owner: str) -> None:
        """Syncs the owner's index with their files; without any the index goes too."""
        corpus, index = self.corpus(owner), self._index(owner)
        if _files(corpus / FOLDER):
            self._sync(corpus, index)
            return
        shelf = self._shelf(owner)
        with self._idle:  # nobody new comes in: this thread holds the shelf's lock
            self._idle.wait_for(lambda: not shelf.readers, PATIENCE)
        _close(shelf)
        shutil.rmtree(corpus.parent, ignore_errors=True)

    def _refuse_too_much(self, folder: Path, more: int) -> None:
        files, quota = _files(folder), self._quota
        if len(files) >= quota.files:
            raise UploadError(
                f"{len(files)} files: at most {quota.files} are kept; remove some first"
            )
        if sum(p.stat().st_size for p in files) + more > quota.own_bytes:
            raise UploadError(
                f"your files together: at most {quota.own_bytes / 1e6:g} MB are kept; remove some first"
            )
        every = sum(p.stat().st_size for p in self._folder.glob(f"*/corpus/{FOLDER}/*"))
        if every + more > quota.all_bytes:
            raise UploadError(
                "there is no room left for uploads; remove some, or tell who runs this"
            )


def safe_name(name: str) -> str:
    """A browser's name for a file as one that any folder can hold; its suffix stays. Raises UploadError."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", last)).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if not dot or not stem.strip(" ._"):
        raise UploadError(f"{name[:80]!a}: expected a name with a suffix, such as story.txt")
    room = LONGEST_NAME - len(f".{suffix}".encode())
    short = stem.encode()[: max(room, 1)].decode("utf-8", "ignore").strip(" .")
    return f"{short}.{suffix}"


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(p for p in folder.iterdir() if not p.name.startswith(".") and p.is_file())
    except FileNotFoundError:
        return []


def _same(folder: Path, data: bytes) -> str:
    """The name of a file with these bytes, or ""."""
    alike = (p for p in _files(folder) if p.stat().st_size == len(data))
    digest = sha256_of(data)
    return next((p.name for p in alike if sha256_of(p.read_bytes()) == digest), "")


def _free(folder: Path, name: str) -> str:
    stem, _, suffix = name.rpartition(".")
    number, free = 1, name
    while (folder / free).exists():
        number += 1
        free = f"{stem} ({number}).{suffix}"
    return free


def _write(folder: Path, name: str, data: bytes) -> None:
    """Whole or not at all: a sync passes over hidden files."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = folder / f".{sha256_of(data)[:16]}.part"
        beside.write_bytes(data)
        os.replace(beside, folder / name)
    except OSError as error:
        raise UploadError(f"{name}: cannot be kept ({error.strerror}); make room for it") from None


def _close(shelf: _Shelf) -> None:
    if shelf.library is not None:
        shelf.library.close()
        shelf.library = None
