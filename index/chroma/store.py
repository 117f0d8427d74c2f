"""Chroma: a fast copy of the catalog's vectors, searched by cosine similarity.

It holds ids and vectors only; the catalog knows what an id means. It can be deleted and filled again from
the catalog without embedding anything. It is in a folder beside the catalog, or on a server.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import (
    CreateCollectionConfiguration,
    CreateHNSWConfiguration,
)
from chromadb.api.models.Collection import Collection
from numpy.typing import NDArray

from index.chroma.client import PATIENTLY, chroma_lock, open_client
from index.chroma.errors import one_line
from index.chroma.lock import POLL, ChromaLock
from index.chroma.server import Server, T, open_server, within
from index.errors import StorageError, UnreachableError

# Vectors written per hold of the lock: questions of other processes wait a few tenths of a second at most.
_PER_LOCK = 250
# The cosine from which two vectors count as equal; rounding costs about 1e-6.
_SAME = 0.999
_TRICKLE = 3  # a reply that arrives byte by byte may take so many times the patience
# Stored vectors that are searched before a collection is trusted.
PROBES = 16
# Hundreds of equal vectors cut off a few others in HNSW's graph; a lost file cuts off most.
_FOUND = 0.7
# Of the 40 nearest of 189,000 passages 0.9 % are missed, instead of 1.7 % with 200, for 0.6 ms more.
_HNSW = CreateCollectionConfiguration(hnsw=CreateHNSWConfiguration(space="cosine", ef_search=400))


class VectorStore:
    """One collection of vectors. Safe to call from several threads."""

    def __init__(
        self,
        folder: Path,
        collection: str,
        *,
        create: bool = False,
        server: Server | None = None,
        patience: float = PATIENTLY,
    ) -> None:
        """Open `collection` in `folder`/chroma, or on `server`; `create` creates it if missing.

        Raises StorageError, or UnreachableError when the server does not answer, or another process uses
        the files, for `patience` seconds.
        """
        self.place: Path | Server = server or folder / "chroma"
        self.name = collection
        self._create = create
        self._patience = patience
        # Chroma rejects larger batches in a folder too (get_max_batch_size() is 5461).
        self._most = server.most if server else 5000
        self._lock = ChromaLock(None, patience) if server else chroma_lock(folder, patience)
        with self._lock:
            self._open()

    def _open(self) -> None:
        with one_line(self.place):
            if isinstance(self.place, Server):
                server = self.place
                self._client: Client = self._bounded(lambda: open_server(server, self._patience))
            elif self._create or self.place.is_dir():
                self._client = open_client(self.place)
            else:
                raise StorageError(
                    f"{self.place}: missing; run `python -m index sync` to rebuild it"
                )
            try:
                self._collection = self._bounded(self._find_collection)
            except BaseException:
                self._client.close()
                raise

    def _bounded(self, ask: Callable[[], T]) -> T:
        """Call `ask`, with a time-out if Chroma is on a server."""
        return within(_TRICKLE * self._patience, ask) if isinstance(self.place, Server) else ask()

    def _ask(self, ask: Callable[[], T]) -> T:
        """The same under the lock; every error of Chroma becomes a StorageError."""
        with self._lock, one_line(self.place):
            return self._bounded(ask)

    def _find_collection(self) -> Collection:
        # embedding_function=None, because the default one downloads a model
        if self._create:
            return self._client.get_or_create_collection(
                self.name, embedding_function=None, configuration=_HNSW
            )
        return self._client.get_collection(self.name, embedding_function=None)

    def reopen(self, collection: str) -> None:
        """See the writes of other processes, which an open client never does.

        Stores of one process on the same folder share one client, and so its view.
        """
        with self._lock:
            self.close()
            self.name = collection
            self._open()

    def close(self) -> None:
        """Release the folder; the store cannot be used until it is reopened."""
        try:
            with self._lock:
                self._client.close()
        except UnreachableError:
            self._client.close()  # an open client would keep its old view

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store vectors of shape (len(ids), dimension) under `ids`, replacing existing ones."""
        size = self._most if isinstance(self.place, Server) else _PER_LOCK
        for start in range(0, len(ids), size):
            some, rows = list(ids[start : start + size]), vectors[start : start + size]
            self._ask(partial(self._collection.upsert, ids=some, embeddings=rows))
            if not isinstance(self.place, Server):
                time.sleep(2 * POLL)  # let another process get the lock

    def delete(self, ids: Sequence[str]) -> None:
        """Delete `ids`; unknown ones are ignored."""
        for start in range(0, len(ids), self._most):
            self._ask(partial(self._collection.delete, ids=list(ids[start : start + self._most])))

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The `k` nearest ids to a unit vector: (id, cosine similarity in [-1, 1]), best first.

        Fewer where the server returns no more at once.
        """
        found = self._ask(
            lambda: self._collection.query(
                query_embeddings=vector[None, :],
                n_results=min(k, self._most),
                include=["distances"],
            )
        )
        distances = found["distances"] or [[]]
        pairs = [
            (key, 1.0 - float(d)) for key, d in zip(found["ids"][0], distances[0], strict=True)
        ]
        # Chroma returns ties in no fixed order.
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def count(self) -> int:
        """The number of vectors."""
        return int(self._ask(lambda: self._collection.count()))

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Id → vector for those of `ids` that exist."""
        held: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(ids), self._most):
            some = list(ids[start : start + self._most])
            found = self._ask(partial(self._collection.get, ids=some, include=["embeddings"]))
            rows = found["embeddings"] if found["embeddings"] is not None else []
            held |= {
                key: np.asarray(row, np.float32)
                for key, row in zip(found["ids"], rows, strict=True)
            }
        return held

    def pages(self, size: int = 1000) -> Iterator[dict[str, NDArray[np.float32]]]:
        """All vectors by id, in pages."""
        for start in range(0, self.count(), size):
            page = partial(self._collection.get, limit=size, offset=start, include=[])
            yield self.vectors(self._ask(page)["ids"])

    def holds(self, ids: Sequence[str]) -> bool:
        """True when the vector of each of `ids` can be read. Raises UnreachableError."""
        try:
            return len(self.vectors(ids)) == len(ids)
        except UnreachableError:
            raise
        except StorageError:
            return False

    def is_sound(self, expected: int, probes: NDArray[np.float32]) -> bool:
        """True when it has `expected` vectors and finds most of `probes`, which it should contain.

        After a killed write or a lost file a collection may count its vectors but not find them. A reprint
        has the same vector, so a probe is found when its nearest neighbour is equal. Raises
        UnreachableError when the server does not answer.
        """
        try:
            with one_line(self.place):
                return self._bounded(lambda: self._finds(expected, probes))
        except UnreachableError:
            raise
        except StorageError:
            return False

    def _finds(self, expected: int, probes: NDArray[np.float32]) -> bool:
        if self.count() != expected:
            return False
        nearest = [self.query(probe, 1) for probe in probes]
        hits = sum(bool(found) and found[0][1] > _SAME for found in nearest)
        return hits >= _FOUND * len(nearest)

    def fill(self, batches: Iterable[tuple[list[str], NDArray[np.float32]]]) -> None:
        """Replace everything by `batches` of (ids, vectors), also what a killed sync left."""
        with self._lock, one_line(self.place):
            self._bounded(lambda: self._client.delete_collection(self.name))
            self._collection = self._bounded(self._find_collection)
        for ids, vectors in batches:
            self.upsert(ids, vectors)

    def drop_others(self) -> None:
        """Delete earlier versions of this collection; on a server only those of this index."""
        family = self.name.rpartition("_")[0] if isinstance(self.place, Server) else ""
        with self._lock, one_line(self.place):
            known: list[str] = []
            while True:
                page = partial(self._client.list_collections, self._most, len(known))
                names = [collection.name for collection in self._bounded(page)]
                known += names
                if len(names) < self._most:
                    break
            for name in known:
                if name != self.name and name.startswith(family):
                    self._bounded(partial(self._client.delete_collection, name))
