"""Questions that come with their context, and the file they are read from: SQuAD's shape, one object a line.

Knows nothing of readers.
"""

import json
import lzma
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as shortened
from typing import Any

from eval.metrics import Normalise, squad_normalise
from index.errors import EvaluationError

Metric = Callable[[str, Sequence[str], Normalise], float | None]


@dataclass(frozen=True, slots=True)
class ReaderCase:
    """A question about one text. No `answers` means that `context` does not answer it."""

    id: str
    question: str
    context: str
    answers: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """True when the context holds an answer."""
        return bool(self.answers)

    def score(self, metric: Metric, text: str) -> float:
        """EM or F1 of `text`, where "" is a refusal, under SQuAD 2.0's normalisation.

        Of several accepted answers the best counts. When there is none, only "" scores 1. As in
        the official script, an accepted answer without a word is left out unless there is no other.
        """
        if not self.answers:
            return float(not text)
        accepted = tuple(filter(squad_normalise, self.answers)) or ("",)
        return metric(text, accepted, squad_normalise) or 0.0


def load_reader_cases(path: Path) -> tuple[ReaderCase, ...]:
    """Read a .jsonl file, or .jsonl.xz, in its order; blank lines are passed over.

    Keys other than id, question, context and answers are ignored. Raises EvaluationError, naming
    the file and the line, for a damaged line, a missing or wrongly typed key, an id used twice.
    """
    cases: dict[str, ReaderCase] = {}
    for number, line in _lines(path):
        try:
            # a byte order mark may stand before the first line
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            if not text.strip():
                continue
            case = _case(text)
            if case.id in cases:
                raise ValueError(f"id {case.id!r} is used twice; give every case its own id")
        except UnicodeDecodeError as error:
            raise EvaluationError(
                f"{path}, line {number}: not UTF-8 ({error}); expected JSON in UTF-8"
            ) from error
        except ValueError as error:
            raise EvaluationError(f"{path}, line {number}: {error}") from error
        cases[case.id] = case
    if not cases:
        raise EvaluationError(f"{path}: holds no case; expected one JSON object a line")
    return tuple(cases.values())


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of the file with their numbers, from 1; only a line feed ends one."""
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
            f"{path}: cannot be read ({error.strerror or error}); "
            "expected a .jsonl or .jsonl.xz file"
        ) from error


def _case(line: str) -> ReaderCase:
    """One line as a case; ValueError says what is wrong and what was expected."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error}); expected one JSON object a line") from error
    if not isinstance(row, dict):
        raise ValueError(f"a {type(row).__name__}, expected a JSON object")
    answers = _value(row, "answers")
    if not isinstance(answers, list) or not all(isinstance(a, str) and a.strip() for a in answers):
        raise ValueError(
            f"'answers' is {shortened(answers)}, expected a list of strings that are not empty"
        )
    return ReaderCase(
        _string(row, "id"), _string(row, "question"), _string(row, "context"), tuple(answers)
    )


def _string(row: dict[str, Any], key: str) -> str:
    value = _value(row, key)
    # an empty context is a context without an answer
    if not isinstance(value, str) or not (value.strip() or key == "context"):
        raise ValueError(f"{key!r} is {shortened(value)}, expected a string that is not empty")
    return value


def _value(row: dict[str, Any], key: str) -> Any:
    if key not in row:
        raise ValueError(f"key {key!r} is missing; expected id, question, context, answers")
    return row[key]
