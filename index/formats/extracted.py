"""The result of a reader: the text of one article and its metadata, independent of the format."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# Titles that programs write into the properties of a file: names of files and of templates.
_MADE_UP = re.compile(
    r"\W*(?:untitled|anonymous|unspecified|unknown|no title|title|(?:new |neues )?do[ck]ument|unbenannt"
    r"|sans titre|sin título|senza titolo|powerpoint presentation|slide|layout|page|seite|print|druck"
    r"|scan(?:ned)?(?: do[ck]ument)?|normal(?:\.dotm?)?)?\W*\d*\W*"
    r"|microsoft (?:office )?(?:word|powerpoint|excel)(?: - .*|[ -]*do[ck]ument\W*\d*)?"
    r"|.*\.(?:docx?|dotm?|pdf|indd|odt|ott|rtf|txt|html?|pptx?|qxd|qxp|tex|dvi|ps|eps|xlsx?|pages)",
    re.IGNORECASE,
)


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


def row_text(cells: Iterable[str], *, bounded: bool = False) -> str:
    """A row of a table as text: its cells with bars between. "" when all are empty.

    Bars stand around it too when it is to be `bounded`, or has an empty cell, which may be at an end.
    """
    words = [" ".join(cell.split()) for cell in cells]
    if not any(words):
        return ""
    return f"| {' | '.join(words)} |" if bounded or not all(words) else " | ".join(words)


def stated_title(words: str | None) -> str | None:
    """The title that a file's properties state, in one line, or None when a program made it up."""
    title = " ".join((words or "").split())
    return None if _MADE_UP.fullmatch(title) else title
