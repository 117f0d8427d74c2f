"""Measures a reader alone, on questions that come with their context, as SQuAD does.

Reads the data file, asks, derives the figures, shows and writes them. Knows nothing of how a reader
reads, nor of retrieval.
"""

import json
import lzma
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from reprlib import repr as shortened
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from eval.calibration import (
    area_under_risk_coverage,
    auroc,
    best_threshold,
    expected_calibration_error,
)
from eval.metrics import Normalise, exact_match, mean, percentile, squad_normalise, token_f1
from eval.report import shown
from eval.results import Figure
from index.errors import EvaluationError

Read = Callable[[str, str], tuple[str, float]]
Metric = Callable[[str, Sequence[str], Normalise], float | None]
RIGHT_F1 = 0.5  # from here on a span counts as right where a probability is judged
DIGITS = 4  # of the figures in JSON
LABELS = {
    "cases": "cases",
    "answerable": "answerable cases",
    "unanswerable": "unanswerable cases",
    "threshold": "threshold of the reader",
    "exact_match": "EM",
    "token_f1": "token F1",
    "exact_match_answerable": "EM, answerable",
    "token_f1_answerable": "token F1, answerable",
    "exact_match_unanswerable": "EM, unanswerable",
    "token_f1_unanswerable": "token F1, unanswerable",
    "token_f1_always": "token F1, answerable, no threshold",
    "best_token_f1": "token F1 at the best threshold",
    "best_threshold": "best threshold",
    "auroc": "AUROC, answerable or not",
    "ece": "ECE",
    "aurc": "AURC (lower is better)",
    "p50_ms": "p50 reading time, ms a context",
    "p95_ms": "p95 reading time, ms a context",
}


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of one case: its best span's text, and how probably that is right."""

    case: ReaderCase
    text: str
    probability: float
    ms: float


@dataclass(frozen=True)
class ReaderReport:
    """What was read, in the file's order, and the figures derived from it.

    Below `threshold` a reading counts as a refusal.
    """

    threshold: float
    readings: tuple[Reading, ...]

    @cached_property
    def predictions(self) -> dict[str, str]:
        """What is answered to each case, by its id; "" for a refusal."""
        return {
            reading.case.id: reading.text if reading.probability >= self.threshold else ""
            for reading in self.readings
        }

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Counts, thresholds, and shares in [0, 1], by name; None where nothing is to measure.

        `token_f1_always` is over the answerable cases, with every best span taken as the answer;
        `best_token_f1` is over all cases. `auroc` is of answerable against unanswerable cases, by
        probability. For `ece` and `aurc` a best span is right when the case is answerable and its
        F1 is at least 0.5; on an unanswerable case it is wrong. These two bounds are our choice.
        """
        cases = [reading.case for reading in self.readings]
        answerable = [case.answerable for case in cases]
        probabilities = [reading.probability for reading in self.readings]
        always = [reading.case.score(token_f1, reading.text) for reading in self.readings]
        refused = [case.score(token_f1, "") for case in cases]
        right = [yes and f1 >= RIGHT_F1 for yes, f1 in zip(answerable, always, strict=True)]
        best = best_threshold(probabilities, always, refused)
        return {
            "cases": len(cases),
            "answerable": sum(answerable),
            "unanswerable": len(cases) - sum(answerable),
            "threshold": self.threshold,
            **self._matches("", cases),
            **self._matches("_answerable", [case for case in cases if case.answerable]),
            **self._matches("_unanswerable", [case for case in cases if not case.answerable]),
            "token_f1_always": mean(f1 for f1, yes in zip(always, answerable, strict=True) if yes),
            "best_token_f1": best.score if best else None,
            "best_threshold": best.value if best else None,
            "auroc": auroc(probabilities, answerable),
            "ece": expected_calibration_error(probabilities, right),
            "aurc": area_under_risk_coverage(probabilities, right),
        }

    def _matches(self, suffix: str, cases: Sequence[ReaderCase]) -> dict[str, Figure]:
        """EM and F1 of the predictions, under names that end in `suffix`."""
        given = self.predictions
        return {
            f"exact_match{suffix}": mean(case.score(exact_match, given[case.id]) for case in cases),
            f"token_f1{suffix}": mean(case.score(token_f1, given[case.id]) for case in cases),
        }

    @cached_property
    def timings(self) -> dict[str, Figure]:
        """Milliseconds to read one context."""
        times = [reading.ms for reading in self.readings]
        return {f"p{percent}_ms": percentile(times, percent) for percent in (50, 95)}

    def to_json(self) -> dict[str, Figure]:
        """Every figure, to four digits; all but the two times are the same on every run."""
        figures = {**self.figures, **self.timings}
        return {name: value and round(value, DIGITS) for name, value in figures.items()}


def evaluate(cases: Iterable[ReaderCase], read: Read, threshold: float) -> ReaderReport:
    """Read every case in order, as they come, and keep what was found.

    `read` takes question and context and gives the text of the best span with the probability that
    it is a right answer. Raises what it raises, and EvaluationError when that is no probability.
    """
    return ReaderReport(threshold, tuple(_reading(case, read) for case in cases))


def _reading(case: ReaderCase, read: Read) -> Reading:
    started = time.perf_counter()
    text, probability = read(case.question, case.context)
    ms = (time.perf_counter() - started) * 1000
    if not 0 <= probability <= 1:  # nor is NaN
        raise EvaluationError(
            f"case {case.id!r}: the reader gave {probability} as a probability, expected 0 to 1; "
            "its calibration is damaged"
        )
    return Reading(case, text, float(probability), ms)


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


def print_reader_report(report: ReaderReport, console: Console) -> None:
    """A table with a row for each figure."""
    figures = {**report.figures, **report.timings}
    table = Table(box=box.SIMPLE_HEAD, show_header=False, padding=(0, 1), show_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for name, label in LABELS.items():
        table.add_row(label, shown(figures[name]), style="bold" if name == "token_f1" else "")
    console.print(table)


def check_predictions(path: Path, data: Path) -> None:
    """Raise EvaluationError when predictions could not be written there, before all the reading."""
    fresh = _fresh(path)
    try:
        if path.exists() and (not path.is_file() or path.samefile(data)):
            raise EvaluationError(f"{path}: a folder, a device or the data; give another file")
        fresh.touch()
        fresh.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error


def write_predictions(report: ReaderReport, path: Path) -> None:
    """Write `{id: answer or ""}` in one move, so that a stop never leaves half a file.

    SQuAD's official evaluation script reads it. Raises EvaluationError when it cannot be written.
    """
    fresh = _fresh(path)
    try:
        fresh.write_text(json.dumps(report.predictions, indent=1) + "\n", encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise _unwritable(path, error) from error


def _fresh(path: Path) -> Path:
    """The file beside `path` that is written first."""
    return path.parent / f".predictions-{os.getpid()}.new"


def _unwritable(path: Path, error: OSError) -> EvaluationError:
    return EvaluationError(
        f"{path}: cannot be written ({error.strerror}); give another --predictions FILE"
    )
