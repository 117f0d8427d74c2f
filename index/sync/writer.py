"""Embed passages and store them: the one place that writes to the catalog and Chroma."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import MappingProxyType

import numpy as np

from index.catalog.catalog import Catalog
from index.catalog.records import Indexed, KnownFile
from index.catalog.vectors import is_unit
from index.errors import DamagedError, StorageError
from index.models.encoder import Encoder, Vectors
from index.state.meta import IndexMeta
from index.state.vector_copy import VectorCopy
from index.text.article import Article, Passage
from index.text.passages import embedded_text, join_embedded

Passages = tuple[Passage, ...]
NONE: Mapping[str, Vectors] = MappingProxyType({})


class Writer:
    """Writes batches to the catalog and Chroma, each in a thread while the next one is embedded.

    `failed` is True after an error of Chroma; from then on only the catalog is written.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: VectorCopy,
        encoder: Encoder,
        facts: dict[str, str],
        embedding: Callable[[int, int], None] | None = None,
    ) -> None:
        """`embedding(done, of)` reports progress within a batch, in passages.

        `facts` are recorded with each batch, see `describe_index`.
        """
        self.catalog = catalog
        self.facts = facts
        self.failed = False
        self._store = store
        self._encoder = encoder
        self._embedding = embedding
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._writing: Future[None] | None = None

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for the batch that is being written, however the sync ends."""
        self._thread.shutdown()
        if kind is None:
            self._settle()

    def write(
        self,
        articles: Sequence[tuple[Article, Passages]],
        removed: Sequence[str],
        files: Sequence[KnownFile],
        gone: Sequence[str] = (),
        ready: Mapping[str, Vectors] = NONE,
    ) -> int:
        """Drop the articles with ids `removed`, embed and store `articles`. Returns the passages embedded.

        What the catalog holds already, of a file that was renamed or copied, is not embedded again, and
        `ready` has the vectors of texts that somebody else has embedded. In the same transaction `files` are
        recorded as read, and the paths `gone` are forgotten.
        """
        texts = [embedded_text(article, p) for article, passages in articles for p in passages]
        known = self._known([article for article, _ in articles])
        new = [text for text in texts if text not in known]
        known |= ready
        missing = [text for text in new if text not in ready]
        vectors = self._embed(missing)
        if len(missing) < len(texts):
            fresh = iter(vectors)
            rows = [known[text] if text in known else next(fresh) for text in texts]
            vectors = np.stack(rows).astype(np.float32)
        self._settle()
        self._writing = self._thread.submit(self._put, articles, vectors, removed, files, gone)
        return len(new)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        progress = self._embedding
        if not texts:
            return np.empty((0, self._encoder.dimension), np.float32)
        if progress is None:
            return self._encoder.encode(texts)
        return self._encoder.encode(texts, lambda done: progress(done, len(texts)))

    def _known(self, articles: Sequence[Article]) -> dict[str, Vectors]:
        """Embedded text → vector of the passages that the catalog holds under other names.

        An article that it holds under the same name is indexed again on purpose.
        """
        known = dict[str, Vectors]()
        try:
            for article in articles:
                same = self.catalog.articles.ids_by_content(article.sha256)
                for article_id in same if article.id not in same else ():
                    known |= self._usable(article_id)
        except DamagedError:
            return {}  # the catalog is now suspect, and the next sync repairs it
        return known

    def _usable(self, article_id: str) -> dict[str, Vectors]:
        """The same for one article, without damaged rows."""
        found = {}
        for row in self.catalog.health.stored(article_id):
            if (
                row.title is None
                or row.body is None
                or len(row.vector) != 4 * self._encoder.dimension
            ):
                continue
            if is_unit(row.vector):
                found[join_embedded(row.title, row.body)] = np.frombuffer(row.vector, "<f4")
        return found

    def _settle(self) -> None:
        """Wait for the previous batch; raises its error."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def _put(
        self,
        articles: Sequence[tuple[Article, Passages]],
        vectors: Vectors,
        removed: Sequence[str],
        files: Sequence[KnownFile],
        gone: Sequence[str],
    ) -> None:
        """Write the catalog first: if Chroma's write is lost, the generations differ at the next sync."""
        items, at = [], 0
        for article, passages in articles:
            items.append(Indexed(article, passages, vectors[at : at + len(passages)]))
            at += len(passages)
        stale = self.catalog.articles.passage_ids(removed)
        self.catalog.apply(items, removed, self.facts, files, gone)
        if self.failed:
            return
        try:
            self._store.delete(stale)
            self._store.upsert([p.id for item in items for p in item.passages], vectors)
        except StorageError:
            self.failed = True
        else:
            IndexMeta(self.catalog).set_in_step()
