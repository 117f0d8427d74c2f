"""The result of a reader: the text of one article and its metadata, independent of the format."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of an article and the metadata that the format states; None where it states nothing.

    `part` is the row's number in a file of rows, and empty when the file is the article. `pages` are the
    offsets in `text` at which pages begin, for formats with pages. `refused` is the reason why a part of the
    file cannot be read.
    """

    text: str
    title: str | None = None
    publisher: str | None = None
    published: date | None = None
    part: str = ""
    pages: tuple[int, ...] = ()
    author: str | None = None
    updated: date | None = None
    refused: str = ""


NOTHING = Extracted("")
