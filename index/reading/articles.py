"""A file of the corpus becomes Articles: extract the text, find its facts, mark boilerplate.

A file may contain several: rows, or the members of an archive. A fact that the file does not state stays
None; nothing is guessed from the file's time or name, except the title as a last resort.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from index.errors import UnreadableError
from index.formats.archive import OverrunError, Unpacker
from index.formats.extracted import NOTHING, Extracted
from index.formats.limits import USUAL, Limits
from index.formats.registry import ARCHIVES, HARMLESS, READERS, suffix_of
from index.reading.folder import read_bytes
from index.reading.sandbox import SANDBOX
from index.text.article import INSIDE, Article, file_of
from index.text.author import find_author
from index.text.boilerplate import mark_boilerplate
from index.text.metadata import find_days, find_publisher, find_title
from index.text.noticed import noticing

# An archive with all its members may take so many times as long as one text.
ARCHIVE_FACTOR = 10

Refused = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Contents:
    """The content of one file: its articles, each with its own path, and (path, reason) of rejected parts.

    A file that cannot be read at all has no articles, and is itself the rejected part. `noticed` are
    remarks about it, see `index.text.noticed`.
    """

    path: str
    sha256: str
    articles: tuple[Article, ...] = ()
    refused: tuple[Refused, ...] = ()
    noticed: tuple[str, ...] = ()


def read_article(root: Path, path: str, limits: Limits = USUAL) -> Article:
    """The article at `path`, which may be inside a file. Raises UnreadableError with the reason."""
    return parse_article(path, read_bytes(root, file_of(path), limits.max_bytes), limits)


def parse_article(path: str, data: bytes, limits: Limits = USUAL) -> Article:
    """The article at `path` from the bytes of its file. Raises UnreadableError with the reason."""
    return _article(_one(path, data, limits), limits.day_order)


def texts_of(path: str, data: bytes, limits: Limits) -> dict[str, str]:
    """Path → text of the article at `path`, and of the rows that are read with it.

    Raises UnreadableError when there is no article at `path`.
    """
    leaves = _leaves(file_of(path), data, limits, only=path)
    texts = {leaf.path: leaf.extracted.text for leaf in leaves if not leaf.refused}
    if path not in texts:
        raise UnreadableError("no such article in the file")
    return texts


def parse_file(path: str, data: bytes, limits: Limits = USUAL) -> Contents:
    """The content of the file `path` with the bytes `data`: a pure function of its arguments."""
    with noticing() as noticed:
        contents = _parsed(path, data, limits)
    return replace(contents, noticed=tuple(sorted(noticed)))


def _parsed(path: str, data: bytes, limits: Limits) -> Contents:
    sha256 = sha256_of(data)
    articles: dict[str, Article] = {}
    refused: list[Refused] = []
    try:
        for leaf in _leaves(path, data, limits):
            try:
                if leaf.path in articles:
                    raise UnreadableError("a name that occurs twice in the archive")
                articles[leaf.path] = _article(leaf, limits.day_order)
            except UnreadableError as error:
                refused.append((leaf.path, str(error)))
            if len(articles) + len(refused) > limits.articles:  # the rows of all members together
                raise OverrunError(
                    f"more than {limits.articles} articles: expected at most that; split the file"
                )
    except UnreadableError as error:  # the whole file is rejected, with the articles already read
        return Contents(path, sha256, (), ((path, str(error)),))
    if not articles and not refused:
        refused.append((path, "empty: expected articles"))
    return Contents(path, sha256, tuple(articles.values()), tuple(refused))


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A text in a file with its bytes, or the reason why it was rejected."""

    path: str
    data: bytes = b""
    extracted: Extracted = NOTHING
    refused: str = ""


def _one(path: str, data: bytes, limits: Limits) -> _Leaf:
    """The leaf at `path`; other members are not read. Raises UnreadableError."""
    for leaf in _leaves(file_of(path), data, limits, only=path):
        if leaf.refused and f"{path}/".startswith(f"{leaf.path}/"):
            raise UnreadableError(leaf.refused)
        if leaf.path == path:
            return leaf
    raise UnreadableError("no such article in the file")


def _leaves(path: str, data: bytes, limits: Limits, only: str = "") -> Iterator[_Leaf]:
    """Every text in the file, including its archives. Raises UnreadableError for the file as a whole."""
    if suffix_of(path) not in ARCHIVES:
        yield from _texts(path, data, limits)
        return

    def accepts(name: str) -> bool:
        return bool(suffix_of(name)) and (not only or f"{only}/".startswith(f"{name}/"))

    deadline = time.monotonic() + limits.seconds * ARCHIVE_FACTOR
    for member in Unpacker(limits, accepts).members(path, data):
        if time.monotonic() > deadline:
            raise OverrunError(
                f"takes longer than {limits.seconds * ARCHIVE_FACTOR} s to read, with all its members: "
                f"expected at most {ARCHIVE_FACTOR} times {limits.seconds} s; split the file"
            )
        if member.refused:
            yield _Leaf(member.path, refused=member.refused)
            continue
        try:
            yield from _texts(member.path, member.data, limits)
        except UnreadableError as error:
            yield _Leaf(member.path, refused=str(error))


def _texts(path: str, data: bytes, limits: Limits) -> Iterator[_Leaf]:
    """The texts in a file other than an archive. Raises UnreadableError when it cannot be read."""
    suffix = suffix_of(path)
    found = (
        READERS[suffix](data, limits) if suffix in HARMLESS else SANDBOX.read(suffix, data, limits)
    )
    for extracted in found:
        part = extracted.part
        yield _Leaf(path + INSIDE + part if part else path, data, extracted)


def _article(leaf: _Leaf, order: str) -> Article:
    stated, text = leaf.extracted, leaf.extracted.text
    if leaf.refused or stated.refused:
        raise UnreadableError(leaf.refused or stated.refused)
    if not re.search(r"\w", text):
        raise UnreadableError("no text: expected an article with words in it")
    marked = mark_boilerplate(text)
    title = stated.title or find_title(text, marked) or _title_from(leaf.path)
    days = find_days(text, marked, order)
    return Article(
        path=leaf.path,
        sha256=_digest(stated) if stated.part else sha256_of(leaf.data),
        # what the format does not state may be in the text
        title=title,
        text=text,
        published=stated.published or days.published,
        publisher=stated.publisher or find_publisher(text),
        boilerplate=marked,
        pages=stated.pages,
        author=stated.author or find_author(text, title),
        updated=_later(stated.updated or days.updated, stated.published or days.published),
    )


def _later(updated: date | None, published: date | None) -> date | None:
    """The day of an update, unless it is that of publication or before it."""
    return updated if updated and (published is None or updated > published) else None


def _digest(row: Extracted) -> str:
    """The content hash of a row, independent of its position in the file."""
    days = [day and day.isoformat() for day in (row.published, row.updated)]
    said = [row.text, row.title, row.publisher, row.author, *days]
    return sha256_of(json.dumps(said).encode())


def _title_from(path: str) -> str:
    outer, _, name = path.rpartition(INSIDE)
    if name.isdigit():  # a row is named after its file
        return f"{_title_from(outer)}, {name}"
    return (
        PurePosixPath(name.removesuffix(".gz")).stem.replace("-", " ").replace("_", " ").strip()
        or name
    )


def sha256_of(data: bytes) -> str:
    """The content hash by which changes are detected, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
