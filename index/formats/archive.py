"""The files in a zip archive. Nothing is written to disk, and nothing outside the archive is read.

The sizes that an archive states are not trusted: the unpacked bytes are counted.
"""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO

from index.errors import UnreadableError
from index.formats.limits import Limits
from index.formats.saved_page import PAGES, PASSED_OVER, is_part_of
from index.text.article import INSIDE

SUFFIX = ".zip"
_ENCRYPTED = 0x1
_CHUNK = 1 << 20
_OUTWARD = frozenset(("", ".", ".."))  # parts of a name that lead out of the archive
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The exceptions of zipfile for damaged or hostile archives.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError),
    *(RuntimeError, OverflowError, IndexError, KeyError),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, or of a nested archive: its bytes, or the reason why it was rejected."""

    path: str
    data: bytes = b""
    refused: str = ""


class OverrunError(UnreadableError):
    """The archive exceeds a limit as a whole, so all of it is rejected."""


@dataclass(slots=True)
class _Usage:
    """How much of the limits one archive has used, with its nested archives."""

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
        """The bytes of `file`, read in chunks while the limits allow."""
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
    """Opens one archive of the corpus with its nested archives.

    `accepts(path)` tells whether to read a member; it raises UnreadableError to reject and report it.
    """

    limits: Limits
    accepts: Callable[[str], bool]
    _usage: _Usage = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_usage", _Usage(self.limits))

    def members(self, path: str, data: bytes, depth: int = 1) -> Iterator[Member]:
        """The files in the archive `path`, in its order; hidden ones are skipped, as in a folder.

        The parts of a saved page are one member, which is rejected.
        Raises UnreadableError when `data` is not an archive, OverrunError as soon as it exceeds a limit.
        """
        if depth > self.limits.depth:
            raise UnreadableError(
                f"an archive {depth} deep: expected at most {self.limits.depth}; unpack it"
            )
        archive = open_zip(data)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        shown = [entry for entry in entries if not _is_hidden(entry.filename)]
        parts = _parts_of_pages([entry.filename for entry in shown])
        files = [entry for entry in shown if entry.filename not in parts]
        self._usage.count(len(files))
        for folder in dict.fromkeys(parts.values()):
            yield Member(path + INSIDE + folder, refused=PASSED_OVER)
        for entry in files:
            name = path + INSIDE + entry.filename
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
            raise UnreadableError("an unusual compression: expected deflate")
        try:
            with archive.open(entry) as file:
                return self._usage.unpack(file)
        except DAMAGE:
            raise UnreadableError("damaged: expected an intact member") from None


def gunzip(data: bytes, limits: Limits) -> bytes:
    """The file that was compressed with gzip. Raises UnreadableError when it is damaged or too large."""
    content, is_whole = gunzip_intact(data, limits)
    if not is_whole:
        raise UnreadableError("damaged: expected an intact compressed file")
    return content


def gunzip_intact(data: bytes, limits: Limits) -> tuple[bytes, bool]:
    """What gzip compressed, as far as it is intact, and whether all of it is.

    Raises UnreadableError when it is too large.
    """
    pieces, size, is_whole = [], 0, True
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as file:
            while size <= limits.unpacked_bytes and (piece := file.read1(_CHUNK)):
                size += len(piece)
                pieces.append(piece)
    except DAMAGE:
        is_whole = False
    if size > limits.unpacked_bytes:
        raise UnreadableError(
            f"unpacks to more than {limits.unpacked_bytes / 1e6:g} MB: expected at most that; split the file"
        )
    return b"".join(pieces), is_whole


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The archive in `data`. Raises UnreadableError."""
    try:
        return zipfile.ZipFile(BytesIO(data))
    except DAMAGE:
        raise UnreadableError("a damaged archive: expected an intact one") from None


def _steps(name: str) -> list[str]:
    return name.replace("\\", "/").split("/")


def _is_hidden(name: str) -> bool:
    steps = _steps(name)
    return steps[-1].startswith("~$") or any(
        step == "__MACOSX" or (step.startswith(".") and step not in _OUTWARD) for step in steps
    )


def _parts_of_pages(names: Sequence[str]) -> dict[str, str]:
    """Name → the folder of a saved page that it is in, for those of `names` that are in one."""
    pages = {"/".join(_steps(name)).lower() for name in names if name.lower().endswith(PAGES)}
    found = {}
    for name in names if pages else ():
        steps, parent = _steps(name), ""
        for step in steps[:-1]:
            if is_part_of(step, pages, parent):
                found[name] = parent + step
                break
            parent += f"{step}/"
    return found
