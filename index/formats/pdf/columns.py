"""Columns of a page that its file draws line by line across: the text comes out as one line over all of them.

Such lines are cut at the gutters, the gaps that lie over each other in most lines, and put in the order of
the columns. A table has gaps too, but few words between them. It knows positions, not the format.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

GAP = (
    0.7  # of the height of the letters; the space between two words of a justified line is smaller
)
FEWEST = 3  # lines with the gap
SHARE = 0.6  # of the lines that have words on both sides of it, those with the gap
WORDS = 3  # between two gutters, in the middle of the lines; a cell of a table has fewer
FILLED = (
    0.7  # of the way to the next column, by the middle of the lines; cells of a table are shorter
)
SAMPLE = 12  # lines that are looked at first, because gaps take time to measure


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty strip in a line: from `left` to `right` in points; the words behind it begin at `at`."""

    left: float
    right: float
    at: int


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a line stands, from `left` to `right`, and its gaps."""

    left: float
    right: float
    gaps: Sequence[Gap]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: its `words`, which begin with the character `first` of the page."""

    first: int
    words: str


def in_columns(rows: Sequence[Piece], measure: Callable[[Piece], Extent]) -> list[Piece]:
    """The lines of a page, those over several columns cut and in the order of the columns.

    A page in which the gaps do not lie over each other stays as it is.
    """
    step = max(1, len(rows) // SAMPLE)
    if len(rows) < FEWEST or not any(measure(row).gaps for row in rows[::step]):
        return list(rows)
    extents = [measure(row) for row in rows]
    gutters = _gutters(extents)
    cut = [_cut(row, one, gutters) for row, one in zip(rows, extents, strict=True)]
    if not gutters or not _are_lines(cut, extents, gutters):
        return list(rows)
    ordered: list[Piece] = []
    band: list[list[Piece]] = [[] for _ in range(len(gutters) + 1)]
    for row, pieces in zip(rows, cut, strict=True):
        for column, piece in pieces:
            band[column].append(piece)
        if not pieces:  # a heading over the columns: what stands above it is read before it
            ordered += [piece for column in band for piece in column] + [row]
            band = [[] for _ in band]
    return ordered + [piece for column in band for piece in column]


def _are_lines(
    cut: Sequence[Sequence[tuple[int, Piece]]],
    extents: Sequence[Extent],
    gutters: Sequence[tuple[float, float]],
) -> bool:
    """True if the pieces between the gutters are lines of a text, not cells: of several words, and full."""
    begins = [min(one.left for one in extents), *(right for _, right in gutters)]
    words, filled = list[int](), list[float]()
    for pieces, extent in zip(cut, extents, strict=True):
        if len(pieces) < 2:
            continue
        for column, piece in pieces:
            words.append(len(piece.words.split()))
            if column < len(gutters):
                left, right = begins[column], begins[column + 1]
                ends = [gap.left for gap in extent.gaps if left < gap.left < right]
                filled.append((max(ends, default=extent.right) - left) / max(1.0, right - left))
    return bool(words) and median(words) >= WORDS and median(filled) >= FILLED


def _gutters(extents: Sequence[Extent]) -> list[tuple[float, float]]:
    """The strips that are gaps in most of the lines over them, from the left."""
    every = [(gap.right, gap.left) for one in extents for gap in one.gaps]
    gutters: list[tuple[float, float]] = []
    for right in sorted({round(right) for right, _ in every}):
        # the gaps over the place where this one ends
        over = [left for end, left in every if left < right <= end + 0.5]
        lines = sum(one.left < right - 1 < one.right - 1 for one in extents)
        if len(over) < max(FEWEST, SHARE * lines):
            continue
        if not gutters or max(over) > gutters[-1][1]:
            gutters.append((max(over), right))
    return gutters


def _cut(
    row: Piece, extent: Extent, gutters: Sequence[tuple[float, float]]
) -> list[tuple[int, Piece]]:
    """The pieces of a line with the numbers of their columns; none if it runs over a gutter."""
    cuts = {
        column: gap.at
        for column, (left, right) in enumerate(gutters, 1)
        for gap in extent.gaps
        if gap.left < right and gap.right > left
    }
    begins = sum(right <= extent.left + 1 for _, right in gutters)
    ends = sum(right < extent.right - 1 for _, right in gutters)
    if any(column not in cuts for column in range(begins + 1, ends + 1)):
        return []
    pieces, column, start = [], begins, 0
    for number in range(begins + 1, ends + 1):
        pieces.append((column, Piece(row.first + start, row.words[start : cuts[number]])))
        column, start = number, cuts[number]
    return [*pieces, (column, Piece(row.first + start, row.words[start:]))]
