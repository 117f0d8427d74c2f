"""Chroma: the fast copy of the catalog's vectors, searched by cosine similarity.

It holds ids and vectors only; whatever an id means stands in the catalog. It can be thrown away and
filled again from there without embedding anything. It lives in a folder beside the catalog, or on a server.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import (
    CreateCollectionConfiguration,
    CreateHNSWConfiguration,
)
from chromadb.api.models.Collection import Collection
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, InternalError, NotFoundError
from numpy.typing import NDArray

from index.chroma.lock import POLL, ChromaLock
from index.chroma.server import Server, T, open_server, within
from index.errors import StorageError, UnreachableError

# Chroma refuses larger batches (get_max_batch_size() is 5461).
_BATCH = 5000
# Vectors stored in one turn: questions of other processes wait meanwhile, a few tenths of a second at most.
_TURN = 250
_MOST_COLLECTIONS = 10_000
# The cosine from which two vectors count as the same; rounding costs about 1e-6.
_SAME = 0.999
# Seconds after which a silent server, or one's turn at the files, counts as out of reach: for a question,
# and for a sync.
BRIEFLY, PATIENTLY = 1.0, 60.0
_TRICKLE = 3  # times as long may an answer take that arrives byte by byte
# How many stored vectors are looked for before a collection is trusted.
PROBES = 16
# Hundreds of equal vectors cut a few others off in HNSW's graph; a lost file cuts off most.
_FOUND = 0.7
# With the default of 100, recall on hard data falls well below that of an exact search.
_HNSW = CreateCollectionConfiguration(hnsw=CreateHNSWConfiguration(space="cosine", ef_search=200))


def open_client(folder: Path) -> Client:
    """The embedded Chroma client over `folder`. It sends no telemetry and opens no socket."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        settings = ChromaSettings(anonymized_telemetry=False)
        return cast(Client, chromadb.PersistentClient(path=str(folder), settings=settings))
    except BaseException:
        # Chroma would hand the half-opened folder to whoever opens it next.
        SharedSystemClient.clear_system_cache()
        raise


def discard(folder: Path) -> None:
    """Deletes a Chroma folder, or whatever lies in its place, when nobody is at its files."""
    with _turns(folder.parent, PATIENTLY):
        # A client that this process still has open would be handed out again, over files that are gone.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        SharedSystemClient._identifier_to_refcount.pop(str(folder), None)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.is_file():
            folder.unlink()


