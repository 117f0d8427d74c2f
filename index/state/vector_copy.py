"""The fast copy of the catalog's vectors: in Chroma's files, on a Chroma server, or in PostgreSQL."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.catalog.postgres.address import Address
from index.catalog.postgres.pgvector import PgVectors
from index.catalog.vectors import Batch, Near
from index.chroma.client import PATIENTLY
from index.chroma.server import Server
from index.chroma.store import VectorStore

# A Chroma server, a database with pgvector, or, without either, Chroma's files in the folder of the index.
Place = Server | Address | None


def name_of(place: Place) -> str:
    """What messages call the copy there."""
    return "pgvector" if isinstance(place, Address) else "Chroma"


class VectorCopy(Protocol):
    """One collection of vectors by id. Safe to call from several threads. All raise StorageError."""

    name: str

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store vectors of shape (len(ids), dimension) under `ids`, replacing existing ones."""

    def delete(self, ids: Sequence[str]) -> None:
        """Delete `ids`; unknown ones are ignored."""

    def query(self, vector: NDArray[np.float32], k: int) -> list[Near]:
        """Nearly the `k` nearest ids to a unit vector: (id, cosine similarity), best first."""

    def count(self) -> int:
        """The number of vectors."""

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Id → vector for those of `ids` that exist."""

    def holds(self, ids: Sequence[str]) -> bool:
        """True when the vector of each of `ids` can be read. Raises UnreachableError only."""

    def is_sound(self, expected: int, probes: NDArray[np.float32]) -> bool:
        """True when it has `expected` vectors and finds most of `probes`. Raises UnreachableError only."""

    def fill(self, batches: Iterable[Batch]) -> None:
        """Replace everything by `batches` of (ids, vectors)."""

    def drop_others(self) -> None:
        """Delete earlier versions of this collection."""

    def reopen(self, collection: str) -> None:
        """Read `collection` from now on, with the writes of other processes."""

    def close(self) -> None:
        """Release files and connections."""


def open_copy(
    folder: Path,
    collection: str,
    place: Place,
    *,
    create: bool = False,
    patience: float = PATIENTLY,
) -> VectorCopy:
    """Open `collection` of the index in `folder`; `create` creates it if missing.

    Raises StorageError, or UnreachableError when the place cannot be used now. `patience` is for Chroma.
    """
    if isinstance(place, Address):
        return PgVectors(place, folder, collection, create=create)
    return VectorStore(folder, collection, create=create, server=place, patience=patience)
