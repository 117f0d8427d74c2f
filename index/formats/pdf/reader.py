"""PDF: its lines with their positions, its title, and the start of each page.

`paragraphs` joins the lines into paragraphs. The file's date of creation is ignored, because it is not the
date of publication. A file with an unreadable page is rejected as a whole.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

from index.errors import UnreadableError
from index.formats.extracted import Extracted, stated_title
from index.formats.limits import Limits
from index.formats.pdf.columns import GAP, Extent, Gap, Piece, in_columns
from index.formats.pdf.lines import Line, without_edges
from index.formats.pdf.paragraphs import joined

# Signs of a title that names the file of a page.
_OF_A_FILE = re.compile(r"\d|\be-?paper|\bedition|\bissue|\bausgabe|_", re.IGNORECASE)

_WORDS = re.compile(r"[^\s\0]+")  # PDFium gives a character without a meaning as NUL
# The name of a paper has at most so many words.
_NAME_WORDS = 3


def read_pdf(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The text of a PDF. Raises UnreadableError when it is damaged, locked, or has only pictures."""
    import pypdfium2  # slow, so only folders with PDFs load it

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise UnreadableError(
            "locked: expected a PDF that opens without a password"
            if locked
            else "a damaged PDF: expected an intact one"
        ) from None
    pages = len(document)
    if pages > limits.pages:
        raise UnreadableError(f"{pages} pages: expected at most {limits.pages}; split the file")
    lines = [line for number in range(pages) for line in _lines(document, number, limits)]
    if not any(re.search(r"\w", line.text) for line in lines):
        raise UnreadableError("no text, perhaps scanned pages: expected a PDF with words")
    kept = without_edges(lines, pages)
    text, begins = joined(kept or lines, pages)
    title = _title(_stated_title(document), _heading(lines), lines)
    yield Extracted(text, title=title, pages=begins)


def _lines(document: Any, number: int, limits: Limits) -> Iterator[Line]:
    """The lines of a page, in the order of the file. Raises UnreadableError."""
    import pypdfium2

    try:
        page = document[number]
        letters = page.get_textpage()
        text = letters.get_text_range()
    except pypdfium2.PdfiumError:
        raise UnreadableError(f"a damaged PDF: expected page {number + 1} to open") from None
    if len(text) > limits.unpacked_bytes:
        raise UnreadableError(
            f"page {number + 1} holds {len(text) / 1e6:.0f} MB of text: expected at most "
            f"{limits.unpacked_bytes / 1e6:g} MB; split the file"
        )
    # Positions are by character index, so they are unknown where characters and text differ in number.
    placed = letters.count_chars() == len(text)
    rows, at = list[Piece](), 0
    for words in text.split("\r\n"):
        rows.append(Piece(at, words))
        at += len(words) + 2
    if placed:
        rows = [row for row in rows if _WORDS.search(row.words)]
        rows = in_columns(rows, partial(_extent, letters))
    for row in rows:
        stripped = " ".join(row.words.replace("\0", " ").split())
        if stripped:
            yield _placed(letters, number, row, stripped) if placed else Line(stripped, number)
    letters.close()
    page.close()


def _placed(letters: Any, number: int, row: Piece, stripped: str) -> Line:
    """A line with its place on the page."""
    words, first = row.words.rstrip(), row.first
    left, bottom, _, top = letters.get_charbox(first, loose=True)
    _, last_bottom, right, _ = letters.get_charbox(first + len(words) - 1, loose=True)
    word = len(words.split(maxsplit=1)[0]) - 1 + len(words) - len(words.lstrip())
    _, _, word_end, _ = letters.get_charbox(first + word, loose=True)
    return Line(stripped, number, left, right, bottom, top, last_bottom, word_end - left)


def _extent(letters: Any, row: Piece) -> Extent:
    """Where a line of the page stands, with the gaps between its words that are wider than a space."""
    words = [(found.start(), found.end()) for found in _WORDS.finditer(row.words)]
    left, bottom, _, top = letters.get_charbox(row.first + words[0][0], loose=True)
    _, _, right, _ = letters.get_charbox(row.first + words[-1][1] - 1, loose=True)
    gaps = []
    for (_, end), (begin, _) in pairwise(words):
        _, _, before, _ = letters.get_charbox(row.first + end - 1, loose=True)
        behind, *_ = letters.get_charbox(row.first + begin, loose=True)
        if behind - before > GAP * (top - bottom):
            gaps.append(Gap(before, behind, begin))
    return Extent(left, right, gaps)


def _title(stated: str | None, heading: str | None, lines: list[Line]) -> str | None:
    """The title in the metadata, otherwise the heading.

    A title that names the file or the paper, such as "The Daily e-paper p1", does not go before the
    headline: one with signs of that counts only if the first page has most of its words, and one of a few
    words not at all beside a longer heading.
    """
    if stated is None or heading is None:
        return stated or heading
    if len(stated.split()) <= _NAME_WORDS < len(heading.split()):
        return heading
    if not _OF_A_FILE.search(stated):
        return stated
    first = {word for line in lines if line.page == lines[0].page for word in _words(line.text)}
    return stated if 5 * len(_words(stated) & first) >= 4 * len(_words(stated)) else heading


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _stated_title(document: Any) -> str | None:
    """The title in the file's metadata, unless a program generated it."""
    import pypdfium2

    try:
        return stated_title(document.get_metadata_value("Title"))
    except (pypdfium2.PdfiumError, UnicodeError):
        return None


def _heading(lines: list[Line]) -> str | None:
    """The largest text near the top of the first page, if it is larger than the body."""
    first = [line for line in lines if line.page == lines[0].page][:20]
    heights = [line.height for line in lines if line.height > 0]
    if not first or not heights:
        return None
    largest = max(line.height for line in first)
    if largest < 1.25 * median(heights):
        return None
    start = next(n for n, line in enumerate(first) if line.height == largest)
    end = start
    while end < len(first) and first[end].height > 0.93 * largest:
        end += 1
    title = " ".join(line.text for line in first[start:end])
    return title if len(title.split()) <= 40 else None
