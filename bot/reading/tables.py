"""Tables and lists of facts in a text, as the model reads them: "Liv Aas: 3,100 votes, 33.0 share".

A row is a line of cells between bars, as in Markdown and in the text of pages and documents. Offsets are
code points in the text of an article.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.english.numbers import written_numbers
from bot.english.question import Question
from index.text.article import Span

SHORTEST_SUBJECT = 3  # characters of a first cell that a question can name
LONGEST_HEADING = 60  # characters of a cell; a longer one is part of a story
_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_RULE = re.compile(r"[|\s:+=-]*-{2}[|\s:+=-]*")  # |---|---|
_CELL = re.compile(r"[^|]*")
# A heading and a cell that are read as "3,100 votes".
_UNIT, _FIGURE = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?"), re.compile(r"[\d.,\s]*\d\s?%?")
# "- Contractor: Norcom AS"; a value that is a sentence is somebody's words
_FACT = re.compile(
    r"(?:[-*•–]\s+)?(?:\*\*)?(?P<label>[^\W\d_a-z][^.:|?!*]{1,40}):(?:\*\*)?\s+(?P<value>\S+(?:\s\S+){0,7})(?<![.?!”])"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table with its cells. `heads` are the headings above them, "" where there are none.

    `table` spans the rows below the headings, and `subjects` are the first cells of all of them. A line of
    headings, or a rule, has no cells: it is read with the rows.
    """

    span: Span
    cells: tuple[Span, ...]
    heads: tuple[str, ...]
    table: Span
    subjects: tuple[Span, ...]

    @property
    def is_fact(self) -> bool:
        """True for a label and its value, which are about the same as the other rows."""
        return len(self.cells) == 2 and not any(self.heads)

    @property
    def is_heading(self) -> bool:
        """True for a line that is read with the rows below it."""
        return not self.cells

    def cell_at(self, offset: int) -> int:
        """The number of the cell at `offset`, or of the last one before it."""
        return max((n for n, cell in enumerate(self.cells) if cell.start <= offset), default=0)

    def around(self, text: str, number: int) -> tuple[str, str]:
        """What is read before and behind a cell: "Manager: " and "", or "" and " votes" for a figure."""
        head = self.heads[number]
        if not head or number == 0:
            return "", ""
        head = head.lower() if head[1:].islower() else head
        if _UNIT.fullmatch(head) and _FIGURE.fullmatch(self.cells[number].of(text)):
            return "", f" {head}"
        return f"{head}: ", ""

    def pieces(self, text: str) -> Iterator[tuple[str, Span, bool]]:
        """The row as it is read: words, the span that they stand for, and whether they are its own words.

        The first cell says what the row is about.
        """
        filled = [n for n, cell in enumerate(self.cells) if cell]
        for number in filled:
            cell = self.cells[number]
            before, behind = self.around(text, number)
            yield before, cell, False
            yield cell.of(text), cell, True
            end = "." if number == filled[-1] else ": " if number == 0 else ", "
            yield behind + end, Span(cell.end - 1, cell.end), False


@lru_cache(maxsize=64)
def rows_of(text: str) -> dict[int, Row]:
    """The rows of the tables in `text`, by where they start."""
    found: dict[int, Row] = {}
    for table in _runs(text, _is_row) if "|" in text else ():
        rules = [n for n, line in enumerate(table) if _RULE.fullmatch(line.of(text))]
        rows = [
            (n, line, _cells(text, line)) for n, line in enumerate(table) if n not in set(rules)
        ]
        if len(rows) < 2:
            continue
        heading = _heading(text, rows, rules)
        heads = [cell.of(text) for cell in rows[heading][2]] if heading is not None else []
        data = rows[heading + 1 :] if heading is not None else rows
        subjects = tuple(cells[0] for _, _, cells in data)
        whole = Span(data[0][1].start, data[-1][1].end)
        for line in table:
            found[line.start] = Row(line, (), (), whole, ())
        for _, line, cells in data:
            named = heads if len(heads) == len(cells) else [""] * len(cells)
            found[line.start] = Row(line, cells, tuple(named), whole, subjects)
    return found | _facts(text)


