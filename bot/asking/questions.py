"""A table of questions: a .csv, .jsonl or .xlsx file with the column `question`; other columns are kept.

Rows with the same value in the column `conversation` are one conversation. It does not know the answers.
"""

import csv
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from index.console import printable
from index.errors import TableError, UnreadableError
from index.formats.decoding import decode
from index.formats.rows.tables import DELIMITERS, STATED

QUESTION, CONVERSATION = "question", "conversation"
Records = Iterator[tuple[Any, ...]]
Table = tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]  # the heading and the rows


@dataclass(frozen=True, slots=True)
class Questions:
    """The rows in the file's order, each with a value for every column. In .csv every value is text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    _question: int
    _conversation: int | None

    def __len__(self) -> int:
        return len(self.rows)

    def question(self, number: int) -> str:
        """The question in row `number`, from 0."""
        return _text(self.rows[number][self._question])

    def conversation(self, number: int) -> str:
        """The conversation of row `number`; "" for a question on its own."""
        return "" if self._conversation is None else _text(self.rows[number][self._conversation])


def read_questions(path: Path) -> Questions:
    """The table in `path`. Raises TableError, which names the file, what is wrong and what was expected."""
    columns, rows = read_table(path)
    question = _place(path, columns, QUESTION)
    if question is None:
        shown = printable(", ".join(columns[:8]))[:200] or "none"
        raise TableError(f"{path}: columns {shown}: expected one that is called {QUESTION}")
    if not rows:
        raise TableError(f"{path}: has no row; expected a question in each")
    return Questions(columns, rows, question, _place(path, columns, CONVERSATION))


def read_table(path: Path) -> Table:
    """The heading and the rows in `path`. Raises TableError."""
    read = READERS[ending(path)]
    try:
        return read(path.read_bytes())
    except OSError as error:
        why = error.strerror or str(error)
        raise TableError(f"{path}: {why}; expected a file that can be read") from None
    except UnreadableError as error:
        raise TableError(f"{path}: {error}") from None


def ending(path: Path) -> str:
    """The file's ending in lower case. Raises TableError for one that is not known."""
    suffix = path.suffix.lower()
    if suffix not in READERS:
        known = ", ".join(READERS)
        raise TableError(f"{path}: ends with {suffix or 'nothing'!a}; expected one of {known}")
    return suffix


def _place(path: Path, columns: tuple[str, ...], name: str) -> int | None:
    """Where the column `name` is, if there is one; capitals do not count."""
    found = [at for at, column in enumerate(columns) if column.casefold() == name]
    if len(found) > 1:
        raise TableError(f"{path}: has {len(found)} columns called {name}; expected one")
    return found[0] if found else None


def _read_csv(data: bytes) -> Table:
    text = decode(data)
    stated = STATED.match(text)
    text = text[stated.end() :] if stated else text
    delimiters = stated[1] if stated else DELIMITERS

    def records(delimiter: str) -> Records:
        return map(tuple, csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))

    def fitting(delimiter: str) -> tuple[bool, int]:
        heading = next(filter(any, records(delimiter)), ())
        return QUESTION in (name.strip().casefold() for name in heading), len(heading)

    try:
        return _headed(records(max(delimiters, key=fitting)))
    except csv.Error as error:
        raise UnreadableError(f"a damaged table: {error}") from None


def _read_xlsx(data: bytes) -> Table:
    from io import BytesIO

    from openpyxl import load_workbook  # takes a third of a second to import

    try:
        with warnings.catch_warnings(
            action="ignore"
        ):  # of styles and extensions, which are not read
            sheet = load_workbook(BytesIO(data), read_only=True, data_only=True).worksheets[0]
            sheet.reset_dimensions()  # some programs state a wrong size
            return _headed(tuple(map(_plain, row)) for row in sheet.iter_rows(values_only=True))
    except UnreadableError:
        raise
    except Exception as error:  # the library raises whatever the damaged part raises
        raise UnreadableError(f"not a readable workbook: {type(error).__name__}") from None


def _headed(records: Records) -> Table:
    """The heading, which is the first record that is not empty, and the other records that are not."""
    filled = ((at, record) for at, record in enumerate(records, 1) if any(map(_text, record)))
    _, heading = next(filled, (0, ()))
    columns = tuple(_text(name) for name in _trimmed(heading))
    rows = []
    for at, record in filled:
        if len(record := _trimmed(record)) > len(columns):
            raise UnreadableError(f"row {at}: {len(record)} cells, expected {len(columns)}")
        rows.append(record + ("",) * (len(columns) - len(record)))
    return columns, tuple(rows)


def _trimmed(record: tuple[Any, ...]) -> tuple[Any, ...]:
    """The record without the empty cells at its end."""
    filled = [at for at, value in enumerate(record, 1) if _text(value)]
    return tuple(islice(record, filled[-1] if filled else 0))


def _read_jsonl(data: bytes) -> Table:
    objects: list[dict[str, Any]] = []
    for at, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode())
        except (ValueError, RecursionError):
            raise UnreadableError(f"line {at}: expected a JSON object in UTF-8") from None
        if not isinstance(value, Mapping):
            raise UnreadableError(f"line {at}: expected a JSON object")
        objects.append(dict(value))
    columns = tuple(dict.fromkeys(name for one in objects for name in one))
    return columns, tuple(tuple(one.get(name) for name in columns) for one in objects)


def _plain(value: Any) -> Any:
    """A cell's value as JSON has it."""
    if isinstance(value, datetime):
        return (value if value.time() != time() else value.date()).isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _text(value: Any) -> str:
    """A value as a question or the name of a conversation."""
    return "" if value is None else str(value).strip()


READERS: Mapping[str, Callable[[bytes], Table]] = {
    ".csv": _read_csv,
    ".jsonl": _read_jsonl,
    ".xlsx": _read_xlsx,
}
