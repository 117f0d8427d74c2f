"""A zip archive as the files in it. Nothing is ever written out, and nothing outside the archive is read.

Sizes that an archive states about itself are not believed: what comes out is counted as it comes.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO

from index.errors import UnreadableError
from index.formats.limits import Limits
from index.text.article import INSIDE

SUFFIX = ".zip"
_ENCRYPTED = 0x1
_CHUNK = 1 << 20
_OUTWARD = frozenset(("", ".", ".."))  # steps of a name that lead up, nowhere or to the root
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What a damaged or lying archive makes zipfile raise.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError),
    *(RuntimeError, OverflowError, IndexError, KeyError),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, or of an archive in it: its bytes, or the reason why there are none."""

    path: str
    data: bytes = b""
    refused: str = ""


class OverrunError(UnreadableError):
    """A limit is passed that holds for an archive as a whole: nothing of it is taken."""


@dataclass(slots=True)
class _Purse:
    """What one archive, with all those in it, has used up of the limits."""

    limits: Limits
    members: int = 0
    unpacked: int = 0

    def count(self, members: int) -> None:
        self.members += members
        if self.members > self.limits.articles:
            raise OverrunError(
                f"{self.members} members: expected at most {self.limits.articles}; split the archive"
            )

    def unpack(self, file: IO[bytes]) -> bytes:
        """All of `file`, read in pieces as long as the limits allow."""
        pieces = []
        while piece := file.read(_CHUNK):
            self.unpacked += len(piece)
            if self.unpacked > self.limits.unpacked_bytes:
                raise OverrunError(
                    f"unpacks to more than {self.limits.unpacked_bytes / 1e6:g} MB: expected at most "
                    "that; split the archive"
                )
            pieces.append(piece)
        return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class Unpacker:
    """Opens one archive of the corpus with those in it.

    `accepts(path)` says whether a member is asked for; it raises UnreadableError for a member that is
    to be named and not opened.
    """

    limits: Limits
    accepts: Callable[[str], bool]
    _purse: _Purse = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_purse", _Purse(self.limits))

    def members(self, path: str, data: bytes, depth: int = 1) -> Iterator[Member]:
        """The files in the archive `path`, in its own order; hidden ones are passed over as in a folder.

        Raises UnreadableError when `data` is no archive, OverrunError as soon as a limit is passed.
        """
        if depth > self.limits.depth:
            raise UnreadableError(
                f"an archive {depth} deep: expected at most {self.limits.depth}; unpack it"
            )
        archive = open_zip(data)
        files = [entry for entry in archive.infolist() if not entry.is_dir()]
        self._purse.count(len(files))
        for entry in files:
            name = path + INSIDE + entry.filename
            if _is_hidden(entry.filename):
                continue
            try:
                if not self.accepts(name):
                    continue
                content = self._content(archive, entry)
                if name.lower().endswith(SUFFIX):
                    yield from self.members(name, content, depth + 1)
                else:
                    yield Member(name, content)
            except OverrunError:
                raise
            except UnreadableError as error:
                yield Member(name, refused=str(error))

    def _content(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
        if not _OUTWARD.isdisjoint(_steps(entry.filename)):
            raise UnreadableError("a name that leads out of the archive: expected one within it")
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableError("encrypted: expected a member that opens without a password")
        if entry.compress_type not in _METHODS:
            raise UnreadableError("compressed in a rare way: expected deflate, the usual one")
        try:
            with archive.open(entry) as file:
                return self._purse.unpack(file)
        except DAMAGE:
            raise UnreadableError("damaged: expected a member that unpacks whole") from None


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The archive in `data`. Raises UnreadableError."""
    try:
        return zipfile.ZipFile(BytesIO(data))
    except DAMAGE:
        raise UnreadableError("a damaged archive: expected one that opens whole") from None


def _steps(name: str) -> list[str]:
    return name.replace("\\", "/").split("/")


def _is_hidden(name: str) -> bool:
    return any(
        step == "__MACOSX" or (step.startswith(".") and step not in _OUTWARD)
        for step in _steps(name)
    )
