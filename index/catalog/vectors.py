"""The vectors in an open catalog, in batches of ids and matrices, and their exact similarity to another.

The fast copy of them, wherever it is, is filled from here.
"""

from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.catalog.database import Database

# Ids with their vectors, shape (len(ids), dimension).
Batch = tuple[list[str], NDArray[np.float32]]
# An id and its cosine similarity to the vector that was asked for.
Near = tuple[str, float]
# The largest difference between the length of a vector and 1.
LENGTH = 1e-3


def is_unit(vector: bytes) -> bool:
    """True for a stored vector of length 1; damaged ones have another length, or none."""
    if len(vector) % 4:
        return False
    with np.errstate(all="ignore"):
        length = float(np.linalg.norm(np.frombuffer(vector, "<f4").astype(np.float64)))
    return abs(length - 1.0) < LENGTH


def nearest(batches: Iterable[Batch], vector: NDArray[np.float32], k: int) -> list[Near]:
    """The `k` nearest to a unit vector in all `batches`, compared one by one, best first, ties by id.

    einsum adds up each row in the same order, whichever rows are beside it; a product of matrices does
    not, so the last bit of a score would depend on what else was found.
    """
    scored = (
        nsmallest(k, zip(keys, np.einsum("ij,j->i", rows, vector).tolist(), strict=True), key=rank)
        for keys, rows in batches
        if keys
    )
    return nsmallest(k, chain.from_iterable(scored), key=rank)


def rank(near: Near) -> tuple[float, str]:
    """The order of results: best first, ties by id."""
    return -near[1], near[0]


class StoredVectors:
    """The vectors of the passages. Raises DamagedError for a vector of another length."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self, batch: int = 1000) -> Iterator[Batch]:
        """Every vector, in the order of storing."""
        last = -1
        while rows := self._db.rows(
            "SELECT number, id, vector FROM passages WHERE number > ? ORDER BY number LIMIT ?",
            (last, batch),
        ):
            last = rows[-1][0]
            yield self._stacked([(key, vector) for _, key, vector in rows])

    def numbered(self, numbers: Sequence[int], batch: int = 20_000) -> Iterator[Batch]:
        """The vectors of the passages with these numbers."""
        for at in range(0, len(numbers), batch):
            listed = f"(SELECT CAST(value AS INTEGER) FROM {self._db.each})"
            rows = self._db.rows(
                f"SELECT id, vector FROM passages WHERE number IN {listed} ORDER BY number",
                (self._db.listed(numbers[at : at + batch]),),
            )
            yield self._stacked([(key, vector) for key, vector in rows])

    def named(self, ids: Sequence[str]) -> Batch:
        """The vectors of those passages `ids` that exist."""
        rows = self._db.rows(
            f"SELECT id, vector FROM passages WHERE id IN (SELECT value FROM {self._db.each})",
            (self._db.listed(ids),),
        )
        return self._stacked(rows)

    def latest_ids(self, count: int) -> list[str]:
        """The ids of the `count` passages that were stored last."""
        sql = "SELECT id FROM passages ORDER BY number DESC LIMIT ?"
        return [row[0] for row in self._db.rows(sql, (count,))]

    def sample(self, count: int) -> NDArray[np.float32]:
        """At most `count` vectors, spread evenly over the passages: (n, dimension), n may be 0."""
        first, last = self._db.rows("SELECT MIN(number), MAX(number) FROM passages")[0]
        if first is None:
            return np.empty((0, 0), np.float32)
        rows = [
            self._db.rows(
                "SELECT vector FROM passages WHERE number >= ? ORDER BY number LIMIT 1", (n,)
            )
            for n in dict.fromkeys(np.linspace(first, last, count).astype(int).tolist())
        ]
        sizes = [len(row[0][0]) for row in rows]
        size = max(set(sizes), key=sizes.count)  # a damaged vector has another size
        return np.stack([np.frombuffer(r[0][0], "<f4") for r in rows if len(r[0][0]) == size])

    def _stacked(self, rows: Sequence[tuple[Any, ...]]) -> Batch:
        if len({len(vector) for _, vector in rows}) > 1:
            self._db.report_damage(f"a vector among {rows[0][0]} … {rows[-1][0]}")
        vectors = [np.frombuffer(vector, "<f4") for _, vector in rows]
        return [key for key, _ in rows], np.stack(vectors) if rows else np.empty((0, 0), np.float32)
