"""Passages embedded and stored: the one place where catalog and Chroma are written."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from index.catalog.catalog import Catalog, Indexed, KnownFile
from index.chroma.store import VectorStore
from index.errors import StorageError
from index.models.encoder import Encoder, Vectors
from index.sync.replica import note_in_step
from index.text.article import Article, Passage
from index.text.passages import embedded_text

Passages = tuple[Passage, ...]


class Writer:
    """The open parts of one sync, and the one place where catalog and Chroma are written.

    A batch is written in a thread of its own while the next is embedded. `failed` is True when Chroma
    did in the middle: the catalog goes on alone.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: VectorStore,
        encoder: Encoder,
        about: dict[str, str],
        embedding: Callable[[int, int], None] | None = None,
    ) -> None:
        """`embedding(done, of)` counts the passages of a batch, after each."""
        self.catalog = catalog
        self.about = about
        self.failed = False
        self._store = store
        self._encoder = encoder
        self._embedding = embedding
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._writing: Future[None] | None = None

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Waits for what is being written, however the sync ends."""
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
        """Drops articles by id, embeds and stores others. Returns the number of passages embedded.

        `files` are recorded as read and those `gone` forgotten, in the same transaction.
        """
        texts = [embedded_text(article, p) for article, passages in articles for p in passages]
        told = self._embedding
        vectors = (
            self._encoder.encode(texts, lambda done: told(done, len(texts)))
            if told
            else self._encoder.encode(texts)
        )
        self._settle()
        self._writing = self._thread.submit(self._put, articles, vectors, removed, files, gone)
        return len(texts)

    def _settle(self) -> None:
        """Waits for the batch before; raises what it raised."""
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
        """The catalog goes first: when Chroma's part is lost, the next sync sees it by the generations."""
        items, at = [], 0
        for article, passages in articles:
            items.append(Indexed(article, passages, vectors[at : at + len(passages)]))
            at += len(passages)
        stale = self.catalog.passage_ids(removed)
        self.catalog.apply(items, removed, self.about, files, gone)
        if self.failed:
            return
        try:
            self._store.delete(stale)
            self._store.upsert([p.id for item in items for p in item.passages], vectors)
        except StorageError:
            self.failed = True
        else:
            note_in_step(self.catalog)
