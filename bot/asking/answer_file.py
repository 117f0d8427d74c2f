"""The file of answers: each row is appended with one write once it is answered; a stopped batch continues.

A workbook cannot be appended to: its rows are collected in a .jsonl file beside it until it is written.
"""

import csv
import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.asking.answer_table import REFUSED, CsvRows, JsonRows, Rows, Values
from bot.asking.questions import Questions, ending
from bot.asking.workbook import matching_answers, write_workbook
from index.errors import TableError

COLLECTED = ".part.jsonl"  # after the name of a workbook that is not written yet


class AnswerFile:
    """The answers to `questions` in `path`, from the first on. Only one process can have a file open."""

    def __init__(self, path: Path, questions: Questions) -> None:
        """Opens the file and removes half a row at its end.

        Raises TableError if it cannot be written or has answers to other questions.
        """
        self._path, self._questions = path, questions
        self._is_workbook = ending(path) == ".xlsx"
        columns, is_csv = questions.columns, ending(path) == ".csv"
        self._rows: Rows = CsvRows(columns) if is_csv else JsonRows(columns)
        self._log = path.with_name(path.name + COLLECTED) if self._is_workbook else path
        self.answers: list[Values] = []
        written = matching_answers(path, questions) if self._is_workbook else []
        if written is None:
            raise self._other_batch()
        self._handle = self._opened()
        try:
            self._resume()
            for values in written[len(self.answers) :]:
                self.append(values)
        except BaseException:
            os.close(self._handle)
            raise

    @property
    def failures(self) -> int:
        """How many of the questions could not be asked."""
        return sum(values[REFUSED] is None for values in self.answers)

    def append(self, answer: Values) -> None:
        """Write the answer to the next question. Raises TableError, and nothing of the row is left."""
        row = self._rows.row(self._questions.rows[len(self.answers)], answer)
        self._append(row)
        self.answers.append(answer)

    def close(self) -> None:
        """Close the file; a workbook is written now. Raises TableError when that is not possible."""
        try:
            if self._is_workbook and self.answers:
                write_workbook(self._path, self._questions, self.answers)
            if self._is_workbook and len(self.answers) in (0, len(self._questions)):
                self._log.unlink(missing_ok=True)
        except OSError as error:
            raise self._failed(error) from None
        finally:
            os.close(self._handle)

    def _opened(self) -> int:
        try:
            handle = os.open(self._log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise self._failed(error) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise TableError(
                f"{self._path}: another program is writing it; wait for it, or stop it"
            ) from None
        except OSError as error:  # some network file systems have no locks
            os.close(handle)
            raise self._failed(error) from None
        return handle

    def _resume(self) -> None:
        """Read the answers that are there and cut off what follows the last complete row."""
        data = self._log.read_bytes()
        ends = [0, *self._rows.complete(data)]
        expected: Sequence[bytes] = [self._rows.start(kept) for kept in self._questions.rows]
        if heading := self._rows.heading:
            expected = [heading, *expected]
        found = [data[start:end] for start, end in zip(ends, [*ends[1:], None], strict=True)]
        *complete, torn = found
        if len(complete) > len(expected) or not all(map(bytes.startswith, complete, expected)):
            raise self._other_batch()
        # half a row is cut off only if it is one of this batch
        following = expected[len(complete)] if len(complete) < len(expected) else b""
        if torn[: len(following)] != following[: len(torn)] or (torn and not following):
            raise self._other_batch()
        try:
            self.answers = [self._rows.answer(row) for row in complete[bool(heading) :]]
        except (ValueError, csv.Error):
            raise self._other_batch() from None
        self._size = ends[-1]
        try:
            os.ftruncate(self._handle, self._size)
        except OSError as error:
            raise self._failed(error) from None
        if heading and not complete:
            self._append(heading)

    def _append(self, row: bytes) -> None:
        try:
            if os.write(self._handle, row) == len(row):
                self._size += len(row)
                return
            error = OSError("the disk is full")
        except OSError as raised:
            error = raised
        with suppress(OSError):
            os.ftruncate(self._handle, self._size)
        raise self._failed(error)

    def _failed(self, error: OSError) -> TableError:
        return TableError(
            f"{self._path}: {error.strerror or error}; expected a file that can be written"
        )

    def _other_batch(self) -> TableError:
        return TableError(
            f"{self._path}: has something other than answers to these questions; name another file"
        )
