"""How sure the reader may be: from what the evidence shows to a probability in [0, 1].

A logistic model over a few signals. Its weights were fitted on the project's own known-answer sets, so
it ranks evidence well there and is not calibrated on anything else.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signals:
    """What one piece of evidence shows, each in [0, 1] unless told otherwise."""

    coverage: float  # share of the question's weight of words that the sentence holds
    context: float  # the same, with the sentences around it and the article's title
    similarity: float  # cosine of the question's and the sentence's vectors, in [-1, 1]
    surroundings: float  # the same with the sentence before it, in [-1, 1]
    lacks_kind: float  # 1 when a kind of answer is asked for (a date, a figure) and it holds none
    missing: float  # share of the question's names and numbers that are not near the sentence
    wrong_figure: float  # 1 when the question names a figure or year that the sentence does not
    furniture: float  # 1 for boilerplate and headlines
    rank: float  # place of its passage among those retrieved, 0 for the first, 1 for the last


def probability(signals: Signals) -> float:
    """The probability that evidence with these signals answers the question."""
    logit = (
        -4.0
        + 2.1 * signals.coverage
        + 1.45 * signals.context
        + 4.1 * signals.similarity
        + 2.85 * signals.surroundings
        - 2.2 * signals.lacks_kind
        - 4.0 * signals.missing
        - 2.0 * signals.wrong_figure
        - 1.8 * signals.furniture
        - 1.9 * signals.rank
    )
    return 1.0 / (1.0 + math.exp(-logit))
