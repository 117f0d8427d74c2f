"""How well a probability tells right from wrong: ECE, AUROC, AURC and the best threshold.

Pure functions of probabilities and outcomes, which are matched by position; sequences of different
length are a ValueError. None of them depends on the order of the cases. A figure that has nothing to
measure is None. Knows nothing of texts, readers or cases.
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

BINS = 15


class Threshold(NamedTuple):
    """A place to cut: `score` is the mean over all cases when those from `value` up are answered."""

    value: float
    score: float


def expected_calibration_error(
    probabilities: Sequence[float], right: Sequence[bool], bins: int = BINS
) -> float | None:
    """ECE in [0, 1]: the mean gap between how sure and how often right; None without cases.

    The probabilities fall into `bins` bins ((m-1)/M, m/M] of equal width, 0 into the first. The gap
    of a bin is |share right - mean probability|, weighted with the bin's share of the cases.
    Source: Guo et al. 2017, equation 3, with their 15 bins.
    """
    edges = [number / bins for number in range(1, bins + 1)]
    binned: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for probability, is_right in zip(probabilities, right, strict=True):
        binned[bisect_left(edges, probability)].append((probability, is_right))
    if not binned:
        return None
    # n * (share right - mean probability) of a bin is the sum of its differences
    gaps = (abs(math.fsum(is_right - p for p, is_right in cases)) for cases in binned.values())
    return math.fsum(gaps) / len(probabilities)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """AUROC: how often a positive case scores higher than a negative one, a tie counting half.

    0.5 is chance, 1 a perfect separation; None when either kind is missing. Source: the rank
    statistic of Mann and Whitney 1947, as in Hanley and McNeil 1982.
    """
    pairs = list(zip(scores, positive, strict=True))
    above = [score for score, is_positive in pairs if is_positive]
    below = sorted(score for score, is_positive in pairs if not is_positive)
    if not above or not below:
        return None
    # a lower score is counted by both, an equal one by the second alone
    halves = sum(bisect_left(below, score) + bisect_right(below, score) for score in above)
    return halves / (2 * len(above) * len(below))


def area_under_risk_coverage(probabilities: Sequence[float], right: Sequence[bool]) -> float | None:
    """AURC in [0, 1], lower is better: the mean selective risk over the coverages 1/n, ..., n/n.

    At coverage k/n the k surest cases are answered; the risk is the share of these that is wrong.
    Cases of equal probability count as their mean over all orders. None without cases. Sources:
    the risk-coverage curve of El-Yaniv and Wiener 2010 and Geifman and El-Yaniv 2017; the area
    under it as in Geifman, Uziel and El-Yaniv 2019.
    """
    ordered = sorted(zip(probabilities, right, strict=True), reverse=True)
    errors: list[float] = []
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        wrong = [not is_right for _, is_right in tied]
        errors += [sum(wrong) / len(wrong)] * len(wrong)
    if not errors:
        return None
    risks = (total / covered for covered, total in enumerate(accumulate(errors), start=1))
    return math.fsum(risks) / len(errors)


def best_threshold(
    probabilities: Sequence[float], answered: Sequence[float], refused: Sequence[float]
) -> Threshold | None:
    """The threshold with the best mean score, when cases below it are refused; None without cases.

    `answered` holds each case's score when it is answered, `refused` when it is not. Every
    probability is tried, and one just above them all, which answers nothing; of equally good
    thresholds the highest is taken. Source: `find_best_thresh` of SQuAD 2.0's official evaluation
    script, but cases of equal probability, which no threshold can part, count together.
    """
    gains: defaultdict[float, list[float]] = defaultdict(list)
    for probability, yes, no in zip(probabilities, answered, refused, strict=True):
        gains[probability].append(yes - no)
    if not gains:
        return None
    total = math.fsum(refused)
    best = Threshold(math.nextafter(max(gains), math.inf), total / len(refused))
    for probability in sorted(gains, reverse=True):
        total += math.fsum(gains[probability])
        if total / len(refused) > best.score:
            best = Threshold(probability, total / len(refused))
    return best
