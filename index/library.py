"""An index open for reading: the catalog, its Chroma copy and the encoder, kept in step with each other.

Any number of processes may read while one syncs; before each question the library looks whether the
index has moved on. It does not know what is done with what it finds.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from datetime import date
from heapq import nsmallest
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog.catalog import Catalog, Origin
from index.catalog.full_text import Matches
from index.catalog.selection import EVERYTHING, Days, Selection
from index.chroma.probe import can_be_opened
from index.chroma.seal import doubt, is_known
from index.chroma.server import Server
from index.chroma.store import BRIEFLY, PROBES, VectorStore
from index.errors import StorageError, UnreachableError
from index.models.encoder import Encoder
from index.reading.articles import READING_VERSION
from index.text.article import Article, Passage

Found = tuple[Passage, Article, NDArray[np.float32]]

# Passages of a selection that are compared one by one; reading more takes longer than a wide search of all.
MOST_COMPARED = 2_000
WIDER = 400  # nearest of all that are looked through for those of a larger one, at first
WIDEST = 1_600  # and at last: to compare all of the selection is quicker than a third look

# Seconds for which a server that did not answer is not asked again.
RETRY = 5.0
# Opening beside a sync may meet it between two writes: this often, this many seconds apart.
ATTEMPTS, PAUSE = 5, 0.05


class Library:
    """Searches one index. Safe to call from several threads."""

    def __init__(
        self,
        corpus: Path,
        storage: Path,
        encoder: Encoder,
        server: Server | None = None,
        *,
        borrowed: bool = False,
    ) -> None:
        """Opens the index of `corpus` in `storage`. Raises StorageError in one line with the remedy.

        A `borrowed` encoder stays its owner's to close.

        Its vectors' copy is on `server` where one is given. When that is out of reach, or its files in
        another process's hands, the library opens all the same, and only `dense` fails.
        """
        self.corpus = corpus
        self.storage = storage
        self.encoder = encoder
        self._borrowed = borrowed
        self.server = server
        self._store: VectorStore | None = None
        self._unreachable: UnreachableError | None = None
        self._retry_at = 0.0
        self._reaching = threading.Lock()
        self.catalog = Catalog(storage)
        try:
            self._check()
            self._open()
        except BaseException as error:
            self.catalog.close()
            if isinstance(error, StorageError):
                doubt(storage)  # the sync that the message asks for shall look closely
            raise

    def _taste(self) -> None:
        """A stranger's, or a killed sync's, Chroma is tried by another process first: it may end this one."""
        if self.server is not None or is_known(self.storage):
            return
        if not can_be_opened(self.storage, self._collection()):
            raise StorageError(
                f"{self.storage}: Chroma's files are damaged; run `python -m index sync` to rebuild it"
            )

    def _open(self) -> None:
        """Opens Chroma and looks whether it is sound, again when a sync was in the way."""
        for attempt in range(ATTEMPTS):
            self._state = self._written()
            try:
                self._taste()
                store = self._opened()
                if self._is_sound(store):
                    self._store = store
                    return
                store.close()
            except UnreachableError as error:
                self._lose(error)
                return
            except StorageError:
                if self._written() == self._state or attempt == ATTEMPTS - 1:
                    raise
            if self._written() == self._state:
                break
            time.sleep(PAUSE)
        raise StorageError(
            f"{self.storage}: Chroma does not hold what the catalog holds; "
            "run `python -m index sync` to rebuild it"
        )

    def _opened(self) -> VectorStore:
        return VectorStore(self.storage, self._collection(), server=self.server, patience=BRIEFLY)

    def _lose(self, error: UnreachableError) -> None:
        """Leaves Chroma alone for a while: a question must not wait for it again and again."""
        store, self._store = self._store, None
        self._unreachable, self._retry_at = error, time.monotonic() + RETRY
        if store is not None:
            store.close()

    def _reached(self) -> VectorStore:
        """The store; raises UnreachableError while the server is out of reach."""
        store = self._store
        if store is None:
            with self._reaching:  # one thread knocks, the others learn what it found
                if self._store is None and time.monotonic() >= self._retry_at:
                    self._open()
                store = self._store
        if store is None:
            assert self._unreachable is not None
            raise self._unreachable
        return store

    def _collection(self) -> str:
        name = self.catalog.meta("collection")
        if name is None:
            raise StorageError(
                f"{self.storage}: an index in the making; wait for the sync, or run one"
            )
        return name

    def _check(self) -> None:
        built_from, encoder = self.catalog.meta("corpus"), self.catalog.meta("encoder")
        if built_from is None or not self.catalog.counts()[0]:
            raise StorageError(f"{self.storage}: an empty index; run `python -m index sync`")
        if built_from != str(self.corpus.resolve()):
            raise StorageError(
                f"{self.storage}: index of {built_from}, asked for {self.corpus}; name another --storage, "
                "or run `python -m index sync` with this --corpus and --storage"
            )
        if encoder != self.encoder.fingerprint:
            raise StorageError(
                f"{self.storage}: made with another embedding model; run `python -m index sync` again"
            )
        # Offsets of another way of reading files would point at other words.
        if not (self.catalog.meta("recipe") or "").startswith(f"{READING_VERSION}/"):
            raise StorageError(
                f"{self.storage}: files were read by another version; run `python -m index sync` again"
            )

    def _is_sound(self, store: VectorStore) -> bool:
        # Out of step while a sync is under way is no damage; out of step otherwise shows as unsound.
        if self._state[0] != self._state[1]:
            return True
        return store.is_sound(self.catalog.counts()[1], self.catalog.sample(PROBES))

    @property
    def is_complete(self) -> bool:
        """False while a sync is under way, or when the last one was stopped before its end."""
        return self.catalog.meta("complete") == "yes"

    def _written(self) -> tuple[str | None, str | None]:
        return self.catalog.meta("generation"), self.catalog.meta("chroma_generation")

    def refresh(self) -> bool:
        """Reopens Chroma when another process has written since; costs microseconds otherwise.

        True when it had. Raises StorageError when the index is now another corpus's or model's.
        """
        replaced = self.catalog.follow()
        state = self._written()
        if state == self._state and not replaced:
            return False
        self._check()
        if self._store is not None:
            try:
                self._store.reopen(self._collection())
            except UnreachableError as error:
                self._lose(error)
        self._state = state
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
    ) -> list[tuple[str, float]]:
        """The `k` passages of `within` nearest to `vector`: (id, cosine similarity), best first.

        With `days` only those of articles published then. Every one that is meant is compared, or of very
        many those among the nearest of all: of a selection as many as it takes, of days, which only go
        first among others, those within the first look. Raises UnreachableError, at once or after a few
        seconds, when the Chroma server is out of reach, or its files are in another process's hands.
        """
        asked = within.during(days)
        if not asked:
            return self._nearest(vector, k)
        numbers, wide = self.catalog.chosen.numbers(asked), WIDER
        if len(numbers) <= MOST_COMPARED:
            return _best(self.catalog.vectors_of(numbers), vector, k)
        while True:
            near = self._nearest(vector, wide)
            kept = self.catalog.among([key for key, _ in near], asked)
            found = [pair for pair in near if pair[0] in kept][:k]
            if len(found) == k or days:
                return found
            if wide >= WIDEST or len(near) < wide:
                return _best(self.catalog.vectors_of(numbers), vector, k)
            wide *= 4

    def _nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        store = self._reached()
        try:
            return store.query(vector, k)
        except UnreachableError as error:
            self._lose(error)
            raise
        except StorageError:
            # a sync may have put a new collection in the place of this one since the question came
            # or another thread has just given this one up
            if not self.refresh() and self._store is store:
                doubt(self.storage)
                raise
            return self._reached().query(vector, k)

    def lexical(
        self,
        words: Sequence[str],
        k: int,
        days: Days | None = None,
        within: Selection = EVERYTHING,
    ) -> Matches:
        """The `k` passages of `within` that match `words` best, and the best of those of `days`, if given."""
        return self.catalog.full_text.passages(words, k, days, within)

    def lexical_articles(
        self,
        words: Sequence[str],
        k: int,
        days: Days | None = None,
        within: Selection = EVERYTHING,
    ) -> Matches:
        """The same for articles as a whole, by their ids."""
        return self.catalog.full_text.articles(words, k, days, within)

    def newest(self, within: Selection = EVERYTHING) -> date | None:
        """The last day on which an article of `within` was published; None when none has a date."""
        return self.catalog.newest(within)

    def origins(self, ids: Sequence[str]) -> dict[str, Origin]:
        """Passage id → its article's id and day; ids the catalog does not hold are left out."""
        return self.catalog.origins(ids)

    def passages(self, ids: Sequence[str]) -> dict[str, Found]:
        """Id → (passage, article, vector); ids the catalog does not hold are left out."""
        return self.catalog.passages(ids)

    def close(self) -> None:
        """Releases the files."""
        if self._store is not None:
            self._store.close()
        self.catalog.close()
        if not self._borrowed:
            self.encoder.close()


def _best(
    batches: Iterable[tuple[list[str], NDArray[np.float32]]], vector: NDArray[np.float32], k: int
) -> list[tuple[str, float]]:
    """The `k` nearest of all that `batches` hold, compared one by one."""
    scored = (
        nsmallest(k, zip(keys, (vectors @ vector).tolist(), strict=True), key=_place)
        for keys, vectors in batches
    )
    return nsmallest(k, chain.from_iterable(scored), key=_place)


def _place(pair: tuple[str, float]) -> tuple[float, str]:
    return -pair[1], pair[0]
