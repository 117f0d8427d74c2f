"""Zip archives of XML, as Word, OpenDocument and EPUB files are: opened and parsed with defences.

The unpacked size is checked before a library opens them. Pictures and scripts in them are not unpacked.
"""

from typing import Any
from zipfile import ZipFile

from index.errors import UnreadableError
from index.formats.archive import open_zip
from index.formats.limits import Limits


def open_package(data: bytes, limits: Limits) -> ZipFile:
    """The archive in `data`. Raises UnreadableError when it is none, or a zip bomb by its stated size.

    A false size is caught by the memory limit.
    """
    archive = open_zip(data)
    size = sum(entry.file_size for entry in archive.infolist())
    if size > limits.unpacked_bytes:
        raise UnreadableError(
            f"unpacks to {size / 1e6:.0f} MB: expected at most {limits.unpacked_bytes / 1e6:g} MB; "
            "split the file"
        )
    return archive


def parse_xml(data: bytes, kind: str) -> Any:
    """The root of an XML document of a `kind` of file, parsed without external files and entities.

    Raises UnreadableError.
    """
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise UnreadableError(f"a damaged {kind}: expected valid XML in it") from None
