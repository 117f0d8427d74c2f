"""Word documents and EPUB books: zip archives of XML. Pictures and scripts in them are not unpacked.

The unpacked size is checked before a library opens them.
"""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from index.errors import UnreadableError
from index.formats.archive import DAMAGE, open_zip
from index.formats.decoding import decode
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.web.html import all_words
from index.text.author import clean_author
from index.text.dates import first_date

_CONTAINER = "META-INF/container.xml"
_PACKAGE = "{http://www.idpf.org/2007/opf}"
_CORE = "{http://purl.org/dc/elements/1.1/}"
_PAGES = ("application/xhtml+xml", "text/html")


def read_docx(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The paragraphs and tables of a Word document, in order.

    The title is from its properties, or its first heading. The date in the properties is ignored: it is
    when the file was created, not when the story was published.
    """
    import docx  # slow, so only folders with such files load it
    from docx.opc.exceptions import PackageNotFoundError

    _check_size(open_zip(data), limits)
    try:
        document = docx.Document(BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError, *DAMAGE):
        raise UnreadableError("a damaged document: expected an intact one") from None
    title = document.core_properties.title.strip() or None
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            lines += (_row(row) for row in block.rows)
            continue
        words = block.text.strip()
        lines.append(words)
        style = (block.style.name or "") if words and block.style else ""
        if title is None and (style == "Title" or style.startswith("Heading")):
            title = words
    yield Extracted("\n\n".join(line for line in lines if line.strip()), title=title)


def read_epub(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The chapters of a book in reading order, with title, publisher and date from its package."""
    book = open_zip(data)
    _check_size(book, limits)
    try:
        package = _package_path(book)
        root = _xml(book.read(package))
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


def _check_size(archive: ZipFile, limits: Limits) -> None:
    """Reject a zip bomb by its stated size; a false size is caught by the memory limit."""
    size = sum(entry.file_size for entry in archive.infolist())
    if size > limits.unpacked_bytes:
        raise UnreadableError(
            f"unpacks to {size / 1e6:.0f} MB: expected at most {limits.unpacked_bytes / 1e6:g} MB; "
            "split the file"
        )


def _row(row: Any) -> str:
    cells = (" ".join(cell.text.split()) for cell in row.cells)
    return " | ".join(cell for cell in cells if cell)


def _package_path(book: ZipFile) -> str:
    names = book.namelist()
    if _CONTAINER in names:
        for element in _xml(book.read(_CONTAINER)).iter():
            if isinstance(element.tag, str) and element.tag.endswith("rootfile"):
                return str(element.get("full-path"))
    return next((name for name in names if name.endswith(".opf")), _CONTAINER)


def _xml(data: bytes) -> Any:
    """The root of an XML document, parsed without external files and entities."""
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise UnreadableError("a damaged book: expected a package of valid XML") from None


def _words(markup: bytes) -> str:
    """The text of a chapter's body, without the head, which repeats the title."""
    head, body, rest = decode(re.sub(rb"^\s*<\?xml[^>]*\?>", b"", markup)).partition("<body")
    return all_words(body + rest if body else head).replace("\n", "\n\n")


def _day(stated: str | None) -> date | None:
    return first_date(stated) if stated else None
