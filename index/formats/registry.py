"""The supported formats by suffix, in one table: a new format is one more line in READERS.

A reader takes bytes and limits and yields the articles in them; it does not know files and folders.
"""

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from index.errors import UnreadableError
from index.formats import archive as archive
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.mail import read_mail, read_mailbox
from index.formats.office.book import read_epub
from index.formats.office.opendocument import read_odt
from index.formats.office.rich_text import read_rtf
from index.formats.office.word import read_docx
from index.formats.pdf.reader import read_pdf
from index.formats.plain import read_markdown, read_text
from index.formats.rows.feed import read_feed
from index.formats.rows.objects import read_json, read_json_lines
from index.formats.rows.tables import read_csv
from index.formats.web.html import read_html
from index.formats.web.snapshot import read_snapshot
from index.formats.web.warc import read_warc

Reader = Callable[[bytes, Limits], Iterable[Extracted]]


def suffix_of(path: str) -> str:
    """The suffix that determines the format of `path`. Raises UnreadableError for an unknown one."""
    suffixes = PurePosixPath(path).suffixes
    if (double := "".join(suffixes[-2:]).lower()) in READERS:
        return double
    suffix = suffixes[-1].lower() if suffixes else ""
    if suffix not in SUFFIXES:
        raise UnreadableError(f"{suffix or 'no suffix'}: expected one of {', '.join(SUFFIXES)}")
    return suffix


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".text": read_text,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".mhtml": read_snapshot,
    ".mht": read_snapshot,
    ".warc": read_warc,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".odt": read_odt,
    ".rtf": read_rtf,
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
READERS[".warc.gz"] = read_warc  # which keeps the pages above a damaged place
