"""Compare an index with itself and with the files it was made from, passage by passage.

It finds damage in the index, not changes in the folder. Every passage is read once and none is kept, so
memory does not grow with the index.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.catalog.catalog import Catalog
from index.catalog.records import OUTDATED, Stored
from index.catalog.vectors import is_unit
from index.chroma.store import PROBES
from index.errors import (
    DamagedError,
    NoVectorsError,
    StorageError,
    UnreachableError,
    UnreadableError,
)
from index.reading.articles import parse_file
from index.reading.folder import read_bytes
from index.state.meta import IndexMeta
from index.state.vector_copy import Place, VectorCopy, name_of, open_copy
from index.sync.index_config import IndexConfig
from index.sync.report import Progress, no_progress
from index.text.article import Article
from index.text.passages import passage_body, passage_title, split_passages

# The damaged part, which decides the repair: the whole catalog, one article, the full-text index, Chroma.
Part = Literal["catalog", "article", "words", "chroma"]
# The largest difference between a vector and its copy: Chroma stores them unchanged.
SAME = 1e-5
_BATCH = 1000  # vectors per request to Chroma


@dataclass(frozen=True, slots=True)
class Damage:
    """One disagreement: the part, a line about it, and the article's id and file if it is in one."""

    part: Part
    line: str
    article_id: str = ""
    file: str = ""


def compare(
    corpus: Path,
    catalog: Catalog,
    config: IndexConfig | None,
    hashes: Mapping[str, str],
    server: Place = None,
    progress: Progress = no_progress,
    *,
    open_chroma: bool = True,
) -> Iterator[Damage]:
    """Every disagreement within the index, and with the files that have not changed since.

    `hashes` are the files' sha256 by path. `config` is None when the index was made with another one; then
    nothing is compared with the files. Without `open_chroma` a local Chroma counts as damaged: it may crash
    the process. `progress(done, of)` counts files.
    """
    try:
        yield from _catalog_damage(catalog)
        known, held = catalog.files(), catalog.articles.ids_by_file()
    except DamagedError as error:
        yield Damage("catalog", str(error))
        return
    if config is not None:
        config = config.with_order(IndexMeta(catalog).day_order)
    copies = _Copies(server, open_chroma)
    yield from copies.opened(catalog)
    paths = sorted(known.keys() | held.keys())
    for done, path in enumerate(paths, 1):
        outdated = path in known and known[path].limits == OUTDATED
        made_with = None if outdated else config
        articles: list[Article] = []
        for article_id in held.get(path, ()):
            name = f"{path!a}, article {article_id}"
            try:
                article = catalog.articles.load(article_id)
                rows = catalog.health.stored(article_id)
            except DamagedError:
                article, rows = None, []
            if article is None or article.id != article_id:
                yield Damage("article", f"{name}: cannot be read", article_id, path)
                continue
            articles.append(article)
            yield from _against_itself(article, path, rows, made_with)
            if catalog.full_text.story(article_id) not in (None, (article.title, article.text)):
                yield Damage("words", f"{name}: other words in the full-text index")
            yield from copies.take(article, path, rows)
        if made_with is not None and path in known and hashes.get(path) == known[path].sha256:
            yield from _against_file(corpus, made_with, path, articles)
        progress(done, len(paths))
    yield from copies.closed()


def _catalog_damage(catalog: Catalog) -> Iterator[Damage]:
    for line in catalog.health.faults():
        yield Damage("catalog", f"the catalog's file: {line}")
    for key in catalog.health.orphans():
        yield Damage("article", f"passages without their article ({key})", key)
    if not catalog.full_text.agrees():
        yield Damage("words", "the full-text index is damaged or incomplete")


def _against_file(
    corpus: Path, config: IndexConfig, path: str, articles: list[Article]
) -> Iterator[Damage]:
    """Damage where the file does not give these articles."""
    try:
        data = read_bytes(corpus, path, config.limits.max_bytes)
    except UnreadableError:
        return  # changed since it was hashed
    fresh = {article.id: article for article in parse_file(path, data, config.limits).articles}
    for article in articles:
        if fresh.pop(article.id, None) != article:
            yield Damage("article", f"{article.path!a}: differs from its file", article.id, path)
    for article in fresh.values():
        yield Damage("article", f"{article.path!a}: missing from the index", "", path)


