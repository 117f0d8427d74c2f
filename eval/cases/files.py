"""Files of cases: JSON Lines in, whole files out.

Reading names the damaged line; writing replaces a file atomically. What the objects mean is not known here.
"""

import json
import lzma
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from index.errors import EvaluationError
from index.state.replacing import fresh_beside, replacing

T = TypeVar("T", bound="Identified")
R = TypeVar("R")


class Identified(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """Unique within its file."""
        ...


def load_lines(path: Path, parse: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    """What `parse` makes of every line of a .jsonl file, or .jsonl.xz, in order; blank lines are skipped.

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


FLAG = "--predictions FILE"


def check_predictions(path: Path, data: Path) -> None:
    """Raise EvaluationError when predictions could not be written there, before all the reading."""
    fresh = fresh_beside(path)
    try:
        if path.exists() and (not path.is_file() or path.samefile(data)):
            raise EvaluationError(f"{path}: a folder, a device or the data; give another file")
        fresh.touch()
        fresh.unlink()
    except OSError as error:
        raise unwritable(path, error, FLAG) from error


def write_predictions(predictions: Mapping[str, str], path: Path) -> None:
    """Write `{id: text}` in one move, so that a stop never leaves half a file.

    SQuAD's official evaluation script reads a reader's. Raises EvaluationError when it cannot be written.
    """
    write_whole(path, (json.dumps(predictions, indent=1) + "\n").encode(), FLAG)


def write_whole(path: Path, content: bytes, flag: str) -> None:
    """Put `content` at `path`; `flag` is what names the file on the command line.

    Raises EvaluationError when it cannot be written, and leaves what was there.
    """
    try:
        with replacing(path) as fresh:
            fresh.write_bytes(content)
    except OSError as error:
        raise unwritable(path, error, flag) from error


def check_target(path: Path, flag: str) -> None:
    """Refuse before work begins: raises EvaluationError when `path` cannot become a file.

    A disk that fills up later is reported by `write_whole`.
    """
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    except OSError as error:
        raise unwritable(path, error, flag) from error
    if is_folder:
        raise EvaluationError(f"{path}: is a folder, expected a file; give another {flag}")
    if not has_folder:
        raise EvaluationError(
            f"{path}: cannot be written ({path.parent} is no folder); make it, or give another {flag}"
        )


def unwritable(path: Path, error: OSError, flag: str) -> EvaluationError:
    """The error for a file that cannot be written."""
    return EvaluationError(f"{path}: cannot be written ({error.strerror}); give another {flag}")
