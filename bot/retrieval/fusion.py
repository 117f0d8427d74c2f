"""Rankings fused into one by reciprocal rank.

It knows keys and the groups they belong to, and nothing of what they stand for.
"""

import math
from collections.abc import Callable, Sequence

# Cormack, Clarke and Büttcher (2009), "Reciprocal rank fusion outperforms Condorcet …": k = 60.
RRF_K = 60
Fused = list[tuple[str, float]]  # key and score, best first, ties by key


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


def _ordered(scores: dict[str, float]) -> Fused:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
