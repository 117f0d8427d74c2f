"""What a format gives of one article: its text, and what the format itself says about it.

It knows no format and no file.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of an article and what its format says about it; None where it says nothing.

    `part` is the number of the row it is of a file of rows, empty where the file is the article.
    `pages` are the offsets in `text` at which pages begin, for formats that have pages.
    """

    text: str
    title: str | None = None
    publisher: str | None = None
    published: date | None = None
    part: str = ""
    pages: tuple[int, ...] = ()


NOTHING = Extracted("")