def _against_itself(
    article: Article, path: str, rows: list[Stored], config: IndexConfig | None
) -> Iterator[Damage]:
    """Damage where `rows` are not the article's passages, or lack words or a vector."""
    passages = [row.passage for row in rows]
    if config is not None:
        expected = split_passages(article, config.passage_words, config.overlap_words)
        if passages != list(expected) or [row.id for row in rows] != [p.id for p in expected]:
            yield Damage(
                "article",
                f"{article.path!a}: wrong passages ({len(rows)}, expected {len(expected)})",
                article.id,
                path,
            )
            return
    for row in rows:
        name = f"{article.path!a}, passage {row.id}"
        if row.passage is None or row.passage.id != row.id:
            yield Damage("article", f"{name}: cannot be read", article.id, path)
            continue
        words = (passage_title(article, row.passage), passage_body(article, row.passage))
        if row.title is None or row.body is None:
            yield Damage("words", f"{name}: missing from the full-text index")
        elif (row.title, row.body) != words:
            yield Damage("words", f"{name}: other words in the full-text index")
        if not is_unit(row.vector):
            yield Damage("article", f"{name}: its vector is damaged", article.id, path)


class _Copies:
    """Compares the copies in Chroma, or in pgvector, with the catalog's vectors, in batches."""

    def __init__(self, server: Place, open_chroma: bool) -> None:
        self._server = server
        self._name = name_of(server)
        self._open_chroma = open_chroma
        self._store: VectorCopy | None = None
        self._waiting: list[tuple[Article, str, Stored]] = []
        self._expected = 0

    def opened(self, catalog: Catalog) -> Iterator[Damage]:
        try:
            storage, name = catalog.folder, IndexMeta(catalog).collection or "none"
            if self._server is None and not self._open_chroma:
                yield Damage("chroma", "Chroma's files differ from those that the last sync left")
                return
            self._store = open_copy(storage, name, self._server)
            expected = catalog.articles.counts()[1]
            if not self._store.is_sound(expected, catalog.vectors.sample(PROBES)):
                held = f"{self._name} holds {self._store.count()} vectors"
                yield Damage("chroma", f"{held}, expected {expected} that can be found")
        except StorageError as error:
            yield from self._failed(error)

    def take(self, article: Article, path: str, rows: list[Stored]) -> Iterator[Damage]:
        if self._store is None:
            return
        self._expected += len(rows)
        self._waiting += [(article, path, row) for row in rows]
        if len(self._waiting) >= _BATCH:
            yield from self._compare()

    def closed(self) -> Iterator[Damage]:
        if self._store is None:
            return
        yield from self._compare()
        if self._store is None:
            return
        try:
            if (extra := self._store.count() - self._expected) > 0:
                yield Damage(
                    "chroma", f"{self._name} holds {extra} vectors that the catalog does not"
                )
        except StorageError as error:
            yield from self._failed(error)
        else:
            self._store.close()

    def _compare(self) -> Iterator[Damage]:
        waiting, self._waiting = self._waiting, []
        if self._store is None:
            return
        try:
            held = self._store.vectors([row.id for _, _, row in waiting]) if waiting else {}
        except StorageError as error:
            yield from self._failed(error)
            return
        for article, path, row in waiting:
            name = f"{article.path!a}, passage {row.id}"
            if row.id not in held:
                yield Damage("chroma", f"{name}: missing from {self._name}")
            elif not _is_same(row.vector, held[row.id]):
                # nothing tells which copy is right, so the article is indexed again
                yield Damage("article", f"{name}: another vector in {self._name}", article.id, path)

    def _failed(self, error: StorageError) -> Iterator[Damage]:
        if self._store is not None:
            self._store.close()
            self._store = None
        if isinstance(error, UnreachableError) and not isinstance(error, NoVectorsError):
            raise error  # no answer is not damage
        yield Damage("chroma", str(error))


def _is_same(vector: bytes, copy: NDArray[np.float32]) -> bool:
    if len(vector) != 4 * len(copy):
        return False
    with np.errstate(all="ignore"):
        return bool(np.abs(np.frombuffer(vector, "<f4") - copy).max(initial=0.0) < SAME)
