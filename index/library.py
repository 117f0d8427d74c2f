"""An index open for reading: the catalog, its Chroma copy and the encoder, kept in step with each other.

Any number of processes may read while one syncs; before each question the library looks whether the
index has moved on. It does not know what is done with what it finds.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.catalog import Catalog
from index.encoder import Encoder
from index.errors import StorageError
from index.reading import READING_VERSION
from index.store import VectorStore

Found = tuple[Passage, Article, NDArray[np.float32]]


class Library:
    """Searches one index. Safe to call from several threads."""

    def __init__(self, corpus: Path, storage: Path, encoder: Encoder) -> None:
        """Opens the index of `corpus` in `storage`. Raises StorageError in one line with the remedy."""
        self.corpus = corpus
        self.storage = storage
        self.encoder = encoder
        self.catalog = Catalog(storage)
        try:
            self._check()
            self._state = self._written()
            self._store = VectorStore(storage, self.catalog.meta("collection") or "")
        except BaseException:
            self.catalog.close()
            raise
        try:
            self._check_store()
        except BaseException:
            self._store.close()
            self.catalog.close()
            raise

    def _check(self) -> None:
        built_from, encoder = self.catalog.meta("corpus"), self.catalog.meta("encoder")
        if built_from is None:
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

    def _check_store(self) -> None:
        passages = self.catalog.counts()[1]
        probe = next((vectors[0] for _, vectors in self.catalog.vectors(1)), None)
        in_step = self._state[0] == self._state[1]
        # Out of step while a sync is under way is no damage; out of step otherwise shows as unsound.
        if in_step and not self._store.is_sound(passages, probe):
            raise StorageError(
                f"{self._store.folder}: Chroma does not hold what the catalog holds; "
                "run `python -m index sync` to rebuild it"
            )

    def _written(self) -> tuple[str | None, str | None]:
        return self.catalog.meta("generation"), self.catalog.meta("chroma_generation")

    def refresh(self) -> bool:
        """Reopens Chroma when another process has written since; costs microseconds otherwise.

        True when it had. Raises StorageError when the index is now another corpus's or model's.
        """
        state = self._written()
        if state == self._state:
            return False
        self._check()
        self._store.reopen(self.catalog.meta("collection") or "")
        self._state = state
        return True

    def embed(self, text: str) -> NDArray[np.float32]:
        """The unit vector of one text, shape (dimension,)."""
        vector: NDArray[np.float32] = self.encoder.encode([text])[0]
        return vector

    def dense(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The `k` passages nearest to `vector`: (id, cosine similarity), best first."""
        try:
            return self._store.query(vector, k)
        except StorageError:
            # a sync may have put a new collection in the place of this one since the question came
            if not self.refresh():
                raise
            return self._store.query(vector, k)

    def lexical(self, words: Sequence[str], k: int) -> list[tuple[str, float]]:
        """The `k` passages that match `words` best: (id, BM25), best first."""
        return self.catalog.lexical(words, k)

    def passages(self, ids: Sequence[str]) -> dict[str, Found]:
        """Id → (passage, article, vector); ids the catalog does not hold are left out."""
        return self.catalog.passages(ids)

    def close(self) -> None:
        """Releases the files."""
        self._store.close()
        self.catalog.close()
        self.encoder.close()
