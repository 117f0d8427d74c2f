"""An index open for reading: the catalog, its copy in Chroma and the encoder, kept in step.

Any number of processes may read while one syncs; before each question the library checks whether the index
has changed. It does not know what its results are used for.
"""

import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog.catalog import Catalog
from index.catalog.postgres.address import Address
from index.catalog.selection import EVERYTHING, Days, Selection
from index.catalog.vectors import Near, nearest, rank
from index.chroma.client import BRIEFLY
from index.chroma.store import PROBES
from index.errors import StorageError, UnreachableError
from index.models.encoder import Encoder
from index.state.index_state import IndexState
from index.state.meta import IndexMeta
from index.state.vector_copy import Place, VectorCopy, name_of, open_copy

# Up to so many passages of a selection are compared one by one; more take longer than a wide search.
MOST_COMPARED = 2_000
# So many more than wanted are taken from the copy of the vectors, whose search is approximate.
MORE = 40
# Nearest passages of the whole index that are filtered for a larger selection, at first.
WIDER = 400
WIDEST = 1_600  # and at last: comparing the whole selection is faster than a third search

# Seconds until an unreachable Chroma is tried again.
RETRY = 5.0
# Opening during a sync may fall between two writes: so many attempts, so many seconds apart.
ATTEMPTS, PAUSE = 5, 0.05


