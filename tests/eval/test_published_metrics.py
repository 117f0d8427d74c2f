"""Our metrics beside the published ones: trec_eval's by ir-measures, and SQuAD's written down anew."""

import re
import string
from collections import Counter

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, RR, R, Success, nDCG

from eval.metrics.metrics import (
    average_precision,
    exact_match,
    hit_at_k,
    ndcg_at_k,
    recall_at_k,
    reciprocal_rank,
    squad_normalise,
    token_f1,
)

DOCUMENTS = [f"d{n}" for n in range(30)]
DEPTHS = st.sampled_from([1, 4, 10, 100])
# A run: each document's score, few of them, so that many are the same; and the relevance of some.
SCORES = st.dictionaries(
    st.sampled_from(DOCUMENTS), st.sampled_from([-1.5, 0.0, 0.25, 1.0, 1.0 + 1e-9]), min_size=1
)
GRADES = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1).filter(
    lambda grades: any(grades.values())
)


def ours(
    scores: dict[str, float], grades: dict[str, int]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The ranking, ordered as trec_eval orders it, and the relevant documents."""
    ranked = sorted(scores, key=lambda one: (np.float32(scores[one]), one), reverse=True)
    return tuple(ranked), frozenset(one for one, grade in grades.items() if grade > 0)


def theirs(measure: ir_measures.Measure, scores: dict[str, float], grades: dict[str, int]) -> float:
    """The published figure. Gains are made binary, as ours are; a grade over 0 is relevant."""
    binary = {document: int(grade > 0) for document, grade in grades.items()}
    return ir_measures.calc_aggregate([measure], {"q": binary}, {"q": scores})[measure]


@given(SCORES, GRADES, DEPTHS)
def test_recall_hits_and_ndcg_are_trec_eval_s(
    scores: dict[str, float], grades: dict[str, int], k: int
) -> None:
    pair = ours(scores, grades)
    assert recall_at_k(*pair, k) == pytest.approx(theirs(R @ k, scores, grades))
    assert hit_at_k(*pair, k) == theirs(Success @ k, scores, grades)
    # trec_eval cuts the ideal ranking at k as well
    assert ndcg_at_k(*pair, k) == pytest.approx(theirs(nDCG @ k, scores, grades), abs=1e-6)


@given(SCORES, GRADES)
def test_the_reciprocal_rank_is_trec_eval_s_where_nothing_is_cut(
    scores: dict[str, float], grades: dict[str, int]
) -> None:
    pair = ours(scores, grades)
    assert reciprocal_rank(*pair, 100) == pytest.approx(theirs(RR, scores, grades))


@given(st.permutations(DOCUMENTS), GRADES, DEPTHS)
def test_the_reciprocal_rank_at_k_is_ms_marco_s(
    ranked: list[str], grades: dict[str, int], k: int
) -> None:
    # its script orders equal scores the other way round, so here none are equal
    scores = {document: float(-rank) for rank, document in enumerate(ranked)}
    pair = ours(scores, grades)
    assert pair[0] == tuple(ranked)
    assert reciprocal_rank(*pair, k) == pytest.approx(theirs(RR @ k, scores, grades))


@given(SCORES, GRADES, DEPTHS)
def test_average_precision_differs_from_trec_eval_s_by_its_divisor_alone(
    scores: dict[str, float], grades: dict[str, int], k: int
) -> None:
    # trec_eval divides by all relevant documents, ours by as many as k ranks can hold
    ranked, relevant = ours(scores, grades)
    scale = len(relevant) / min(len(relevant), k)
    assert average_precision(ranked, relevant, k) == pytest.approx(
        theirs(AP @ k, scores, grades) * scale
    )


def squad_words(text: str) -> list[str]:
    """Lower case, no punctuation, no articles, split at white space: in that order."""
    kept = "".join(each for each in text.lower() if each not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def squad_f1(given: str, answer: str) -> float:
    """Harmonic mean of precision and recall over shared words; without words, whether both have none."""
    ours, theirs = squad_words(given), squad_words(answer)
    if not (ours and theirs):
        return 1.0 if ours == theirs else 0.0
    shared = sum((Counter(ours) & Counter(theirs)).values())
    if shared == 0:
        return 0.0
    precision, recall = shared / len(ours), shared / len(theirs)
    return 2 * precision * recall / (precision + recall)


WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "The",
            "a",
            "an",
            "Ann",
            "ferry",
            "ferry's",
            "1.5",
            "U.S.",
            "half-year",
            "été",
            "–",
            "an\ta",
        ]
    ),
    max_size=6,
).map(" ".join)


TEXTS = WORDS | st.text("aAn tThe.,'-\u00e9\u2013", max_size=12)


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
def test_exact_match_and_f1_are_squad_s(said: str, accepted: list[str]) -> None:
    assert squad_normalise(said).split() == squad_words(said)
    assert exact_match(said, accepted, squad_normalise) == max(
        float(squad_words(said) == squad_words(answer)) for answer in accepted
    )
    assert token_f1(said, accepted, squad_normalise) == pytest.approx(
        max(squad_f1(said, answer) for answer in accepted)
    )
