"""Questions that come with their context, and the file they are read from: SQuAD's shape, one object a line.

Knows nothing of readers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as shortened
from typing import Any

from eval.cases.files import load_lines
from eval.metrics.metrics import Normalise, squad_normalise

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
    """Read a .jsonl file, or .jsonl.xz, in its order; blank lines are skipped.

    Keys other than id, question, context and answers are ignored. Raises EvaluationError, naming
    the file and the line, for a damaged line, a missing or wrongly typed key, an id used twice.
    """
    return load_lines(path, _case)


def _case(row: dict[str, Any]) -> ReaderCase:
    """One object as a case; ValueError says what is wrong and what was expected."""
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
