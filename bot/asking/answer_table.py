"""A table of answers as rows of bytes: the questions' columns, then those of the answer, in .csv or .jsonl.

It does not know files.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any, Protocol

from bot.answer import Answer
from index.console import plain_cell

# `notice` is why a question was not asked or answered, or why its search was incomplete.
ANSWER = tuple(
    "answer refused confidence file line page date outlet quote citations notice".split()
)
REFUSED = ANSWER.index("refused")
Values = Sequence[Any]


def answer_values(answer: Answer) -> Values:
    """The values of the columns ANSWER: the first citation stands for the others, which are counted.

    The notice of a refusal has its text, with the reason and the sentence that came closest.
    """
    short, sure = answer.answer, round(answer.confidence, 4)
    count, refusal = len(answer.citations), answer.text if answer.refused else ""
    notice = " ".join(f"{answer.notice} {refusal}".split()) or None
    if not answer.citations:
        return (short, answer.refused, sure, *[None] * 6, count, notice)
    first = answer.citations[0]
    day = first.published.isoformat() if first.published else None
    place = (first.file, first.line_start, first.page, day, first.publisher, first.quote)
    return (short, answer.refused, sure, *place, count, notice)


def failure_values(why: str) -> Values:
    """The values of a question that cannot be asked."""
    return (*[None] * (len(ANSWER) - 1), why)


def answer_columns(kept: Sequence[str]) -> tuple[str, ...]:
    """Names for the columns ANSWER that no column of the questions has."""
    taken, names = {name.strip().casefold() for name in kept}, []
    for name in ANSWER:
        while name in taken:
            name = f"byline_{name}"
        names.append(name)
    return tuple(names)


class Rows(Protocol):
    """How a table is written: `heading`, then a `row` for each question, which begins with its `start`."""

    heading: bytes

    def row(self, kept: Values, answer: Values) -> bytes:
        """A complete row: the question's values and the answer's."""
        ...

    def start(self, kept: Values) -> bytes:
        """The bytes that the row of a question begins with, whatever its answer."""
        ...

    def complete(self, data: bytes) -> Iterator[int]:
        """Where each complete row of `data` ends, the heading included."""
        ...

    def answer(self, row: bytes) -> Values:
        """The values of the answer in a complete row. Raises ValueError or csv.Error if it is damaged."""
        ...


class CsvRows:
    """For spreadsheets: UTF-8 with a mark, by which they know it; no cell is one that they would compute."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.heading = b"\xef\xbb\xbf" + _csv([*columns, *answer_columns(columns)])

    def row(self, kept: Values, answer: Values) -> bytes:
        """See Rows."""
        return _csv([*kept, *answer])

    def start(self, kept: Values) -> bytes:
        """See Rows."""
        return _csv([*kept, ""]).removesuffix(b"\r\n")

    def complete(self, data: bytes) -> Iterator[int]:
        """See Rows. A line end within quotes ends no row."""
        end, quotes = 0, 0
        while (found := data.find(b"\r\n", end)) >= 0:
            quotes += data.count(b'"', end, found)
            end = found + 2
            if quotes % 2 == 0:
                yield end

    def answer(self, row: bytes) -> Values:
        """See Rows."""
        values = next(csv.reader(StringIO(row.decode(), newline="")))
        return _last([value or None for value in values])


class JsonRows:
    """One JSON object a line."""

    heading = b""

    def __init__(self, columns: Sequence[str]) -> None:
        self._kept, self._answer = tuple(columns), answer_columns(columns)

    def row(self, kept: Values, answer: Values) -> bytes:
        """See Rows."""
        values = zip((*self._kept, *self._answer), (*kept, *answer), strict=True)
        return _json(dict(values)) + b"\n"

    def start(self, kept: Values) -> bytes:
        """See Rows."""
        return _json(dict(zip(self._kept, kept, strict=True))).removesuffix(b"}") + b", "

    def complete(self, data: bytes) -> Iterator[int]:
        """See Rows."""
        end = 0
        while (end := data.find(b"\n", end) + 1) > 0:
            yield end

    def answer(self, row: bytes) -> Values:
        """See Rows."""
        return _last(list(json.loads(row).values()))


def _last(values: list[Any]) -> Values:
    if len(values) <= len(ANSWER):
        raise ValueError(f"{len(values)} values")
    return values[-len(ANSWER) :]


def _csv(values: Values) -> bytes:
    out = StringIO(newline="")
    csv.writer(out).writerow([plain_cell(_cell(value)) for value in values])
    return out.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def _json(values: dict[str, Any]) -> bytes:
    # a lone surrogate becomes \udXXX, which is how JSON writes it
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "backslashreplace")
