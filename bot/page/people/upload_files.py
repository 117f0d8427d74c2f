"""The uploaded files of one user in a folder, written atomically under portable names.

It does not know what is in the files.
"""

import os
import re
import unicodedata
from pathlib import Path
from typing import Final

from index.errors import UnreadableError, UploadError
from index.formats.registry import suffix_of
from index.reading.articles import sha256_of

LONGEST_NAME = 120  # bytes of UTF-8
_UNFINISHED = ".part"
# Path separators and characters with a meaning to shells or other file systems.
_UNSAFE: Final = frozenset('/\\:*?"<>|')
_JOINERS: Final = frozenset("\u200c\u200d")  # invisible, but part of Persian and Indic words
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)", re.IGNORECASE)


class UploadFiles:
    """The files in `folder`, which the first upload creates. Dot files are ignored."""

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

    def size(self) -> int:
        """The size of all files in bytes."""
        return sum(path.stat().st_size for path in self.paths())

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

    def keep(self, name: str, data: bytes) -> None:
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
