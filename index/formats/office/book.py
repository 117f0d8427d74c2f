"""EPUB books: the chapters in reading order, with what the package states about the book."""

import re
from collections.abc import Iterator
from datetime import date
from posixpath import dirname, join, normpath
from urllib.parse import unquote
from zipfile import ZipFile

from index.errors import UnreadableError
from index.formats.archive import DAMAGE
from index.formats.decoding import decode
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.office.package import open_package, parse_xml
from index.formats.web.html import all_words
from index.text.author import clean_author
from index.text.dates import first_date

_CONTAINER = "META-INF/container.xml"
_PACKAGE = "{http://www.idpf.org/2007/opf}"
_CORE = "{http://purl.org/dc/elements/1.1/}"
_PAGES = ("application/xhtml+xml", "text/html")


def read_epub(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The chapters of a book in reading order, with title, publisher and date from its package."""
    book = open_package(data, limits)
    try:
        package = _package_path(book)
        root = parse_xml(book.read(package), "book")
        manifest = {
            item.get("id"): item
            for item in root.iter(_PACKAGE + "item")
            if item.get("media-type") in _PAGES and item.get("properties") != "nav"
        }
        chapters = []
        for entry in root.iter(_PACKAGE + "itemref"):
            item = manifest.get(entry.get("idref"))
            if item is not None and entry.get("linear") != "no":
                name = normpath(join(dirname(package), unquote(item.get("href", ""))))
                chapters.append(_words(book.read(name)))
    except DAMAGE:
        raise UnreadableError("a damaged book: expected readable chapters") from None
    stated = {
        name: next((" ".join(e.text.split()) for e in root.iter(_CORE + name) if e.text), None)
        for name in ("title", "publisher", "date", "creator")
    }
    yield Extracted(
        "\n\n".join(chapter for chapter in chapters if chapter),
        title=stated["title"],
        publisher=stated["publisher"],
        published=_day(stated["date"]),
        author=clean_author(stated["creator"] or ""),
    )


def _package_path(book: ZipFile) -> str:
    names = book.namelist()
    if _CONTAINER in names:
        for element in parse_xml(book.read(_CONTAINER), "book").iter():
            if isinstance(element.tag, str) and element.tag.endswith("rootfile"):
                return str(element.get("full-path"))
    return next((name for name in names if name.endswith(".opf")), _CONTAINER)


def _words(markup: bytes) -> str:
    """The text of a chapter's body, without the head, which repeats the title."""
    head, body, rest = decode(re.sub(rb"^\s*<\?xml[^>]*\?>", b"", markup)).partition("<body")
    return all_words(body + rest if body else head).replace("\n", "\n\n")


def _day(stated: str | None) -> date | None:
    return first_date(stated) if stated else None
