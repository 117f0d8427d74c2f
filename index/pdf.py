"""PDF → text that reads as it was written: lines joined to paragraphs, words whole, and where pages begin.

A PDF holds letters at places on pages. Which lines make a paragraph is told from gaps, sizes and indents;
what repeats at the edges of pages (a running head, a page's number) is left out, for it stands in the
middle of sentences. The day a file was made is not the day its story appeared: it is not taken.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from index.errors import OverrunError, UnreadableError
from index.extracted import Extracted
from index.limits import Limits

_BROKEN = "\ufffe"  # what PDFium puts for a hyphen at the end of a line
_HYPHENATED = re.compile(rf"(\w+)(?:{_BROKEN}|[-\u00ad\u2010]\n)(\w+)")
_WORD = re.compile(r"\w+(?:-\w+)*")
_ENDED = re.compile(r"[.!?:…][\"'”’»)\]]*\Z")
_NUMBERED = re.compile(
    r"(?:page|p\.|seite)?\s*[-–|]?\s*\d{1,4}\s*(?:(?:of|/|von)\s*\d{1,4})?\s*[-–|]?", re.I
)
# Titles that programs make up when nobody gives one.
_NO_TITLE = re.compile(
    r"\W*(?:untitled|anonymous|unspecified|unknown|no title|title|document|dokument)?\W*\d*\W*"
    r"|.*\.(?:docx?|pdf|indd|odt|rtf|txt|html?|pptx?|qxd|tex|dvi|ps)",
    re.IGNORECASE,
)
_MADE_BY = re.compile(r"^Microsoft (?:Office )?(?:Word|PowerPoint|Excel) - ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line and its place: points from the left and bottom edge of page `page`, from 0."""

    text: str
    page: int
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    last_bottom: float = 0.0  # lower than `bottom` where PDFium has joined a hyphenated word

    @property
    def height(self) -> float:
        return self.top - self.bottom