def _turns(storage: Path, patience: float) -> ChromaLock:
    return ChromaLock(storage / "chroma.lock", patience)


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
        """Opens `collection` under `folder`/chroma, or on `server`; `create` makes it when missing.

        Raises StorageError, and UnreachableError when the server is silent, or another process at the
        files, for `patience` seconds.
        """
        self.place: Path | Server = server or folder / "chroma"
        self.name = collection
        self._create = create
        self._patience = patience
        self._lock = ChromaLock(None, patience) if server else _turns(folder, patience)
        with self._lock:
            self._open()

    def _open(self) -> None:
        with _one_line(self.place):
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
        """What is asked of a folder, or of a server that does not take for ever over it."""
        return within(_TRICKLE * self._patience, ask) if isinstance(self.place, Server) else ask()

    def _ask(self, ask: Callable[[], T]) -> T:
        """The same in a turn of its own; whatever Chroma raises becomes a StorageError."""
        with self._lock, _one_line(self.place):
            return self._bounded(ask)

    def _find_collection(self) -> Collection:
        # embedding_function=None: the default one would fetch a model from the network
        if self._create:
            return self._client.get_or_create_collection(
                self.name, embedding_function=None, configuration=_HNSW
            )
        return self._client.get_collection(self.name, embedding_function=None)

    def reopen(self, collection: str) -> None:
        """Sees what another process has written since: an open client never does.

        Stores of one process that are open on the same folder share one client, and so its view.
        """
        with self._lock:
            self.close()
            self.name = collection
            self._open()

    def close(self) -> None:
        """Releases the folder; nothing can be asked of the store until it is reopened."""
        try:
            with self._lock:
                self._client.close()
        except UnreachableError:
            self._client.close()  # kept open it would go on showing what it saw

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Stores vectors of shape (len(ids), dimension) under `ids`, replacing those that exist."""
        size = _BATCH if isinstance(self.place, Server) else _TURN
        for start in range(0, len(ids), size):
            some, rows = list(ids[start : start + size]), vectors[start : start + size]
            self._ask(partial(self._collection.upsert, ids=some, embeddings=rows))
            if size == _TURN:
                time.sleep(2 * POLL)  # whoever waits for a turn gets one

    def delete(self, ids: Sequence[str]) -> None:
        """Forgets `ids`; unknown ones are passed over."""
        for start in range(0, len(ids), _BATCH):
            self._ask(partial(self._collection.delete, ids=list(ids[start : start + _BATCH])))

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The `k` nearest ids to a unit vector: (id, cosine similarity in [-1, 1]), best first."""
        found = self._ask(
            lambda: self._collection.query(
                query_embeddings=vector[None, :], n_results=k, include=["distances"]
            )
        )
        distances = found["distances"] or [[]]
        pairs = [
            (key, 1.0 - float(d)) for key, d in zip(found["ids"][0], distances[0], strict=True)
        ]
        # Ties in Chroma come in no fixed order.
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def count(self) -> int:
        """How many vectors it holds."""
        return int(self._ask(lambda: self._collection.count()))

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Id → vector for those of `ids` that it holds."""
        found = self._ask(lambda: self._collection.get(ids=list(ids), include=["embeddings"]))
        rows = found["embeddings"] if found["embeddings"] is not None else []
        return {
            key: np.asarray(row, np.float32) for key, row in zip(found["ids"], rows, strict=True)
        }

    def pages(self, size: int = 1000) -> Iterator[dict[str, NDArray[np.float32]]]:
        """All that it holds, id → vector, in pages."""
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
        """True when it counts `expected` vectors and finds most of `probes`, vectors it should hold.

        A killed writer or a lost file can leave a collection that counts but cannot be searched.
        A reprint has the same vector, so a probe counts as found when its nearest is as near as itself.
        Raises UnreachableError when the server does not answer.
        """
        try:
            with _one_line(self.place):
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
        """Stores all `batches` of (ids, vectors), and nothing else: what a killed run began goes."""
        with self._lock, _one_line(self.place):
            self._bounded(lambda: self._client.delete_collection(self.name))
            self._collection = self._bounded(self._find_collection)
        for ids, vectors in batches:
            self.upsert(ids, vectors)

    def drop_others(self) -> None:
        """Deletes what earlier builds of this collection left behind; on a server others are not ours."""
        family = self.name.rpartition("_")[0] if isinstance(self.place, Server) else ""
        with self._lock, _one_line(self.place):
            known = self._bounded(lambda: self._client.list_collections(limit=_MOST_COLLECTIONS))
            for other in known:
                if other.name != self.name and other.name.startswith(family):
                    self._bounded(partial(self._client.delete_collection, other.name))


class _one_line:  # noqa: N801 - reads as a verb where it is used
    """ChromaLock whatever Chroma raises, its Rust panics included, into one StorageError."""

    def __init__(self, place: Path | Server) -> None:
        self.place = place

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: Any
    ) -> None:
        if error is None or isinstance(error, StorageError | KeyboardInterrupt | SystemExit):
            return
        told = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        if isinstance(error, NotFoundError):
            told = "the collection was replaced by another process"
        elif isinstance(self.place, Server) and (
            isinstance(error, InternalError) or not isinstance(error, ChromaError)
        ):
            raise UnreachableError(
                f"{self.place}: no answer from the Chroma server ({told}); start it, or unset "
                "BYLINE_CHROMA and run `python -m index sync`"
            ) from error
        raise StorageError(
            f"{self.place}: Chroma failed ({told}); run `python -m index sync` to rebuild it"
        ) from error
