"""How sure an answer may be: from what the reader saw to calibrated probabilities in [0, 1].

Two logistic models, fitted by `training.confidence` on questions the reader never saw and stored beside
its weights: one judges a span in its passage, the other an answer among all the passages found.
It knows nothing of texts or models.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import ModelError

FILE = "confidence.json"
STRICTNESS = ("lenient", "balanced", "strict")
CLIPPED = 15.0  # margins beyond this say nothing more


@dataclass(frozen=True, slots=True)
class SpanSignals:
    """What one span shows in its passage. Everything but the margin is in [0, 1]."""

    margin: float  # the reader's score over "no answer here", in logits
    coverage: (
        float  # share of the question's words that its sentence, the neighbours and the title hold
    )
    wrong_figure: float  # 1 when the question names a figure or year that the passage does not


@dataclass(frozen=True, slots=True)
class AnswerSignals:
    """How an answer stands among all that was found for its question."""

    span: float  # logit of its best span alone
    lead: float  # that, less the logit of the best different answer; at most 8 either way
    similarity: float  # cosine of the question's and the supporting sentence's vectors, in [-1, 1]
    alone: float  # margin of the best span when sentence and neighbours are read without the rest
    same: float  # 1 when that span is the same answer
    wrong_figure: float  # as in SpanSignals
    follows: float  # 1 when the question has words from earlier turns, which may be the wrong ones


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of both models by signal's name, "bias" among them, and the operating points.

    `points` holds, by strictness, the probability an answer must reach to be given: for an answer
    among passages, and (`context_points`) for a span in a single one. `model` is the sha256 of the
    reader's model.onnx that all of this was fitted on.
    """

    span: Mapping[str, float]
    answer: Mapping[str, float]
    points: Mapping[str, float]
    context_points: Mapping[str, float]
    model: str = ""

    def check(self, model: str) -> None:
        """Raises ModelError unless it was fitted on the model with the sha256 `model`."""
        if self.model != model:
            raise ModelError(
                f"{FILE}: expected it fitted on the reading model beside it (sha256 {model[:12]}…), found "
                f"{self.model[:12]}…; fit it with `python -m training.confidence`, or restore both with "
                "`git checkout models`"
            )

    def span_logit(self, signals: SpanSignals) -> float:
        """Log-odds that a span with these signals is right, its passage alone considered."""
        values = asdict(signals)
        values["margin"] = max(-CLIPPED, min(CLIPPED, signals.margin))
        return _logit(self.span, values)

    def answer_probability(self, signals: AnswerSignals) -> float:
        """The probability that an answer with these signals is right."""
        return sigmoid(_logit(self.answer, asdict(signals)))


def load_calibration(folder: Path) -> Calibration:
    """The calibration beside the model in `folder`. Raises ModelError."""
    path = folder / FILE
    try:
        return _parsed(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ModelError(
            f"{path}: expected the reader's calibration, found {error.strerror}; restore it with "
            "`git checkout models` or set BYLINE_MODELS to the folder of the models"
        ) from error
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ModelError(
            f"{path}: expected weights and operating points, found a damaged file ({error!r}); "
            "restore it with `git checkout models`"
        ) from error


def sigmoid(logit: float) -> float:
    """1 / (1 + e^-logit), without overflow."""
    if logit < 0:
        return 1.0 - sigmoid(-logit)
    return 1.0 / (1.0 + math.exp(-logit))


def _parsed(found: Any) -> Calibration:
    def numbers(key: str, names: tuple[str, ...]) -> dict[str, float]:
        return {name: float(found[key][name]) for name in names}

    points = numbers("points", STRICTNESS), numbers("context_points", STRICTNESS)
    weights = (
        numbers("span", ("bias", *SpanSignals.__slots__)),
        numbers("answer", ("bias", *AnswerSignals.__slots__)),
    )
    if not all(math.isfinite(value) for held in weights for value in held.values()):
        raise ValueError("a weight that is not finite")
    if not all(0 <= value <= 1 for held in points for value in held.values()):
        raise ValueError("an operating point outside 0 to 1")
    return Calibration(*weights, *points, str(found["model"]))


def _logit(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    return weights["bias"] + math.fsum(weights[name] * value for name, value in values.items())