def read_pdf(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The text of a PDF. Raises UnreadableError for one that is damaged, locked, or of pictures alone."""
    import pypdfium2  # here: only a folder that holds PDFs pays for it

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise UnreadableError(
            "locked: expected a PDF that opens without a password"
            if locked
            else "a damaged PDF: expected one that opens"
        ) from None
    pages = len(document)
    if pages > limits.pages:
        raise OverrunError(f"{pages} pages: expected at most {limits.pages} (BYLINE_MAX_PAGES)")
    lines = [line for number in range(pages) for line in _lines(document, number, limits)]
    if not any(re.search(r"\w", line.text) for line in lines):
        raise UnreadableError("no text in it, as of scanned pages: expected a PDF with words")
    kept = _without_edges(lines, pages)
    text, begins = _joined(kept or lines, pages)
    title = _stated_title(document) or _heading(kept)
    yield Extracted(text, title=title, pages=begins)


def _lines(document: Any, number: int, limits: Limits) -> Iterator[_Line]:
    """The lines of a page in the order of the file; of a page that is damaged, none."""
    import pypdfium2

    try:
        page = document[number]
        letters = page.get_textpage()
        text = letters.get_text_range()
    except pypdfium2.PdfiumError:
        return
    if len(text) > limits.unpacked_bytes:
        raise OverrunError("holds too much text: expected less (BYLINE_MAX_UNPACKED_MB)")
    # Places go by the number of a letter; where letters and text are not one to one there are none.
    placed = letters.count_chars() == len(text)
    at = 0
    for words in text.split("\r\n"):
        first, last = at, at + len(words) - 1
        at += len(words) + 2
        stripped = " ".join(words.replace("\0", " ").split())
        if not stripped:
            continue
        if not placed:
            yield _Line(stripped, number)
            continue
        left, bottom, _, top = letters.get_charbox(first, loose=True)
        _, last_bottom, right, _ = letters.get_charbox(last, loose=True)
        yield _Line(stripped, number, left, right, bottom, top, last_bottom)
    letters.close()
    page.close()


def _without_edges(lines: list[_Line], pages: int) -> list[_Line]:
    """`lines` without running heads and page numbers: what stands apart at the edges of most pages."""
    if pages < 2:
        return lines
    by_page: dict[int, list[_Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    edges = {page: _edge(found) + _edge(found, -1) for page, found in by_page.items()}
    seen = Counter(pattern for edge in edges.values() for pattern in set(map(_pattern, edge)))
    often = max(2, 0.6 * len(by_page))
    left_out = {
        id(line)
        for edge in edges.values()
        for line in edge
        if _NUMBERED.fullmatch(line.text) or seen[_pattern(line)] >= often
    }
    return [line for line in lines if id(line) not in left_out]


def _edge(page: list[_Line], way: int = 1) -> list[_Line]:
    """The one or two lines that stand apart from the rest at the top of a page, or (-1) at its bottom."""
    ordered = sorted(page, key=lambda line: -way * line.top)
    for count, (outer, inner) in enumerate(pairwise(ordered[:3]), 1):
        gap = outer.bottom - inner.top if way > 0 else inner.bottom - outer.top
        if gap > 0.8 * max(outer.height, inner.height):
            return ordered[:count]
    return []


def _pattern(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold())


def _joined(lines: list[_Line], pages: int) -> tuple[str, tuple[int, ...]]:
    """The text of `lines`, and the offset at which each page begins in it."""
    pitch = _pitch(lines)
    widest: dict[tuple[int, int], float] = {}
    for (
        line
    ) in lines:  # the right edge of a column: the farthest that a line from the same left goes
        column = (line.page, round(line.left / 20))
        widest[column] = max(widest.get(column, 0.0), line.right)
    paragraphs: list[list[_Line]] = []
    for line in lines:
        before = paragraphs[-1][-1] if paragraphs else None
        if before is None or _begins(before, line, pitch, widest):
            paragraphs.append([line])
        else:
            paragraphs[-1].append(line)
    known = frozenset(word.lower() for line in lines for word in _WORD.findall(line.text))
    text, begins = "", [0]
    pieces: list[str] = []
    size = 0
    for paragraph in paragraphs:
        if pieces:
            pieces.append("\n\n")
            size += 2
        for line, words in zip(paragraph, _whole_words(paragraph, known), strict=True):
            begins += [size] * (line.page + 1 - len(begins))
            pieces.append(words)
            size += len(words)
    text = "".join(pieces)
    begins += [size] * (pages - len(begins))
    return text, tuple(begins)


def _pitch(lines: list[_Line]) -> float:
    """The usual distance from line to line, in heights of a line; 1.2 where too few lines tell."""
    steps = [
        (above.bottom - below.bottom) / below.height
        for above, below in pairwise(lines)
        if above.page == below.page and below.height > 0
    ]
    usual = [step for step in steps if 0.5 < step < 3]
    return median(usual) if len(usual) > 3 else 1.2


def _begins(before: _Line, line: _Line, pitch: float, widest: dict[tuple[int, int], float]) -> bool:
    """True when `line` begins a paragraph, `before` being the line above or on the page before."""
    ended = _ENDED.search(before.text) is not None
    if not line.height or not before.height:  # without places only a full stop tells
        return ended
    if not 0.88 < line.height / before.height < 1.14:
        return True
    step = (before.last_bottom - line.bottom) / line.height
    if line.page == before.page and step > pitch * 1.35:
        return True
    if line.page != before.page or step < 0:  # on to another page or column
        return ended and (_is_short(before, widest) or line.text[:1].isupper())
    if _is_short(before, widest):
        return ended or not line.text[:1].islower()
    return ended and line.left - before.left > 0.8 * line.height and len(line.text) > 20


def _is_short(line: _Line, widest: dict[tuple[int, int], float]) -> bool:
    edge = widest[line.page, round(line.left / 20)]
    return line.right < line.left + 0.85 * (edge - line.left)


def _whole_words(paragraph: list[_Line], known: frozenset[str]) -> Iterator[str]:
    """The words of each line of `paragraph`, with what joins them to those of the line before."""

    def mend(broken: re.Match[str]) -> str:
        head, tail = broken[1], broken[2]
        with_hyphen = f"{head}-{tail}"
        if (head + tail).lower() in known:
            return head + tail
        if with_hyphen.lower() in known or not tail[0].islower():
            return with_hyphen
        return head + tail

    # A word broken across two lines stays with the second.
    lines = [line.text for line in paragraph]
    for number in range(len(lines) - 1):
        cut = re.search(r"\w+[-\u00ad\u2010]\Z", lines[number])
        if cut and lines[number + 1][:1].isalpha():
            lines[number] = lines[number][: cut.start()]
            lines[number + 1] = f"{cut[0]}\n{lines[number + 1]}"
    for number, line in enumerate(lines):
        words = _HYPHENATED.sub(mend, line).replace(_BROKEN, "-").replace("\u00ad", "")
        joint = " " if number and lines[number - 1] and not lines[number - 1].endswith(" ") else ""
        yield joint + words


def _stated_title(document: Any) -> str | None:
    """The title in the file's own description, unless a program made it up."""
    import pypdfium2

    try:
        stated = " ".join(document.get_metadata_value("Title").split())
    except (pypdfium2.PdfiumError, UnicodeError):
        return None
    title = _MADE_BY.sub("", stated)
    return None if _NO_TITLE.fullmatch(title) else title


def _heading(lines: list[_Line]) -> str | None:
    """What is set largest near the top of the first page, when it is larger than the body."""
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
