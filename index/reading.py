"""A file becomes an Article: decode, extract, find title, publisher and date, mark boilerplate.

A new format is one more line in READERS. What a file cannot tell (a publisher never named) stays None;
nothing is guessed from the file's own clock or name, except a title of last resort.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from index.article import Article
from index.boilerplate import mark_boilerplate
from index.decoding import decode
from index.errors import UnreadableError
from index.headers import find_front_matter, find_published, find_publisher, find_title
from index.markup import read_page

# Bumped when the same bytes would give another Article or other passages: sync then does all files again.
READING_VERSION = 2
# What a page says it is written in; browsers look no further than this either.
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{2,40})", re.IGNORECASE)
_HEADING = re.compile(r"^#[ \t]+(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file and what the format itself says about it; None where it says nothing."""

    text: str
    title: str | None = None
    publisher: str | None = None
    published: date | None = None


def read_article(root: Path, path: str, max_bytes: int) -> Article:
    """Reads `root/path`. Raises UnreadableError with the reason when it cannot become an article."""
    return parse_article(path, read_bytes(root, path, max_bytes))


def parse_article(path: str, data: bytes) -> Article:
    """The article in `data`, a pure function of its arguments; `path` tells the format by its suffix."""
    stated = reader_of(path)(data)
    text = stated.text
    if not re.search(r"\w", text):
        raise UnreadableError("no text: expected an article with words in it")
    marked = mark_boilerplate(text)
    return Article(
        path=path,
        sha256=sha256_of(data),
        # what the format left open, the words of the text may tell
        title=stated.title or find_title(text, marked) or _title_from(path),
        text=text,
        published=stated.published or find_published(text, marked),
        publisher=stated.publisher or find_publisher(text),
        boilerplate=marked,
    )


def reader_of(path: str) -> Callable[[bytes], Extracted]:
    """The reader of the format that `path` names by its suffix. Raises UnreadableError for others."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix not in READERS:
        raise UnreadableError(f"{suffix or 'no suffix'}: expected one of {', '.join(READERS)}")
    return READERS[suffix]


def sha256_of(data: bytes) -> str:
    """The content hash that tells whether a file has changed, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_bytes(root: Path, path: str, max_bytes: int) -> bytes:
    """The bytes of a regular file within `root`, at most `max_bytes`. Raises UnreadableError."""
    full = root / path
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        raise UnreadableError("a name that is not UTF-8: rename the file") from None
    try:
        if not full.resolve().is_relative_to(root.resolve()):
            raise UnreadableError("a link out of the corpus: expected a file within it")
        # O_NONBLOCK: opening a FIFO must not wait for a writer
        handle = os.open(full, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from None
    except ValueError:
        raise UnreadableError("a name that no file can have") from None
    except RuntimeError:
        raise UnreadableError("a link that leads back to itself") from None
    try:
        return _read_regular(handle, max_bytes)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from None
    finally:
        os.close(handle)


def _read_regular(handle: int, max_bytes: int) -> bytes:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("not a regular file")
    if status.st_size > max_bytes:
        raise UnreadableError(
            f"{status.st_size / 1e6:.1f} MB: expected at most {max_bytes / 1e6:g} MB "
            "(BYLINE_MAX_FILE_MB)"
        )
    with os.fdopen(handle, "rb", closefd=False) as file:
        return file.read(max_bytes)


def _read_text(data: bytes) -> Extracted:
    return Extracted(decode(data))


def _read_markdown(data: bytes) -> Extracted:
    text = decode(data)
    # a title in front matter goes before a heading; find_title knows of the first
    heading = None if find_front_matter(text) else _HEADING.search(text.replace("\r", "\n"))
    return Extracted(text, title=heading.group(1).rstrip("# \t") if heading else None)


def _read_html(data: bytes) -> Extracted:
    charset = _CHARSET.search(data[:4096])
    markup = decode(data, charset.group(1).decode("ascii") if charset else None)
    page = read_page(markup)
    # One line a block: an empty line between them keeps headings from running into paragraphs.
    text = "\n\n".join(line for line in page.text.splitlines() if line.strip())
    return Extracted(text, page.title, page.site, page.published)


READERS: dict[str, Callable[[bytes], Extracted]] = {
    ".txt": _read_text,
    ".md": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
}


def _title_from(path: str) -> str:
    return PurePosixPath(path).stem.replace("-", " ").replace("_", " ").strip() or path


def list_files(root: Path) -> Iterator[str]:
    """Paths of the corpus' files relative to `root`, sorted by folder, with forward slashes.

    Hidden files and folders are passed over, and so is a README at the top, which tells about the
    folder. A linked folder, or one that cannot be listed, is not entered but given as a path of its
    own, so that reading it tells why.
    """
    closed: list[str] = []
    for folder, names, files in os.walk(root, onerror=lambda error: closed.append(error.filename)):
        names[:] = sorted(name for name in names if not name.startswith("."))
        links = [name for name in names if os.path.islink(os.path.join(folder, name))]
        for name in sorted([*files, *links]):
            if name.startswith(".") or (folder == str(root) and name.lower() == "readme.md"):
                continue
            yield Path(folder, name).relative_to(root).as_posix()
    yield from (Path(folder).relative_to(root).as_posix() for folder in closed)
