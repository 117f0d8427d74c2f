"""A table of answers as an .xlsx workbook. It does not know how the answers were found."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.asking.answer_table import ANSWER, Values, answer_columns
from bot.asking.questions import Questions, read_table
from index.console import plain_cell
from index.state.replacing import replacing

MOST_CHARS = 32_767  # of a cell
WIDE = {"question": 50, "answer": 40, "quote": 60, "file": 30}  # in characters


def write_workbook(path: Path, questions: Questions, answers: Sequence[Values]) -> None:
    """Replace `path` atomically with the answered questions. Raises OSError."""
    from openpyxl import Workbook  # takes a third of a second to import
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    sheet.freeze_panes = "A2"
    rows = _rows(questions, answers)
    heading = next(rows)
    for at, name in enumerate(heading, 1):
        sheet.column_dimensions[get_column_letter(at)].width = WIDE.get(str(name).casefold(), 14)
    for row in (heading, *rows):
        cells = [WriteOnlyCell(sheet, value) for value in row]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # else some words, such as #N/A, become errors
        sheet.append(cells)
    with replacing(path.resolve()) as fresh:
        book.save(fresh)


def matching_answers(path: Path, questions: Questions) -> list[Values] | None:
    """The answers in the workbook, [] if there is none; None if it has answers to other questions.

    Raises TableError if the file cannot be read.
    """
    if not path.exists():
        return []
    columns, found = read_table(path)
    answers: list[Values] = [
        [None if value == "" else value for value in row[-len(ANSWER) :]] for row in found
    ]
    expected = list(_rows(questions, answers))
    there = [[_compared(value) for value in row] for row in (columns, *found)]
    return answers if there == [[_compared(value) for value in row] for row in expected] else None


def _rows(questions: Questions, answers: Sequence[Values]) -> Iterator[list[Any]]:
    yield [_cell(name) for name in (*questions.columns, *answer_columns(questions.columns))]
    for kept, values in zip(questions.rows, answers, strict=False):
        yield [_cell(value) for value in (*kept, *values)]


def _cell(value: Any) -> Any:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, list | dict):
        value = str(value)
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value).encode("utf-8", "backslashreplace").decode()
    return plain_cell(text)[:MOST_CHARS]


def _compared(value: Any) -> str:
    """A value as it is after it was written and read."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
