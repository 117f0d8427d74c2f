"""Reads a file of one JSON object a line into values with an id of their own, and names the line at fault.

Knows nothing of what the objects mean.
"""

import json
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

from index.errors import EvaluationError

T = TypeVar("T", bound="Identified")
R = TypeVar("R")


class Identified(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """What tells it from the others of its file."""
        ...


def load_lines(path: Path, parse: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    """What `parse` makes of every line of a .jsonl file, or .jsonl.xz, in order; blank lines are passed over.

    `parse` says by ValueError what is wrong with an object. Raises EvaluationError, naming the file
    and the line, for that, for a damaged line and for an id used twice.
    """
    found: dict[str, T] = {}
    for number, one in _parsed(path, parse):
        if one.id in found:
            raise EvaluationError(
                f"{path}, line {number}: id {one.id!r} is used twice; give every case its own id"
            )
        found[one.id] = one
    if not found:
        raise EvaluationError(f"{path}: holds no case; expected one JSON object a line")
    return tuple(found.values())


def load_rows(path: Path, parse: Callable[[dict[str, Any]], R]) -> tuple[R, ...]:
    """As `load_lines`, for lines that have no id of their own."""
    return tuple(one for _, one in _parsed(path, parse))


def line_numbers(path: Path) -> dict[str, int]:
    """The number of the line of each id, from 1. Raises EvaluationError as `load_lines` does."""
    return {row["id"]: number for number, row in _parsed(path, lambda row: row) if "id" in row}


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file, or .xz, with their numbers, from 1; only a line feed ends one.

    A byte order mark may stand before the first. Raises EvaluationError, naming file and line, for what
    cannot be read.
    """
    for number, line in _lines(path):
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise EvaluationError(
                f"{path}, line {number}: not UTF-8 ({error}); expected text in UTF-8"
            ) from error


def _parsed(path: Path, parse: Callable[[dict[str, Any]], R]) -> Iterator[tuple[int, R]]:
    """The number of every line that is not blank, and what `parse` makes of it."""
    for number, text in text_lines(path):
        if not text.strip():
            continue
        try:
            parsed = parse(_object(text))
        except ValueError as error:
            raise EvaluationError(f"{path}, line {number}: {error}") from error
        yield number, parsed


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
            for line in file:
                number += 1
                yield number, line
    except (EOFError, lzma.LZMAError) as error:
        raise EvaluationError(
            f"{path}, line {number + 1}: damaged xz ({error}); fetch or compress the file again"
        ) from error
    except OSError as error:
        raise EvaluationError(
            f"{path}: cannot be read ({error.strerror or error}); expected a file, plain or .xz"
        ) from error


def _object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        # its own words count lines too, within the one that is named already
        why = f"{error.msg} at character {error.pos + 1}"
        raise ValueError(f"not JSON ({why}); expected one JSON object a line") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error}); expected one JSON object a line") from error
    if not isinstance(row, dict):
        raise ValueError(f"a {type(row).__name__}, expected a JSON object")
    return row
