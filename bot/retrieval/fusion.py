"""Rankings become one: scores are combined; where there is only an order, ranks are, as with the reader's."""

import math
from collections.abc import Callable, Mapping, Sequence

from bot.answer import Candidate, Evidence

# Cormack, Clarke and Büttcher (2009), "Reciprocal rank fusion outperforms Condorcet …": k = 60.
RRF_K = 60
# The weight of an article's rank in the reader's order, relative to a passage's own rank. On half of the
# news quiz, weights of 0.1 to 1 lie within 0.005 of each other in MRR@10; 0.5 is the best of them.
BY_READER = 0.5
Fused = list[tuple[str, float]]  # key and score, best first, ties by key


def spread(
    scores: Mapping[str, float], among: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The scores of one search, moved to [0, 1]: the best of `among` becomes 1, its last 0.

    `among` are the scores that set the scale, by default `scores`; equal ones all become 1.
    """
    scale = among or scores
    if not scale:
        return {}
    low, high = min(scale.values()), max(scale.values())
    if high <= low:
        return dict.fromkeys(scores, 1.0)
    return {key: min(1.0, max(0.0, (s - low) / (high - low))) for key, s in scores.items()}


def combine(searches: Sequence[Mapping[str, float]], weights: Sequence[float]) -> Fused:
    """A convex combination of spread scores: score(d) = Σ w · score of d, 0 where a search did not find it.

    Best first, ties by key. Source: Bruch, Gai and Ingber (2023), "An Analysis of Fusion Functions for
    Hybrid Retrieval": scores say more than ranks, and min–max is as good as any way to compare them.
    """
    parts: dict[str, list[float]] = {}
    for search, weight in zip(searches, weights, strict=True):
        for key, score in search.items():
            parts.setdefault(key, []).append(weight * score)
    return _ordered({key: math.fsum(shares) for key, shares in parts.items()})


def fuse(
    rankings: Sequence[Sequence[str]], weights: Sequence[float] | None = None, k: int = RRF_K
) -> Fused:
    """Reciprocal rank fusion: score(d) = Σ w / (k + rank of d), ranks from 1; best first, ties by key.

    `weights` holds a w for each ranking, 1 by default.
    """
    parts: dict[str, list[float]] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, key in enumerate(ranking, 1):
            parts.setdefault(key, []).append(weight / (k + rank))
    # fsum: an exact sum, so that the order of the rankings can never turn a tie.
    return _ordered({key: math.fsum(shares) for key, shares in parts.items()})


def fuse_groups(
    fused: Fused,
    rankings: Sequence[Sequence[str]],
    weights: Sequence[float],
    group: Callable[[str], str] = str,
    k: int = RRF_K,
) -> Fused:
    """`fused` with rankings of groups in it: every key shares the rank of its `group`.

    What stands in none of them keeps its score, and nothing comes in anew.
    """
    shares = dict(fuse(rankings, weights, k))
    return _ordered({key: score + shares.get(group(key), 0.0) for key, score in fused})


def by_reader(
    candidates: Sequence[Candidate], evidence: Sequence[Evidence]
) -> tuple[Candidate, ...]:
    """The candidates, best first; `evidence` is in the reader's order."""
    by_id = {candidate.passage.id: candidate for candidate in candidates}
    answering = dict.fromkeys(item.candidate.article.id for item in evidence)
    fused = fuse_groups(
        fuse([list(by_id)]), [list(answering)], [BY_READER], lambda key: by_id[key].article.id
    )
    return tuple(by_id[key] for key, _ in fused)


def _ordered(scores: dict[str, float]) -> Fused:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
