"""The lines of printed pages, and what their places say: columns, running heads, notes.

This module knows positions on pages, not the format of the file.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.text.stated_dates import stated_days

_NUMBERED = re.compile(
    r"(?:page|p\.|seite)?\s*[-–|]?\s*\d{1,4}\s*(?:(?:of|/|von)\s*\d{1,4})?\s*[-–|]?", re.I
)
# A running head that counts pages.
_COUNTED = re.compile(
    r"\b(?:page|seite|p\.)\s*[A-Z]?\d{1,4}\b|^\W*\d{1,3}\b|\b\d{1,3}\W*$", re.IGNORECASE
)
# Lines whose left ends are so near to each other, in points, are of one column.
_NEAR = 20.0
# Letters are of one size up to this factor, and smaller than those of the text below that.
_SAME, _SMALL = 1.14, 0.88
# Lines over several columns are at most such a part of those that begin at the same place, and longer than
# the others by such a part; so many lines begin in another column.
_FEW, _LONGER, _BESIDE = 0.34, 0.3, 3
_BUCKET = 20.0
_FAR = 1e5  # no page is so wide


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
    first_word: float = 0.0  # its width

    @property
    def height(self) -> float:
        """The height of its letters, 0 without a position."""
        return self.top - self.bottom


def without_edges(lines: list[Line], pages: int) -> list[Line]:
    """`lines` without running heads and page numbers: separate lines at the edges of pages.

    They are on most pages, or are a number, or are in small letters and have a page number.
    """
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    usual = usual_height(lines)
    edges = {page: _edge(found, usual) + _edge(found, usual, -1) for page, found in by_page.items()}
    seen = Counter(pattern for edge in edges.values() for pattern in set(map(_pattern, edge)))
    left_out = {
        id(line)
        for edge in edges.values()
        for line in edge
        if _NUMBERED.fullmatch(line.text)
        or (line.height < _SMALL * usual and _COUNTED.search(line.text) and _is_label(line.text))
        # a head with a page number may belong to a chapter, and occur on few pages
        or seen[_pattern(line)] >= (2 if "#" in _pattern(line) else max(2, 0.6 * len(by_page)))
    }
    return [line for line in lines if id(line) not in left_out]


def _is_label(words: str) -> bool:
    """True for a line that is no sentence, and no date alone, which is that of the story."""
    return not words.endswith((".", "!", "?", ",", ";")) and not any(stated_days(words))


def _edge(page: list[Line], usual: float, way: int = 1) -> list[Line]:
    """The one or two lines separated from the rest at the top of a page, or (-1) at its bottom.

    A gap separates them, or their small letters do from larger ones.
    """
    ordered = sorted(page, key=lambda line: -way * line.top)
    for count, (outer, inner) in enumerate(pairwise(ordered[:3]), 1):
        gap = outer.bottom - inner.top if way > 0 else inner.bottom - outer.top
        is_small = 0 < outer.height < _SMALL * usual <= inner.height
        # large letters have room above them
        if gap > (-0.4 * inner.height if is_small else 0.8 * max(outer.height, inner.height)):
            return ordered[:count]
    return []


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold())


def usual_height(lines: Sequence[Line]) -> float:
    """The height of the letters of the text: that of most letters; 0 without positions."""
    letters = Counter[float]()
    for line in lines:
        if line.height > 0:
            letters[round(line.height, 1)] += len(line.text)
    return max(letters, key=lambda height: (letters[height], height), default=0.0)


def notes(lines: Sequence[Line]) -> set[int]:
    """The ids of the lines of footnotes: in small letters, with nothing of the text below them."""
    usual = usual_height(lines)
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    found: set[int] = set()
    for page in by_page.values():
        text = [line for line in page if line.height >= _SMALL * usual]
        small = [line for line in page if 0 < line.height < _SMALL * usual]
        if sum(len(line.text) for line in small) > sum(len(line.text) for line in text):
            continue  # a page that is printed in small letters
        lowest: dict[int, float] = {}
        for line in text:
            for bucket in _buckets(line):
                lowest[bucket] = min(lowest.get(bucket, _FAR), line.bottom)
        found.update(
            id(line)
            for line in small
            if all(line.top <= lowest.get(bucket, _FAR) for bucket in _buckets(line))
        )
    return found


def _buckets(line: Line) -> range:
    """The strips of the page from its left that the line stands in."""
    left, right = (int(min(max(x, 0.0), _FAR / 10) / _BUCKET) for x in (line.left, line.right))
    return range(left, max(left, right) + 1)


def right_edges(lines: Sequence[Line]) -> dict[int, float]:
    """Id of a line → the right edge of its column.

    The edge is as far as lines go from the same left in letters of the same size. Lines over
    several columns, such as an introduction, have an edge of their own.
    """
    edges: dict[int, float] = {}
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    for page in by_page.values():
        lefts = sorted(line.left for line in page)
        for group in _alike(page):
            rights = sorted(line.right for line in group)
            own = _without_wide(rights, min(line.left for line in group), lefts)
            # not the farthest: the last line of an introduction may end between two columns
            edge = own[(len(own) - 1) * 9 // 10]
            for line in group:
                edges[id(line)] = edge if line.right <= own[-1] else rights[-1]
    return edges


def _alike(page: list[Line]) -> Iterator[list[Line]]:
    """The lines in groups of the same left and the same size."""
    for column in _runs(page, lambda line: line.left, lambda before, left: left - before > _NEAR):
        yield from _runs(
            column, lambda line: line.height, lambda before, height: height > before * _SAME
        )


def _runs(
    lines: list[Line], of: Callable[[Line], float], apart: Callable[[float, float], bool]
) -> Iterator[list[Line]]:
    """The lines sorted by a measure and cut where two beside each other are apart."""
    run: list[Line] = []
    for line in sorted(lines, key=of):
        if run and apart(of(run[-1]), of(line)):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _without_wide(rights: list[float], left: float, lefts: list[float]) -> list[float]:
    """`rights` in order, without those of lines over several columns.

    Such lines are few, much longer than the next, and other columns begin below them.
    """
    for at in range(len(rights) - 1, 0, -1):
        below, above = rights[at - 1], rights[at]
        if len(rights) - at > _FEW * len(rights):
            break
        beside = bisect_left(lefts, above) - bisect_left(lefts, below)
        if above - below > _LONGER * (below - left) and beside >= _BESIDE:
            return rights[:at]
    return rights
