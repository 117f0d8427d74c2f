"""The figures of an evaluation, written out: answer match, ranking, means and their intervals, percentiles.

Pure functions of strings and numbers. A figure that has nothing to measure is None: never an
exception, never NaN. Knows nothing of engines, files or cases.
"""

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

F1_THAT_COUNTS = 0.7
F1_THAT_OVERLAPS, MOST_WORDS = 0.6, 40  # of the lenient match
RESAMPLES, SEED = 2000, 20151004  # of the bootstrap
_Z95 = 1.959964  # two-sided 95 % of the normal distribution
Normalise = Callable[[str], str]

_QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4", "'"))
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_ASCII_PUNCTUATION = str.maketrans("", "", string.punctuation)
_POINT = "\ue000"  # private use: holds the place of a decimal point while punctuation goes


def normalise(text: str) -> str:
    """Lower-cased words, without punctuation and without a, an, the, one space apart.

    SQuAD's answer normalisation (Rajpurkar et al. 2016, official evaluation script), with four
    changes for news text: typographic quotes count as plain ones, a dash of any kind separates
    words (SQuAD joins them), a possessive 's is dropped, and the point in `1.5` stays, so that
    it does not equal `15`.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKC", text).replace(_POINT, " ").translate(_QUOTES)
    text = _DECIMAL.sub(_POINT, _POSSESSIVE.sub("", text))
    text = "".join(_kept(character) for character in text)
    return " ".join(_ARTICLES.sub(" ", text).replace(_POINT, ".").split())


def _kept(character: str) -> str:
    """What is left of one character: itself, a space for a dash, nothing for punctuation."""
    category = unicodedata.category(character)
    if category == "Pd" or character == "\u2212":
        return " "
    return "" if category[0] in "PS" or category == "Cf" else character


def squad_normalise(text: str) -> str:
    """SQuAD's own normalisation: for figures that are compared with published ones.

    Lower case, without ASCII punctuation and without a, an, the, one space apart. Source: the
    official evaluation script of SQuAD 2.0 (Rajpurkar, Jia and Liang 2018).
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_ASCII_PUNCTUATION)).split())


def exact_match(
    given: str, accepted: Sequence[str], normaliser: Normalise = normalise
) -> float | None:
    """EM: 1.0 when `given` equals an accepted answer after normalising, else 0.0.

    None when there is no accepted answer. Source: Rajpurkar et al. 2016.
    """
    if not accepted:
        return None
    return float(normaliser(given) in {normaliser(answer) for answer in accepted})


def token_f1(
    given: str, accepted: Sequence[str], normaliser: Normalise = normalise
) -> float | None:
    """The best F1 in [0, 1] of shared words against any accepted answer; None without one.

    Words are counted with repetition; two answers without a word count as equal (1.0), one
    without against one with as different (0.0). Source: Rajpurkar et al. 2016.
    """
    return max((_f1(given, answer, normaliser) for answer in accepted), default=None)


def _f1(given: str, answer: str, normaliser: Normalise = normalise) -> float:
    ours, theirs = normaliser(given).split(), normaliser(answer).split()
    if not ours or not theirs:
        return float(ours == theirs)
    # 2PR / (P + R) with P = shared/ours and R = shared/theirs, in one division
    return 2 * sum((Counter(ours) & Counter(theirs)).values()) / (len(ours) + len(theirs))


def answer_is_right(given: str, accepted: Sequence[str]) -> bool | None:
    """Whether a person would let the short answer pass; None without an accepted answer.

    True when an accepted answer stands in `given` as whole words, or when their token F1 is at
    least 0.7 and `given` lacks none of the accepted answer's figures (a wrong figure among many
    right words is a wrong answer).
    """
    if not accepted:
        return None
    return any(_matches(given, answer) for answer in accepted)


def _matches(given: str, answer: str) -> bool:
    ours, theirs = normalise(given), normalise(answer)
    if not theirs:
        return not ours
    if f" {theirs} " in f" {ours} ":
        return True
    figures = {word for word in theirs.split() if any(map(str.isdigit, word))}
    return _f1(given, answer) >= F1_THAT_COUNTS and figures <= set(ours.split())


