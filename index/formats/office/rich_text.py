"""Rich text (.rtf): the words of the document, a paragraph a block.

Its title and dates are in its text: programs write into its properties what they last had there.
"""

import re
from collections.abc import Iterator

from striprtf.striprtf import rtf_to_text

from index.errors import UnreadableError
from index.formats.extracted import Extracted
from index.formats.limits import Limits

_START = re.compile(rb"\s*\{\s*\\rtf", re.IGNORECASE)
# The library writes the address of a link into the text beside its words; without this word it does not.
_LINK = re.compile(r"(\\fldinst[^\"\r\n]{0,200}?)HYPERLINK", re.IGNORECASE)
# Pictures and objects are long runs of figures, which need no reading.
_FIGURES = re.compile(r"(?:[0-9a-fA-F]{64,}[\r\n ]*)+")
_END_OF_CELL = re.compile(r"\|+[ \t]*$")


def read_rtf(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The paragraphs and tables of a document. Raises UnreadableError."""
    if not _START.match(data):
        raise UnreadableError("no rich text: expected a file that begins with {\\rtf")
    source = _LINK.sub(r"\1LINK", _FIGURES.sub("", _as_ascii(data)))
    words = _with_pairs(rtf_to_text(source, errors="replace"))
    yield Extracted("\n\n".join(filter(None, map(_line, words.splitlines()))))


def _as_ascii(data: bytes) -> str:
    """The source, with bytes beyond ASCII as its escapes, so that they are read in its own encoding.

    Programs that know no escapes write UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        return re.sub(r"[\x80-\xff]", lambda one: f"\\'{ord(one[0]):02x}", text)


def _with_pairs(text: str) -> str:
    """`text` with each pair of surrogates as the character that it stands for."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _line(line: str) -> str:
    """One paragraph, or one row of a table with signs between its cells."""
    line = line.replace("\0", "").replace("\xad", "")
    if _END_OF_CELL.search(line):
        cells = (" ".join(cell.split()) for cell in line.split("|"))
        return " | ".join(cell for cell in cells if cell)
    return " ".join(line.split())
