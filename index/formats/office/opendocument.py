"""OpenDocument texts (.odt), as LibreOffice writes them: headings, paragraphs, lists and tables.

Footnotes, comments and deleted passages are left out, because they interrupt sentences.
"""

from collections.abc import Iterator
from typing import Any

from index.errors import UnreadableError
from index.formats.archive import DAMAGE
from index.formats.extracted import Extracted, row_text, stated_title
from index.formats.limits import Limits
from index.formats.office.package import open_package, parse_xml

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_LEFT_OUT = frozenset(
    (
        *(_TEXT + name for name in ("note", "tracked-changes", "sequence-decls", "ruby-text")),
        *(_OFFICE + name for name in ("annotation", "annotation-end", "forms")),
        _TABLE + "shapes",
    )
)
_BLOCKS = frozenset((_TEXT + "p", _TEXT + "h"))
_BREAKS = frozenset((_TEXT + "s", _TEXT + "tab", _TEXT + "line-break"))


def read_odt(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The blocks of a document in order. Raises UnreadableError when it is damaged or locked.

    The title is from its properties, or its first heading. The dates in them are ignored: they are when the
    file was made, not when the story was published.
    """
    package = open_package(data, limits)
    try:
        names = package.namelist()
        if "META-INF/manifest.xml" in names:
            _check_open(package.read("META-INF/manifest.xml"))
        body = parse_xml(package.read("content.xml"), "document").find(f".//{_OFFICE}text")
        stated = package.read("meta.xml") if "meta.xml" in names else None
    except DAMAGE:
        raise UnreadableError("a damaged document: expected an intact one") from None
    if body is None:
        raise UnreadableError("no text document: expected one with text in it")
    blocks = list(_blocks(body))
    heading = next((words for is_heading, words in blocks if is_heading), None)
    yield Extracted(
        "\n\n".join(words for _, words in blocks),
        title=(_stated(stated) if stated else None) or heading,
    )


def _check_open(manifest: bytes) -> None:
    if b"encryption-data" in manifest:
        raise UnreadableError("locked: expected a document that opens without a password")


def _stated(meta: bytes) -> str | None:
    try:
        title = parse_xml(meta, "document").find(f".//{_TITLE}")
    except UnreadableError:  # the text is whole without it
        return None
    return stated_title(title.text) if title is not None else None


def _blocks(element: Any) -> Iterator[tuple[bool, str]]:
    """(whether it is a heading, words) of every block within `element`, in order."""
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag in _BLOCKS:
            if words := _words(child):
                yield child.tag == _TEXT + "h", words
            # the text of a frame is anchored in a paragraph, and stands apart from it
            for box in child.iter(f"{_DRAW}text-box"):
                yield from _blocks(box)
        elif child.tag == _TABLE + "table-row":
            cells = (" ".join(words for _, words in _blocks(cell)) for cell in child)
            if row := row_text(cells):
                yield False, row
        else:
            yield from _blocks(child)


def _words(block: Any) -> str:
    return " ".join("".join(_pieces(block)).split())


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _BREAKS:
            yield " "
        elif isinstance(child.tag, str) and not (
            child.tag in _LEFT_OUT or child.tag.startswith(_DRAW)
        ):
            yield from _pieces(child)
        yield child.tail or ""
