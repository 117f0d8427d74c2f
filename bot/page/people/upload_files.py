"""One person's files as they lie in a folder: kept whole or not at all, under names that any folder can hold.

It knows names and bytes, not what can be read in them.
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
# Separators and what shells and other systems' folders give a meaning to.
_UNSAFE: Final = frozenset('/\\:*?"<>|')
_JOINERS: Final = frozenset("\u200c\u200d")  # invisible, but letters of Persian and Indic words
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)", re.IGNORECASE)


class UploadFiles:
    """The files in `folder`, which is made with the first. What begins with a dot is none of them."""

    def __init__(self, folder: Path, private: Path | None = None) -> None:
        """`private` is a folder around it that nobody else on the machine is to enter."""
        self.folder = folder
        self._private = private or folder

    def paths(self) -> list[Path]:
        """Every file, by name."""
        try:
            found = sorted(self.folder.iterdir())
        except FileNotFoundError:
            return []
        return [path for path in found if not path.name.startswith(".") and path.is_file()]

    def size(self) -> int:
        """Bytes of all of them."""
        return sum(path.stat().st_size for path in self.paths())

    def same(self, name: str, data: bytes) -> str:
        """The name of a file of `name`'s format with just these bytes, or ""."""
        suffix, digest = Path(name).suffix.lower(), sha256_of(data)
        for path in self.paths():
            alike = path.stat().st_size == len(data) and path.suffix.lower() == suffix
            if alike and sha256_of(path.read_bytes()) == digest:
                return path.name
        return ""

    def free(self, name: str) -> str:
        """`name`, or with a number where there is one of that name, whatever the case of its letters."""
        # on some file systems A.txt and a.txt are one file
        taken = {path.name.casefold() for path in self.paths()}
        number, free = 1, name
        while free.casefold() in taken:
            number += 1
            free = _shortened(name, f" ({number})")
        return free

    def keep(self, name: str, data: bytes) -> None:
        """Writes a file beside its place and puts it there when it is whole. Raises UploadError."""
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
                f"{name}: it cannot be kept here ({error.strerror}); try again later"
            ) from None

    def remove(self, name: str) -> bool:
        """Deletes the file of this name; False where there is none. Raises UploadError."""
        found = next((path for path in self.paths() if path.name == name), None)
        if found is None:
            return False
        try:
            found.unlink(missing_ok=True)
        except OSError as error:
            raise UploadError(f"{name}: it cannot be removed ({error.strerror})") from None
        return True

    def tidy(self) -> None:
        """Deletes what a program that was killed had begun to write; nothing may be being written."""
        for path in self.folder.glob(f".*{_UNFINISHED}"):
            path.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """A browser's name for a file as one that any folder can hold, of a format that can be read.

    Raises UploadError when it has no suffix, or one that no reader has.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(map(_safe, unicodedata.normalize("NFC", last)))
    # two dots would be a way out of a folder, to whoever looks at addresses
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
