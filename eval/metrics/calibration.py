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


class Bin(NamedTuple):
    """The cases whose probability lies in (low, high], and in the first bin at 0 too.

    `probability` is their mean probability and `right` the share of them that is right; both are
    None in a bin without cases.
    """

    low: float
    high: float
    cases: int
    probability: float | None
    right: float | None

    @property
    def gap(self) -> float:
        """|share right - mean probability|, 0 in a bin without cases."""
        if self.right is None or self.probability is None:
            return 0.0
        return abs(self.right - self.probability)


class RiskPoint(NamedTuple):
    """When the share `coverage` of the cases, the surest, is answered, the share `risk` of it is wrong."""

    coverage: float
    risk: float


class Threshold(NamedTuple):
    """A place to cut: `score` is the mean over all cases when those from `value` up are answered."""

    value: float
    score: float


def expected_calibration_error(
    probabilities: Sequence[float], right: Sequence[bool], bins: int = BINS
) -> float | None:
    """ECE in [0, 1]: the mean gap between how sure and how often right; None without cases.

    Over the bins of `reliability_bins`: the gap of a bin is |share right - mean probability|,
    weighted with the bin's share of the cases.
    Source: Guo et al. 2017, equation 3, with their 15 bins.
    """
    found = reliability_bins(probabilities, right, bins)
    gaps = math.fsum(each.cases * each.gap for each in found)
    return gaps / len(probabilities) if probabilities else None


def reliability_bins(
    probabilities: Sequence[float], right: Sequence[bool], bins: int
) -> tuple[Bin, ...]:
    """The reliability diagram: `bins` bins ((m-1)/M, m/M] of equal width, by rising probability.

    A probability of 0 falls into the first. Empty bins are there too, so that there are always
    `bins`. Source: Niculescu-Mizil and Caruana 2005; the bins as in Guo et al. 2017.
    """
    edges = [number / bins for number in range(bins + 1)]
    binned: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for probability, is_right in zip(probabilities, right, strict=True):
        binned[max(bisect_left(edges, probability) - 1, 0)].append((probability, is_right))
    return tuple(_bin(*place) for place in zip(edges, edges[1:], binned, strict=False))


def _bin(low: float, high: float, cases: Sequence[tuple[float, bool]]) -> Bin:
    if not cases:
        return Bin(low, high, 0, None, None)
    probability = math.fsum(probability for probability, _ in cases) / len(cases)
    right = sum(is_right for _, is_right in cases) / len(cases)
    return Bin(low, high, len(cases), probability, right)


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
    """AURC in [0, 1], lower is better: the mean risk of `risk_coverage_points`; None without cases.

    Source: the area under the risk-coverage curve as in Geifman, Uziel and El-Yaniv 2019.
    """
    points = risk_coverage_points(probabilities, right)
    return math.fsum(point.risk for point in points) / len(points) if points else None


def risk_coverage_points(
    probabilities: Sequence[float], right: Sequence[bool]
) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve: one point for each of the coverages 1/n, ..., n/n.

    At coverage k/n the k surest cases are answered; the risk is the share of these that is wrong.
    Cases of equal probability count as their mean over all orders. Source: El-Yaniv and Wiener
    2010, Geifman and El-Yaniv 2017.
    """
    ordered = sorted(zip(probabilities, right, strict=True), reverse=True)
    errors: list[float] = []
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        wrong = [not is_right for _, is_right in tied]
        errors += [sum(wrong) / len(wrong)] * len(wrong)
    return tuple(
        RiskPoint(covered / len(errors), total / covered)
        for covered, total in enumerate(accumulate(errors), start=1)
    )


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
