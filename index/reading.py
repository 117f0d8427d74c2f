"""A file becomes an Article: decode, extract, find title, publisher and date, mark boilerplate.

A new format is one more line in READERS. What a file cannot tell (a publisher never named) stays None;
nothing is guessed from the file's own clock or name, except a title of last resort.
"""

import codecs
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from charset_normalizer import from_bytes

from index.article import Article
from index.boilerplate import mark_boilerplate
from index.errors import UnreadableError
from index.headers import find_published, find_publisher, find_title

# Bumped when the same bytes would give another Article, so that sync reads every file again.
READING_VERSION = 1
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Detection looks at this much of a file; more costs seconds and tells nothing new.
_DETECT_BYTES = 64 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


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
    suffix = PurePosixPath(path).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise UnreadableError(f"{suffix or 'no suffix'}: expected one of {', '.join(READERS)}")
    extracted = reader(data)
    if not extracted.text.strip():
        raise UnreadableError("no text: expected an article with words in it")
    extracted = _with_headers(extracted)
    return Article(
        path=path,
        sha256=sha256_of(data),
        title=extracted.title or _title_from(path),
        text=extracted.text,
        published=extracted.published,
        publisher=extracted.publisher,
        boilerplate=mark_boilerplate(extracted.text),
    )


def sha256_of(data: bytes) -> str:
    """The content hash that tells whether a file has changed, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_bytes(root: Path, path: str, max_bytes: int) -> bytes:
    """The bytes of a regular file within `root`, at most `max_bytes`. Raises UnreadableError."""
    full = root / path
    try:
        if not full.resolve().is_relative_to(root.resolve()):
            raise UnreadableError("a link out of the corpus: expected a file within it")
        # O_NONBLOCK: opening a FIFO must not wait for a writer
        handle = os.open(full, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError, RuntimeError) as error:
        raise UnreadableError(getattr(error, "strerror", None) or str(error)) from None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("not a regular file")
        if status.st_size > max_bytes:
            raise UnreadableError(
                f"{status.st_size / 1e6:.1f} MB: expected at most {max_bytes / 1e6:g} MB "
                "(BYLINE_MAX_FILE_MB)"
            )
        try:
            return file.read(max_bytes)
        except OSError as error:
            raise UnreadableError(error.strerror or str(error)) from None


def decode(data: bytes) -> str:
    """The text of `data`: by its byte-order mark, else UTF-8, else by detection. Line ends stay as they are.

    The byte-order mark is not part of the text. Raises UnreadableError for binary data.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    encoding = _utf16_without_mark(data)
    if encoding is None and b"\0" in data:
        raise UnreadableError("binary data: expected text")
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        text = _detected(data)
    if len(_CONTROLS.findall(text[:4096])) > len(text[:4096]) // 20:
        raise UnreadableError("binary data: expected text")
    return text


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 of mostly Latin text has a zero in every second byte."""
    head = data[:4096]
    if len(head) < 4 or len(data) % 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _detected(data: bytes) -> str:
    best = from_bytes(data[:_DETECT_BYTES], chunk_size=1024).best()
    # Western single-byte text is Windows-1252 on the web, whatever close relative was detected.
    family = {"cp1250", "cp1254", "cp1257", "cp437", "cp850", "cp858", "latin_1", "mac_roman"}
    if best is None or best.encoding in family or best.encoding.startswith("iso8859"):
        return data.decode("cp1252", errors="replace")
    return data.decode(best.encoding, errors="replace")


def _read_text(data: bytes) -> Extracted:
    return Extracted(decode(data))


def _read_markdown(data: bytes) -> Extracted:
    text = decode(data)
    heading = re.search(r"^#\s+(.+?)\s*#*\s*$", text, re.MULTILINE)
    return Extracted(text, title=heading.group(1) if heading else None)


def _read_html(data: bytes) -> Extracted:
    # Imported here: it costs half a second, which a corpus without HTML need not pay.
    import trafilatura

    markup = decode(data)
    try:
        page = trafilatura.bare_extraction(
            markup, with_metadata=True, include_comments=False, date_extraction_params=_STATED_DATES
        )
        text = (page.text if page else None) or trafilatura.html2txt(markup)
    except (ValueError, RecursionError, TypeError) as error:
        raise UnreadableError(f"HTML that cannot be parsed: {error}") from None
    # One line a block: an empty line between them keeps headings from running into paragraphs.
    text = "\n\n".join(line for line in (text or "").splitlines() if line.strip())
    if page is None:
        return Extracted(text)
    day = date.fromisoformat(page.date) if page.date else None
    return Extracted(text, page.title or None, page.sitename or None, day)


# Only dates that the page marks as its publication date; never a guess from the text or a copyright line.
_STATED_DATES = {"extensive_search": False, "original_date": True}

READERS: dict[str, Callable[[bytes], Extracted]] = {
    ".txt": _read_text,
    ".md": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
}


def _with_headers(extracted: Extracted) -> Extracted:
    """Fills in what the format left open from the words of the text."""
    text = extracted.text
    title = extracted.title or find_title(text)
    return replace(
        extracted,
        title=title,
        published=extracted.published or find_published(text),
        publisher=extracted.publisher or find_publisher(text),
    )


def _title_from(path: str) -> str:
    return PurePosixPath(path).stem.replace("-", " ").replace("_", " ").strip() or path


def list_files(root: Path) -> Iterator[str]:
    """Paths of the corpus' files relative to `root`, sorted, with forward slashes.

    Hidden files and folders are passed over, and so is a README at the top, which tells about the
    folder. Linked folders are not entered.
    """
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        relative = Path(folder).relative_to(root)
        for name in sorted(files):
            if name.startswith(".") or (folder == str(root) and name.lower() == "readme.md"):
                continue
            yield (relative / name).as_posix()