def _facts(text: str) -> dict[int, Row]:
    """The rows of lists of labels with their values: at least two lines, with only empty ones between."""
    found: dict[int, Row] = {}
    for lines in _runs(text, lambda line: _FACT.fullmatch(line) is not None):
        facts = [(line, _FACT.match(text, line.start, line.end)) for line in lines]
        cells = [
            (Span(*fact.span("label")), Span(*fact.span("value"))) for _, fact in facts if fact
        ]
        if len(cells) < 2:
            continue
        whole, subjects = Span(lines[0].start, lines[-1].end), tuple(label for label, _ in cells)
        for line, pair in zip(lines, cells, strict=True):
            found[line.start] = Row(line, pair, ("", ""), whole, subjects)
    return found


Numbered = tuple[int, Span, tuple[Span, ...]]  # which line of the table, the line, its cells


def _heading(text: str, rows: Sequence[Numbered], rules: Sequence[int]) -> int | None:
    """Which of the rows holds the headings: the one above the last rule, or a first one without figures."""
    above = [n for n, (line, _, _) in enumerate(rows) if rules and line < rules[-1]]
    if rules and rules[-1] > 0 and above and above[-1] + 1 < len(rows):
        return above[-1] if _names_columns(text, rows[above[-1]][2]) else None
    first, later = rows[0][2], rows[1:]
    figures = any(
        len(cells) == len(first) and any(_has_figure(cell.of(text)) for cell in cells)
        for _, _, cells in later
    )
    # a file that is nothing but a table begins with its headings
    is_whole = rows[0][1].start == 0 and text.startswith("|")
    return 0 if not rules and (figures or is_whole) and _names_columns(text, first) else None


def _names_columns(text: str, cells: Sequence[Span]) -> bool:
    words = [cell.of(text) for cell in cells]
    return len(words) > 1 and all(
        0 < len(word) <= LONGEST_HEADING and not _has_figure(word) for word in words[1:]
    )


def _has_figure(words: str) -> bool:
    # a year is a heading too
    return bool(re.search(r"\d", words)) and not re.fullmatch(r"(?:19|20)\d\d", words.strip())


def _is_row(line: str) -> bool:
    return "|" in line and (line[0] == "|" or " | " in line)


def _runs(text: str, belongs: Callable[[str], bool]) -> Iterator[list[Span]]:
    """Runs of lines that belong together, with nothing but empty lines between them."""
    run: list[Span] = []
    for found in _LINE.finditer(text):
        line = found.group().strip()
        if not line:
            continue
        start = found.start() + found.group().index(line)
        if belongs(line):
            run.append(Span(start, start + len(line)))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _cells(text: str, line: Span) -> tuple[Span, ...]:
    """The cells of a row, trimmed; bars at its ends bound no cells."""
    start, end = line.start, line.end
    start += text[start] == "|"
    end -= text[end - 1] == "|" and end > start
    cells = []
    while start <= end:
        cell = _CELL.match(text, start, end)
        assert cell is not None  # it matches nothing too
        words = cell.group()
        left = cell.start() + len(words) - len(words.lstrip())
        cells.append(Span(left, left + len(words.strip())))
        start = cell.end() + 1
    return tuple(cells)


def is_chosen(question: Question, text: str, row: Row) -> bool | None:
    """True if the question names this row of the table in `text`, False if it names another; else None.

    It names a row by its first cell, or by a name or figure in it unless the rows are facts about one thing.
    """
    own, whole = row.span.of(text), "" if row.is_fact else row.table.of(text)
    names = [name for name in question.names if name in whole]
    figures = set(question.figures)
    figures = figures & set(written_numbers(whole)) if figures else figures
    subjects = {
        cell.of(text)
        for cell in row.subjects
        if len(cell) >= SHORTEST_SUBJECT and _is_in(cell.of(text), question.text)
    }
    if not (names or figures or subjects):
        return None
    return (
        all(name in own for name in names)
        and figures <= set(written_numbers(own))
        and (not subjects or row.cells[0].of(text) in subjects)
    )


def _is_in(words: str, text: str) -> bool:
    # most are not, and a pattern for each of hundreds of rows would take long
    near = words.casefold() in text.casefold()
    return near and bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE))
