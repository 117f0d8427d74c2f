"""Lines of a printed page to text: gaps, sizes and indents show which lines form a paragraph.

Running heads and page numbers are left out, because they interrupt sentences. This module knows positions on
pages, not the format of the file.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

BROKEN = "\ufffe"  # replaces a hyphen at the end of a line whose word was already joined
_HYPHENATED = re.compile(rf"(\w+)(?:{BROKEN}|[-\u00ad\u2010]\n)(\w+)")
_WORD = re.compile(r"\w+(?:-\w+)*")
_ENDED = re.compile(r"[.!?:…][\"'”’»)\]]*\Z")
_NUMBERED = re.compile(
    r"(?:page|p\.|seite)?\s*[-–|]?\s*\d{1,4}\s*(?:(?:of|/|von)\s*\d{1,4})?\s*[-–|]?", re.I
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its position in points from the left and bottom edge; `page` counts from 0."""

    text: str
    page: int
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    last_bottom: float = 0.0  # lower than `bottom` where PDFium has joined a hyphenated word

    @property
    def height(self) -> float:
        """The height of its letters, 0 without a position."""
        return self.top - self.bottom


def without_edges(lines: list[Line], pages: int) -> list[Line]:
    """`lines` without running heads and page numbers: separate lines at the edges of most pages."""
    if pages < 2:
        return lines
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    edges = {page: _edge(found) + _edge(found, -1) for page, found in by_page.items()}
    seen = Counter(pattern for edge in edges.values() for pattern in set(map(_pattern, edge)))
    left_out = {
        id(line)
        for edge in edges.values()
        for line in edge
        if _NUMBERED.fullmatch(line.text)
        # a head with a page number may belong to a chapter, and occur on few pages
        or seen[_pattern(line)] >= (2 if "#" in _pattern(line) else max(2, 0.6 * len(by_page)))
    }
    return [line for line in lines if id(line) not in left_out]


def _edge(page: list[Line], way: int = 1) -> list[Line]:
    """The one or two lines separated from the rest at the top of a page, or (-1) at its bottom."""
    ordered = sorted(page, key=lambda line: -way * line.top)
    for count, (outer, inner) in enumerate(pairwise(ordered[:3]), 1):
        gap = outer.bottom - inner.top if way > 0 else inner.bottom - outer.top
        if gap > 0.8 * max(outer.height, inner.height):
            return ordered[:count]
    return []


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold())


def joined(lines: list[Line], pages: int) -> tuple[str, tuple[int, ...]]:
    """The text of `lines`, and the offset at which each page begins."""
    pitch = _pitch(lines)
    widest: dict[tuple[int, int], float] = {}
    for (
        line
    ) in lines:  # the right edge of a column: the farthest that a line from the same left goes
        column = (line.page, round(line.left / 20))
        widest[column] = max(widest.get(column, 0.0), line.right)
    paragraphs: list[list[Line]] = []
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


def _pitch(lines: list[Line]) -> float:
    """The usual distance between lines, in line heights; 1.2 if there are too few lines."""
    steps = [
        (above.bottom - below.bottom) / below.height
        for above, below in pairwise(lines)
        if above.page == below.page and below.height > 0
    ]
    usual = [step for step in steps if 0.5 < step < 3]
    return median(usual) if len(usual) > 3 else 1.2


def _begins(before: Line, line: Line, pitch: float, widest: dict[tuple[int, int], float]) -> bool:
    """True when `line` begins a paragraph; `before` is the previous line, perhaps on the previous page."""
    ended = _ENDED.search(before.text) is not None
    if not line.height or not before.height:  # without positions only a full stop shows it
        return ended
    if not 0.88 < line.height / before.height < 1.14:
        return True
    step = (before.last_bottom - line.bottom) / line.height
    if line.page == before.page and step > pitch * 1.35:
        return True
    if line.page != before.page or step < 0:  # in another page or column
        return ended and (_is_short(before, widest) or line.text[:1].isupper())
    if _is_short(before, widest):
        return ended or not line.text[:1].islower()
    return ended and line.left - before.left > 0.8 * line.height and len(line.text) > 20


def _is_short(line: Line, widest: dict[tuple[int, int], float]) -> bool:
    edge = widest[line.page, round(line.left / 20)]
    return line.right < line.left + 0.85 * (edge - line.left)


def _whole_words(paragraph: list[Line], known: frozenset[str]) -> Iterator[str]:
    """The words of each line of `paragraph`, with the space that joins them to the previous line."""

    def join(broken: re.Match[str]) -> str:
        head, tail = broken[1], broken[2]
        with_hyphen = f"{head}-{tail}"
        if (head + tail).lower() in known:
            return head + tail
        if with_hyphen.lower() in known or not tail[0].islower():
            return with_hyphen
        return head + tail

    # A hyphenated word moves to the second line.
    lines = [line.text for line in paragraph]
    for number in range(len(lines) - 1):
        cut = re.search(r"\w+[-\u00ad\u2010]\Z", lines[number])
        if cut and lines[number + 1][:1].isalpha():
            lines[number] = lines[number][: cut.start()]
            lines[number + 1] = f"{cut[0]}\n{lines[number + 1]}"
    for number, line in enumerate(lines):
        words = _HYPHENATED.sub(join, line).replace(BROKEN, "-").replace("\u00ad", "")
        joint = " " if number and lines[number - 1] and not lines[number - 1].endswith(" ") else ""
        yield joint + words
