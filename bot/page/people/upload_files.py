"""The uploaded files of one user in a folder, written atomically under portable names.

It does not know what is in the files.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from index.errors import UnreadableError, UploadError
from index.formats.registry import suffix_of
from index.reading.articles import sha256_of

FOLDER: Final = "uploads"  # in a user's corpus, so that paths are "uploads/name.txt"
LONGEST_NAME = 120  # bytes of UTF-8
_UNFINISHED = ".part"
# Path separators and characters with a meaning to shells or other file systems.
_UNSAFE: Final = frozenset('/\\:*?"<>|')
_JOINERS: Final = frozenset("\u200c\u200d")  # invisible, but part of Persian and Indic words
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)", re.IGNORECASE)


class UploadFiles:
    """The files in `folder`, which the first upload creates. Dot files are ignored.

    Nobody else changes them; those that others may change are in `bot.page.people.upload_table`.
    """

    def __init__(self, folder: Path, private: Path | None = None) -> None:
        """`private` is a parent folder that other users of the machine may not enter."""
        self.folder = folder
        self._private = private or folder

    def paths(self) -> list[Path]:
        """All files, by name."""
        try:
            found = sorted(self.folder.iterdir())
        except FileNotFoundError:
            return []
        return [path for path in found if not path.name.startswith(".") and path.is_file()]

    def sizes(self) -> dict[str, int]:
        """Name → bytes of all files, by name."""
        return {path.name: size_of(path) for path in self.paths()}

    def characters(self) -> int | None:
        """The number of characters of all texts in them; None if only their index knows it."""
        return None

    def is_in_step(self) -> bool:
        """False if somebody else has changed the files. Raises StorageError."""
        return True

    def follow(self) -> bool:
        """Change them as others have; True if there was anything. Raises StorageError, UploadError."""
        return False

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While nobody else changes them, also in other processes. Raises StorageError."""
        yield

    def same(self, name: str, data: bytes) -> str:
        """The name of a file with the same format and bytes, or ""."""
        suffix, digest = Path(name).suffix.lower(), sha256_of(data)
        for path in self.paths():
            alike = path.stat().st_size == len(data) and path.suffix.lower() == suffix
            if alike and sha256_of(path.read_bytes()) == digest:
                return path.name
        return ""

    def free(self, name: str) -> str:
        """`name`, or `name` with a number if it is taken; case is ignored."""
        # some file systems ignore case
        taken = {path.name.casefold() for path in self.paths()}
        number, free = 1, name
        while free.casefold() in taken:
            number += 1
            free = _shortened(name, f" ({number})")
        return free

    def keep(self, name: str, data: bytes, characters: int = 0) -> None:
        """Store a file with so many characters of text. Only while `alone`. Raises UploadError."""
        self._write(name, data)

    def _write(self, name: str, data: bytes) -> None:
        """Write a temporary file, then rename it. Raises UploadError."""
        beside = self.folder / f".{sha256_of(data)[:16]}{_UNFINISHED}"
        try:
            self._private.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.folder / name)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise UploadError(
                f"{name}: cannot be stored ({error.strerror}); try again later"
            ) from None

    def remove(self, name: str) -> bool:
        """Delete the file with this name; False if there is none. Raises UploadError."""
        return self._delete(name)

    def _delete(self, name: str) -> bool:
        found = next((path for path in self.paths() if path.name == name), None)
        if found is None:
            return False
        try:
            found.unlink(missing_ok=True)
        except OSError as error:
            raise UploadError(
                f"{name}: cannot be removed ({error.strerror}); try again later"
            ) from None
        return True

    def tidy(self) -> None:
        """Delete unfinished files that a killed process left. Only while nothing is being written."""
        for path in self.folder.glob(f".*{_UNFINISHED}"):
            path.unlink(missing_ok=True)


class AllFiles(Protocol):
    """The files of all users; each has a folder in `folder`."""

    folder: Path

    def of(self, owner: str, folder: Path, private: Path) -> UploadFiles:
        """Those of one user, in `folder`."""
        ...

    def all_bytes(self) -> int:
        """The size of all files. Raises StorageError."""
        ...


class FolderFiles:
    """Files that are in a folder and nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, owner: str, folder: Path, private: Path) -> UploadFiles:
        """Those of one user."""
        return UploadFiles(folder, private)

    def all_bytes(self) -> int:
        """The size of all files."""
        return sum(map(size_of, self.folder.glob(f"*/corpus/{FOLDER}/*")))


def size_of(path: Path) -> int:
    """The size of a file; 0 if it was removed meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def safe_name(name: str) -> str:
    """A portable file name made from the name that the browser sent.

    Raises UploadError if it has no suffix, or one that Byline cannot read.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(map(_safe, unicodedata.normalize("NFC", last)))
    # no "..": it looks like a way out of the folder
    plain = re.sub(r"\.{2,}", ".", " ".join(plain.split())).strip(" .")
    try:
        suffix_of(plain)
    except UnreadableError as error:
        raise UploadError(f"{name[:80]!a}: {error}") from None
    stem, _, suffix = plain.rpartition(".")
    stem = stem.rstrip(" .")
    if _RESERVED.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    return _shortened(f"{stem}.{suffix}")


def _safe(character: str) -> str:
    if character in _UNSAFE:
        return "_"
    if character.isprintable() or character in _JOINERS:
        return character
    return " " if character.isspace() else "_"


def _shortened(name: str, ending: str = "") -> str:
    """`name` with `ending` before its suffix, in at most LONGEST_NAME bytes."""
    stem, _, suffix = name.rpartition(".")
    tail = f"{ending}.{suffix}"
    room = LONGEST_NAME - len(tail.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + tail
