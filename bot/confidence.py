"""How sure the reader may be: from what the evidence shows to a probability in [0, 1].

A logistic model over five signals. Its weights were set by hand on the project's own known-answer
sets; they rank evidence well, and are not calibrated on other data.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signals:
    """What one piece of evidence shows, each in [0, 1] unless told otherwise."""

    coverage: float  # share of the question's weight of words that the sentence holds
    context: float  # the same, with the sentences around it and the article's title
    similarity: float  # cosine of the question's and the sentence's vectors, in [-1, 1]
    fits: float  # 1 when it holds the kind of thing asked for, 0.5 when no kind is asked for
    missing: float  # share of the question's names and numbers that its passage does not hold


def probability(signals: Signals) -> float:
    """The probability that evidence with these signals answers the question."""
    logit = (
        -4.6
        + 3.0 * signals.coverage
        + 2.2 * signals.context
        + 3.6 * signals.similarity
        + 1.2 * signals.fits
        - 4.0 * signals.missing
    )
    return 1.0 / (1.0 + math.exp(-logit))