class Library:
    """Searches one index. Safe to call from several threads.

    Words are searched in `catalog.full_text`, articles are read from `catalog.articles`.
    """

    def __init__(
        self,
        corpus: Path,
        storage: Path,
        encoder: Encoder,
        server: Place = None,
        *,
        database: Address | None = None,
        borrowed: bool = False,
    ) -> None:
        """Open the index of `corpus` in `storage`. Raises StorageError in one line with the remedy.

        The caller closes a `borrowed` encoder itself. With `server` the copy of the vectors is there, with
        `database` the catalog. When the Chroma server does not answer, another process uses Chroma's files,
        or the database has lost pgvector, the library opens all the same, and only `dense` fails.
        """
        self.corpus = corpus
        self.storage = storage
        self.encoder = encoder
        self.server = server
        self._borrowed = borrowed
        self._state = IndexState(storage)
        self._generations: tuple[str | None, str | None] = None, None
        self._store: VectorCopy | None = None
        self._unreachable: UnreachableError | None = None
        self._retry_at = 0.0
        self._reconnecting = threading.Lock()
        self.catalog = Catalog(storage, database=database, on_damage=self._state.suspect)
        self._meta = IndexMeta(self.catalog)
        try:
            self._verify()
            self._open()
        except BaseException as error:
            self.catalog.close()
            if isinstance(error, StorageError):
                self._state.suspect()  # the sync that the message asks for must verify everything
            raise

    @property
    def is_complete(self) -> bool:
        """False during a sync, and when the last one was stopped before its end."""
        return self._meta.is_complete

    def refresh(self) -> bool:
        """Reopen Chroma when another process has written since; takes microseconds otherwise.

        True when it had. Raises StorageError when the index now belongs to another corpus or model.
        """
        replaced = self.catalog.follow()
        generations = self._meta.generations
        if generations == self._generations and not replaced:
            return False
        self._verify()
        if self._store is not None:
            try:
                self._store.reopen(self._collection())
            except UnreachableError as error:
                self._disconnect(error)
        self._generations = generations
        return True

    def embed(self, text: str) -> NDArray[np.float32]:
        """The unit vector of one text, shape (dimension,)."""
        vector: NDArray[np.float32] = self.encoder.encode([text])[0]
        return vector

    def dense(
        self,
        vector: NDArray[np.float32],
        k: int,
        days: Days | None = None,
        within: Selection = EVERYTHING,
    ) -> list[Near]:
        """The `k` passages in `within` nearest to `vector`: (id, cosine similarity), best first.

        With `days` only those published then. A small selection is compared completely. For a large one the
        nearest of all passages are filtered: for a selection until `k` are found, for `days` only once,
        because they only add to other results. Raises UnreachableError, at once or after a few seconds,
        when the Chroma server does not answer, another process uses its files, or pgvector is gone.
        """
        selection = within.during(days)
        if not selection:
            return self._nearest(vector, k)
        numbers, wide = self.catalog.selected.numbers(selection), WIDER
        if len(numbers) <= MOST_COMPARED:
            return nearest(self.catalog.vectors.numbered(numbers), vector, k)
        while True:
            near = self._nearest(vector, wide)
            kept = self.catalog.articles.among([key for key, _ in near], selection)
            found = [pair for pair in near if pair[0] in kept][:k]
            if len(found) == k or days:
                return found
            if wide >= WIDEST or len(near) < wide:
                return nearest(self.catalog.vectors.numbered(numbers), vector, k)
            wide *= 4

    def close(self) -> None:
        """Close the files."""
        if self._store is not None:
            self._store.close()
        self.catalog.close()
        if not self._borrowed:
            self.encoder.close()

    def _verify(self) -> None:
        if self._meta.corpus is None or not self.catalog.articles.counts()[0]:
            raise StorageError(f"{self.storage}: an empty index; run `python -m index sync`")
        self._meta.verify(self.corpus, self.encoder.fingerprint)

    def _open(self) -> None:
        """Open Chroma and verify it; try again when a sync interfered."""
        for attempt in range(ATTEMPTS):
            self._generations = self._meta.generations
            try:
                if self.server is None:
                    self._state.probe(self._collection())
                store = open_copy(self.storage, self._collection(), self.server, patience=BRIEFLY)
                if self._is_sound(store):
                    self._store = store
                    return
                store.close()
            except UnreachableError as error:
                self._disconnect(error)
                return
            except StorageError:
                if self._meta.generations == self._generations or attempt == ATTEMPTS - 1:
                    raise
            if self._meta.generations == self._generations:
                break
            time.sleep(PAUSE)
        raise StorageError(
            f"{self.storage}: {name_of(self.server)} does not hold what the catalog holds; "
            "run `python -m index sync` to rebuild it"
        )

    def _is_sound(self, store: VectorCopy) -> bool:
        # During a sync the two are out of step without damage; otherwise the store is verified.
        if self._generations[0] != self._generations[1]:
            return True
        expected = self.catalog.articles.counts()[1]
        return store.is_sound(expected, self.catalog.vectors.sample(PROBES))

    def _collection(self) -> str:
        name = self._meta.collection
        if name is None:
            raise StorageError(
                f"{self.storage}: the index is not complete yet; wait for the running sync or run "
                "`python -m index sync`"
            )
        return name

    def _nearest(self, vector: NDArray[np.float32], k: int) -> list[Near]:
        """The `k` nearest of all passages.

        A search in a graph is approximate, and each kind of copy errs in its own way. So more are taken
        and compared again with the catalog's vectors.
        """
        near = dict(self._approximate(vector, k + MORE))
        exact = nearest([self.catalog.vectors.named(list(near))], vector, len(near))
        # What a sync has removed meanwhile stays: whoever loads it notices.
        return sorted({**near, **dict(exact)}.items(), key=rank)[:k]

    def _approximate(self, vector: NDArray[np.float32], k: int) -> list[Near]:
        store = self._connected()
        try:
            return store.query(vector, k)
        except UnreachableError as error:
            self._disconnect(error)
            raise
        except StorageError:
            # A sync may have replaced the collection since the question came, or another thread may
            # have closed the store.
            if not self.refresh() and self._store is store:
                self._state.suspect()
                raise
            return self._connected().query(vector, k)

    def _connected(self) -> VectorCopy:
        """The store. Raises UnreachableError while it cannot be reached."""
        store = self._store
        if store is None:
            with self._reconnecting:  # one thread reconnects; the others wait for its result
                if self._store is None and time.monotonic() >= self._retry_at:
                    self._open()
                store = self._store
        if store is None:
            assert self._unreachable is not None
            raise self._unreachable
        return store

    def _disconnect(self, error: UnreachableError) -> None:
        """Do not try the store again for a while, so that not every question waits for it."""
        store, self._store = self._store, None
        self._unreachable, self._retry_at = error, time.monotonic() + RETRY
        if store is not None:
            store.close()
