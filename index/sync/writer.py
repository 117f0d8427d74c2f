"""Embed passages and store them: the one place that writes to the catalog and Chroma."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from index.catalog.catalog import Catalog
from index.catalog.records import Indexed, KnownFile
from index.chroma.store import VectorStore
from index.errors import StorageError
from index.models.encoder import Encoder, Vectors
from index.state.meta import IndexMeta
from index.text.article import Article, Passage
from index.text.passages import embedded_text

Passages = tuple[Passage, ...]


class Writer:
    """Writes batches to the catalog and Chroma, each in a thread while the next one is embedded.

    `failed` is True after an error of Chroma; from then on only the catalog is written.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: VectorStore,
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
    ) -> int:
        """Drop the articles with ids `removed`, embed and store `articles`. Returns the passages embedded.

        In the same transaction `files` are recorded as read, and the paths `gone` are forgotten.
        """
        texts = [embedded_text(article, p) for article, passages in articles for p in passages]
        progress = self._embedding
        vectors = (
            self._encoder.encode(texts, lambda done: progress(done, len(texts)))
            if progress
            else self._encoder.encode(texts)
        )
        self._settle()
        self._writing = self._thread.submit(self._put, articles, vectors, removed, files, gone)
        return len(texts)

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
