"""How probably the evidence supports a sentence: two small logistic models over signals of both.

One uses the wording alone, the other also the embedder and the reading model. These come in as functions;
nothing is loaded here.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from bot.llm.checking.faults import Fault, Kind
from bot.llm.checking.overlap import Overlap, clauses
from bot.reading.calibration import CLIPPED, sigmoid
from bot.reading.model import Found
from index.models.encoder import Vectors

Encode = Callable[[Sequence[str]], Vectors]
Read = Callable[[str, Sequence[str], int], Sequence[Sequence[Found]]]
LONGEST = 1500  # characters of evidence that the reading model reads, so that its time is bounded
MOST_CLAUSES = 8  # of a sentence that are embedded, for the same reason
# Faults in the score; the others are too rare in the fitting sets and decide by rule.
WEIGHED: tuple[Kind, ...] = ("number", "date", "name", "quotation")
# Both tables are printed by `python -m training.checking`: logistic weights of `signals` by name, fitted
# so that a supported and another sentence are as likely. The wording is fitted on the dev parts of WiCE and
# FoolMeTwice and the training parts of RTE, SICK and MSRP; with models on WiCE's and MSRP alone, because
# the reading model was trained on the others.
WORDING = {
    "bias": -1.445,
    "two": 1.591,
    "lacking": -0.507,
    "words": 0.666,
    "number": -0.813,
    "date": -0.694,
    "name": -0.792,
    "quotation": -0.321,
}
WITH_MODELS = {
    "bias": -2.89,
    "two": 1.764,
    "lacking": -0.641,
    "words": 0.958,
    "number": -0.914,
    "date": -0.66,
    "name": -1.1,
    "quotation": -0.489,
    "cosine": 0.47,
    "weakest": 1.88,
    "margin": 0.074,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """The signals that the models give for a sentence and the sentences nearest to it.

    `cosine` is the best similarity of one of them to the sentence, `weakest` to the one of its clauses
    that is least like any, both in [-1, 1]; `margin` is how far the reading model puts its best span
    over "not here", in logits, when it is asked the sentence of all of them.
    """

    cosine: float
    weakest: float
    margin: float


@dataclass(frozen=True, slots=True)
class Models:
    """The two models as functions: `Encoder.encode` and `SpanModel.read`."""

    encode: Encode
    read: Read

    def look(self, sentence: str, nearest: Sequence[str]) -> Seen:
        """The signals for `sentence` and the sentences `nearest` to it, in reading order."""
        parts = clauses(sentence)[:MOST_CLAUSES]
        alone = parts if len(parts) > 1 else ()
        vectors = self.encode([sentence, *alone, *nearest])
        likeness = vectors[: 1 + len(alone)] @ vectors[1 + len(alone) :].T
        best = likeness.max(axis=1)
        spans = self.read(sentence, [" ".join(nearest)[:LONGEST]], 1)[0]
        margin = spans[0].margin if spans else -CLIPPED
        return Seen(
            cosine=float(best[0]),
            weakest=float(best[1:].min() if alone else best[0]),
            margin=max(-CLIPPED, min(CLIPPED, margin)),
        )


def signals(
    overlap: Overlap, faults: Sequence[Fault], seen: Seen | None = None
) -> dict[str, float]:
    """The inputs of the logistic models by name: a share, logarithms of counts, and 1 for a kind of fault."""
    kinds = {fault.kind for fault in faults}
    found = {
        "two": overlap.two,
        "lacking": math.log1p(overlap.lacking),
        "words": math.log1p(overlap.words),
    }
    found |= {kind: float(kind in kinds) for kind in WEIGHED}
    return found | (asdict(seen) if seen else {})


def probability(found: Mapping[str, float]) -> float:
    """The probability in [0, 1] that a sentence with these signals is supported, if half of all are."""
    weights = WITH_MODELS if "margin" in found else WORDING
    return sigmoid(weights["bias"] + math.fsum(weights.get(k, 0.0) * v for k, v in found.items()))
