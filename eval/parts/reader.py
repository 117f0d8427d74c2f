"""Measures a reader alone, on questions that come with their context, as SQuAD does.

Asks, derives the figures, shows and writes them. Knows nothing of how a reader reads, nor of retrieval.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.build import open_reader
from bot.english.question import Question
from bot.reading.calibration import Calibration, SpanSignals, sigmoid
from bot.reading.model import SpanModel
from bot.reading.span_candidates import span_signals
from eval.metrics.calibration import (
    area_under_risk_coverage,
    auroc,
    best_threshold,
    expected_calibration_error,
)
from eval.metrics.metrics import exact_match, mean, percentile, token_f1
from eval.parts.reader_cases import ReaderCase
from eval.runs.report import Figure
from index.errors import EvaluationError
from index.settings import Settings

Read = Callable[[str, str], tuple[str, float]]
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


NEAR = 200  # characters around a span of a single text, about a sentence either way


class ContextReader:
    """Reads one given text at a time: what `python -m eval reader` measures."""

    def __init__(self, model: SpanModel, calibration: Calibration, threshold: float) -> None:
        """`threshold` is the probability below which its user should take it that there is no answer."""
        self._model, self._calibration, self.threshold = model, calibration, threshold

    def signals(self, question: str, context: str) -> tuple[str, SpanSignals] | None:
        """The words of `context` that answer best, with what they show; None when it has no words."""
        spans = self._model.read(question, [context], 1)[0]
        if not spans:
            return None
        asked, found = Question.of(question), spans[0]
        near = context[max(0, found.span.start - NEAR) : found.span.end + NEAR]
        words = found.span.of(context)
        return words, span_signals(asked, found.margin, context, near)

    def read(self, question: str, context: str) -> tuple[str, float]:
        """The words of `context` that answer best ("" when it has none), and how probably they do."""
        found = self.signals(question, context)
        if found is None:
            return "", 0.0
        words, signals = found
        return words, sigmoid(self._calibration.span_logit(signals))

    def close(self) -> None:
        """Releases the model."""
        self._model.close()


def open_context_reader(settings: Settings) -> ContextReader:
    """The reader of the settings without an index; the caller closes it. Raises ModelError."""
    model, calibration = open_reader(settings)
    return ContextReader(model, calibration, calibration.context_points[settings.strictness])
