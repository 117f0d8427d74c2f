"""Web archives (.warc, .warc.gz), as crawlers write them: each page in them is an article.

Pictures, scripts, redirects and error pages are left out. A place in the file that is damaged is reported
with its record; the pages above it are read.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from index.errors import UnreadableError
from index.formats.archive import gunzip_intact
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.web.html import page_article

_PAGES = ("text/html", "application/xhtml+xml")
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_CUT_OFF = "the web archive is damaged or cut off here: expected an intact record"


def read_warc(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The pages of a web archive, numbered from 1 in its order. Raises UnreadableError when it is none."""
    from warcio.archiveiterator import (
        ArchiveIterator,
    )  # slow, so only folders with such files load it
    from warcio.exceptions import ArchiveLoadFailed

    content, is_whole = gunzip_intact(data, limits) if data.startswith(_GZIP) else (data, True)
    if not content.startswith(b"WARC/"):
        raise UnreadableError("no web archive: expected one that begins with WARC/")
    number, left = 0, limits.unpacked_bytes
    try:
        for record in ArchiveIterator(BytesIO(content)):
            page = _page(record, left)
            if page is None:
                continue
            number += 1
            left -= len(page)
            try:
                yield replace(page_article(page, limits, _charset(record)), part=str(number))
            except UnreadableError as error:
                yield Extracted("", part=str(number), refused=str(error))
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, IndexError, zlib.error):
        is_whole = False
    if not is_whole:
        yield Extracted("", part=str(number + 1), refused=_CUT_OFF)


def _page(record: Any, most: int) -> bytes | None:
    """The bytes of the page in `record`, or None when it is another record.

    Raises UnreadableError when the pages are larger than `most`, EOFError when the record is cut off.
    """
    answer = record.http_headers
    if record.rec_type not in ("response", "resource") or not _type(record).startswith(_PAGES):
        return None
    if answer is not None and answer.get_statuscode() != "200":
        return None
    stream, pieces, size = record.content_stream(), [], 0
    while piece := stream.read(_CHUNK):
        size += len(piece)
        if size > most:
            raise UnreadableError(
                f"holds more than {most / 1e6:g} MB of pages: expected at most that; split the file"
            )
        pieces.append(piece)
    while record.raw_stream.read(_CHUNK):
        pass
    if getattr(record.raw_stream, "limit", 0):  # fewer bytes than its head states
        raise EOFError("the record ends early")
    return b"".join(pieces)


def _type(record: Any) -> str:
    """The content type of the page, in lower case: of the answer, or of a record without one."""
    headers = record.http_headers or record.rec_headers
    return str(headers.get_header("Content-Type") or "").strip().lower()


def _charset(record: Any) -> str | None:
    found = re.search(r"charset\s{0,9}=\s{0,9}[\"']?([\w-]{2,40})", _type(record))
    return found[1] if found else None