def answer_overlaps(given: str, accepted: Sequence[str]) -> bool | None:
    """A lenient match, for answers that people worded freely; None without an accepted answer.

    True when the token F1 with an accepted answer is at least 0.6, or an accepted answer stands whole in
    at most 40 words.
    """
    if not accepted:
        return None
    ours = normalise(given)
    if (token_f1(given, accepted) or 0.0) >= F1_THAT_OVERLAPS:
        return True
    is_short = len(given.split()) <= MOST_WORDS
    return is_short and any(f" {normalise(answer)} " in f" {ours} " for answer in accepted)


def recall_at_k(ranked: Iterable[str], relevant: Collection[str], k: int) -> float | None:
    """recall@k: the share of `relevant` among the first k distinct items; None without any.

    Source: Manning, Raghavan and Schütze 2008, chapter 8.
    """
    gold = set(relevant)
    return len(gold.intersection(_top(ranked, k))) / len(gold) if gold else None


def reciprocal_rank(ranked: Iterable[str], relevant: Collection[str], k: int) -> float | None:
    """1 / rank of the first relevant item among the first k distinct ones, 0.0 when none is.

    None without a relevant item. Its mean over questions is MRR@k (Voorhees 1999).
    """
    if not relevant:
        return None
    ranks = (rank for rank, item in enumerate(_top(ranked, k), start=1) if item in relevant)
    return 1 / next(ranks, math.inf)


def hit_at_k(ranked: Iterable[str], relevant: Collection[str], k: int) -> float | None:
    """Hits@k: 1.0 when a relevant item is among the first k distinct ones; None without one."""
    return float(not set(relevant).isdisjoint(_top(ranked, k))) if relevant else None


def average_precision(ranked: Iterable[str], relevant: Collection[str], k: int) -> float | None:
    """AP@k: the precisions at the ranks of relevant items, summed, over min(relevant items, k).

    None without a relevant item. Its mean over questions is MAP@k. Source: Manning, Raghavan and
    Schütze 2008, chapter 8; the divisor as in nDCG's ideal, so that a perfect ranking scores 1.
    """
    gold = set(relevant)
    ranks = [rank for rank, item in enumerate(_top(ranked, k), start=1) if item in gold]
    possible = min(len(gold), k)
    return math.fsum(n / rank for n, rank in enumerate(ranks, 1)) / possible if possible else None


def ndcg_at_k(ranked: Iterable[str], relevant: Collection[str], k: int) -> float | None:
    """nDCG@k with gain 1 for a relevant item and a discount of 1 / log2(rank + 1).

    The ideal ranking has min(number of relevant items, k) of them in front, whatever was
    retrieved. None without a relevant item. Source: Järvelin and Kekäläinen 2002.
    """
    gold = set(relevant)
    ideal = math.fsum(_discount(rank) for rank in range(1, min(len(gold), k) + 1))
    if not ideal:
        return None
    top = enumerate(_top(ranked, k), start=1)
    return math.fsum(_discount(rank) for rank, item in top if item in gold) / ideal


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def _top(ranked: Iterable[str], k: int) -> list[str]:
    """The first k distinct items: a repeated one keeps its best rank."""
    return list(dict.fromkeys(ranked))[: max(k, 0)]


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of the values that are there; None when none is."""
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def wilson_interval(count: int, of: int) -> tuple[float, float] | None:
    """The 95 % score interval of the share `count` / `of`, within [0, 1]; None of nothing.

    Unlike a bootstrap's it has a width where the share is 0 or 1. Source: Wilson 1927.
    """
    if not of:
        return None
    share, z2 = count / of, _Z95**2
    middle = share + z2 / (2 * of)
    reach = _Z95 * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    low, high = ((middle + sign * reach) / (1 + z2 / of) for sign in (-1, 1))
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The bootstrap percentile interval (95 %) of the mean of `values`, shape (n,), n > 0.

    Source: Efron and Tibshirani 1993, chapter 13. For a difference of two systems, give the
    differences by topic: the interval is then paired.
    """
    draws = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def percentile(values: Iterable[float], percent: float) -> float | None:
    """The nearest-rank percentile: the smallest value that `percent` % of them do not exceed.

    Always one of the values, never interpolated; None without values.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    rank = math.ceil(len(ordered) * percent / 100)
    return ordered[min(max(rank, 1), len(ordered)) - 1]
