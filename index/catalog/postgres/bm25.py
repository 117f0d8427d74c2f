"""BM25 as SQLite's FTS5 computes it: the same operations in the same order, so the same numbers."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.catalog.full_text import TITLE_WEIGHTS
from index.catalog.postgres.terms import Term

K1: Final = 1.2
B: Final = 0.75
_LEAST = 1e-6  # the weight of a word that half of the texts have, or more


def bm25(
    rows: Sequence[tuple[Any, ...]],
    terms: Sequence[Term],
    hits: Sequence[int],
    size: tuple[int, int],
    table: str,
) -> NDArray[np.float64]:
    """The score of each row of `table`: its number, its length, and the `column` of each term.

    `hits` are the texts with each term, `size` the number of all texts and of their words.
    """
    texts, tokens = size
    scores = np.zeros(len(rows))
    if not rows:
        return scores
    lengths = np.fromiter((row[1] for row in rows), np.float64, len(rows))
    norm = K1 * (1 - B + B * lengths / (tokens / texts))
    for at, (term, count) in enumerate(zip(terms, hits, strict=True), 2):
        weight = math.log((texts - count + 0.5) / (count + 0.5))
        titles, bodies = _occurrences(term, [row[at] for row in rows])
        frequency = TITLE_WEIGHTS[table] * titles + bodies
        scores += (weight if weight > 0 else _LEAST) * (
            (frequency * (K1 + 1.0)) / (frequency + norm)
        )
    return scores


def _occurrences(term: Term, values: Sequence[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How often each row has a term in its title and in its body, from the values of its `column`."""
    if len(term.parts) == 1:
        counts = np.array(values, np.int64)
        return counts >> 16, counts & 0xFFFF
    found = np.array([term.in_a_row(value or "") for value in values], np.int64)
    return found[:, 0], found[:, 1]
