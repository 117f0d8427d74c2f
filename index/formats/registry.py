"""The supported formats by suffix, in one table: a new format is one more line in READERS.

A reader takes bytes and limits and yields the articles in them; it does not know files and folders.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from index.errors import UnreadableError
from index.formats import archive as archive
from index.formats.decoding import decode
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.mail import read_mail, read_mailbox
from index.formats.office import read_docx, read_epub
from index.formats.pdf import read_pdf
from index.formats.plain import read_markdown, read_text
from index.formats.rows.feed import read_feed
from index.formats.rows.objects import read_json, read_json_lines
from index.formats.rows.tables import read_csv
from index.formats.web.html import read_page

Reader = Callable[[bytes, Limits], Iterable[Extracted]]

# The encoding that a page declares, anywhere in its head.
_HEAD_BYTES = 64 * 1024
_BODY = re.compile(rb"<body\b", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{2,40})", re.IGNORECASE)


def suffix_of(path: str) -> str:
    """The suffix that determines the format of `path`. Raises UnreadableError for an unknown one."""
    suffixes = PurePosixPath(path).suffixes
    if (double := "".join(suffixes[-2:]).lower()) in READERS:
        return double
    suffix = suffixes[-1].lower() if suffixes else ""
    if suffix not in SUFFIXES:
        raise UnreadableError(f"{suffix or 'no suffix'}: expected one of {', '.join(SUFFIXES)}")
    return suffix


def _read_html(data: bytes, limits: Limits) -> Iterator[Extracted]:
    head = _BODY.search(data, 0, _HEAD_BYTES)
    charset = _CHARSET.search(data, 0, head.start() if head else _HEAD_BYTES)
    markup = decode(data, charset.group(1).decode("ascii") if charset else None)
    page = read_page(markup, limits.day_order)
    # Each line is a block: an empty line keeps a heading apart from the next paragraph.
    text = "\n\n".join(line for line in page.text.splitlines() if line.strip())
    yield Extracted(
        text, page.title, page.site, page.published, author=page.author, updated=page.updated
    )


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".text": read_text,
    ".markdown": read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".epub": read_epub,
    ".eml": read_mail,
    ".mbox": read_mailbox,
    ".csv": read_csv,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".rss": read_feed,
    ".atom": read_feed,
    ".xml": read_feed,
}
# These readers are simple enough to run in this process; all others run in the sandbox.
HARMLESS = frozenset((".txt", ".md", ".text", ".markdown"))
# Archives: each member is read by the reader of its own suffix.
ARCHIVES = (archive.SUFFIX,)
SUFFIXES = (*READERS, *ARCHIVES)


def _unpacking(reader: Reader) -> Reader:
    return lambda data, limits: reader(archive.gunzip(data, limits), limits)


# Any of these may also be compressed on its own: story.txt.gz.
READERS |= {f"{suffix}.gz": _unpacking(reader) for suffix, reader in READERS.items()}
