"""Reprints: passages of several articles with nearly the same words count once."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.answer import Candidate
from bot.english.words import tokens

SHINGLE = 5  # words in a row that are compared, as Broder 1997 compares documents
# The share of the shorter text's shingles that the other contains: agency stories are cut at the end and
# lightly edited; two accounts of one event share few rows of five words.
SAME = 0.6


def without_reprints(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The candidates in their order, without those that repeat an earlier one from another article.

    Passages of one article overlap and stay.
    """
    kept: list[tuple[str, frozenset[tuple[str, ...]]]] = []
    for candidate in candidates:
        words = shingles(candidate.text)
        if any(id != candidate.article.id and _alike(words, other) for id, other in kept):
            continue
        kept.append((candidate.article.id, words))
        yield candidate


def repeats(text: str, other: str) -> bool:
    """True if one text is the other, cut or lightly edited."""
    return _alike(shingles(text), shingles(other))


@lru_cache(maxsize=512)
def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every row of five words, in lower case; one shorter row for a shorter text."""
    words = [token.text.lower() for token in tokens(text)]
    return frozenset(tuple(words[n : n + SHINGLE]) for n in range(max(1, len(words) - SHINGLE + 1)))


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    return len(one & other) >= SAME * min(len(one), len(other))
