"""How much of a sentence's wording is in the sentences of its evidence, and in which of them.

Stems of words that carry meaning are counted; rare ones weigh more.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.english.words import terms, tokens

NAMED = 1.5  # how much more a name or a figure counts than another word as rare
CLAUSE_WORDS = 3  # with a meaning of their own, that a part of a sentence has at least
OWN_WORDS = 2  # beside names and figures, from which on it tells that none of them is there
_JOINED = re.compile(r"[,;]\s+(?:and|but|while|so)\s+|;\s+")
_CLAUSE = re.compile(
    r"[,;:—–]\s+|\s+(?:and|but|who|which|where|when|while|after|before|with|as|in|for|by|to|at|on)\s+"
)


@lru_cache(maxsize=4096)
def content(text: str) -> tuple[tuple[str, bool], ...]:
    """The stems of words that carry meaning, in order, and whether each is a name or a figure."""
    return tuple(
        (token.stem, (n > 0 and token.is_capitalised) or token.text[0].isdigit())
        for n, token in enumerate(tokens(text))
        if not token.is_stop_word
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many of a sentence's words are in its evidence.

    `best` is the weighted share in [0, 1] of its stems in the nearest sentence, `two` in the nearest
    two; `lacking` counts the stems that none of the nearest sentences has, `words` all of them. `plain`
    is the share in the nearest of the stems that are no name and no figure: what is said of them; 1
    without two. `rider` is a clause of which nothing but names stands there, "" when there is none.
    """

    best: float
    two: float
    lacking: int
    words: int
    plain: float = 1.0
    rider: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """The overlap, the positions of the nearest sentences, best first, and the missing words.

    `nearest` is empty when there are no words to compare; `missing` are words of the sentence, as
    they stand, whose stems none of the nearest sentences has.
    """

    overlap: Overlap
    nearest: tuple[int, ...]
    missing: tuple[str, ...] = ()


def match(sentence: str, evidence: Sequence[str], count: int, heads: Sequence[str] = ()) -> Matched:
    """Compare `sentence` with the sentences of its evidence; at most `count` are named as nearest.

    The words of its head, the title of its article, count as said in each of them.
    """
    claimed = content(sentence)
    held = [
        terms(text) | terms(head)
        for text, head in zip(evidence, heads or [""] * len(evidence), strict=True)
    ]
    weights = _weights(claimed, held)
    total = sum(weights.values())
    if not total or not held:
        return Matched(Overlap(0.0, 0.0, len(weights), len(weights)), ())
    nearest = _nearest(weights, held, count)
    near = frozenset().union(*(held[n] for n in nearest))
    missing = [t.text for t in tokens(sentence) if not t.is_stop_word and t.stem not in near]
    overlap = Overlap(
        best=_share(weights, held[nearest[0]], total),
        two=_share(weights, frozenset().union(*(held[n] for n in nearest[:2])), total),
        lacking=sum(word not in near for word in weights),
        words=len(weights),
        plain=_plain_share(claimed, near, [evidence[n] for n in nearest]),
        rider=_rider(sentence, near),
    )
    return Matched(overlap, nearest, tuple(dict.fromkeys(missing)))


def _plain_share(
    claimed: Sequence[tuple[str, bool]], held: frozenset[str], nearest: Sequence[str]
) -> float:
    # A name at the start of the sentence is recognised only if it occurs within another sentence.
    names = {word for text in nearest for word, named in content(text) if named}
    plain = {word for word, named in claimed if not named} - names
    return len(plain & held) / len(plain) if len(plain) >= OWN_WORDS else 1.0


def _rider(sentence: str, held: frozenset[str]) -> str:
    """The first clause after "and" or a semicolon with at least two content words, none of them in `held`."""
    _, *joined = _JOINED.split(sentence)
    names = {word for word, named in content(sentence) if named}
    for clause in joined:
        plain = {word for word, _ in content(clause)} - names
        if len(plain) >= OWN_WORDS and plain.isdisjoint(held):
            return clause.strip(" .,;")
    return ""


def clauses(sentence: str) -> tuple[str, ...]:
    """The sentence in parts of at least three content words, split where a clause or phrase begins."""
    parts, current = list[str](), ""
    for part in _CLAUSE.split(sentence):
        current = f"{current} {part}".strip()
        if len(content(current)) >= CLAUSE_WORDS:
            parts.append(current)
            current = ""
    if current and parts:
        parts[-1] += f" {current}"
    return tuple(parts) or (sentence,)


def _weights(
    claimed: Sequence[tuple[str, bool]], held: Sequence[frozenset[str]]
) -> dict[str, float]:
    """The weight of each stem: more for names and figures, less for stems of every sentence."""
    known = Counter(word for one in held for word in one)
    rarity = {
        word: 1 + math.log((1 + len(held)) / (1 + known[word])) / (1 + math.log(1 + len(held)))
        for word, _ in claimed
    }
    return {word: rarity[word] * (NAMED if named else 1) for word, named in claimed}


def _share(weights: dict[str, float], held: frozenset[str], total: float) -> float:
    return sum(weight for word, weight in weights.items() if word in held) / total


def _nearest(
    weights: dict[str, float], held: Sequence[frozenset[str]], count: int
) -> tuple[int, ...]:
    """Greedy: the sentence with most of the words, then the one that adds most."""
    scores = [_share(weights, one, 1.0) for one in held]
    left, chosen = dict(weights), list[int]()
    while len(chosen) < min(count, len(held)):
        gain = [_share(left, one, 1.0) for one in held]
        best = max(
            (n for n in range(len(held)) if n not in chosen),
            key=lambda n: (gain[n] + 0.2 * scores[n], -n),
        )
        chosen.append(best)
        left = {word: weight for word, weight in left.items() if word not in held[best]}
    return tuple(chosen)
