"""An index held against itself and the files it was made from, passage for passage.

What it tells is what lies damaged in the index, not what has changed in the folder. It reads every
passage once and keeps none, so memory does not grow with the index.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.catalog.catalog import OUTDATED, Catalog, Stored
from index.chroma.server import Server
from index.chroma.store import PROBES, VectorStore
from index.errors import DamagedError, StorageError, UnreachableError, UnreadableError
from index.reading.articles import parse_file
from index.reading.folder import read_bytes
from index.sync.recipe import Recipe
from index.text.article import Article
from index.text.passages import passage_body, passage_title, split_passages

# What is damaged, and so what mends it: the whole catalog, one article, the full-text index, Chroma's copy.
Part = Literal["catalog", "article", "words", "chroma"]
# Copies of a vector differ by less: Chroma keeps what it is given.
SAME = 1e-5
# How far from 1 the length of a vector may be.
LENGTH = 1e-3
# Vectors asked of Chroma at once.
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Damage:
    """One disagreement: the part, a line about it, and the article's id and file where it is in one."""

    part: Part
    line: str
    article_id: str = ""
    file: str = ""


def compare(
    corpus: Path,
    catalog: Catalog,
    recipe: Recipe | None,
    hashes: Mapping[str, str],
    server: Server | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
    *,
    known_files: bool = True,
) -> Iterator[Damage]:
    """Every disagreement within the index, and with those files that are as they were indexed.

    `hashes` are the files' sha256 by path; `recipe` is None when the index was made by another one, and
    then nothing is held against the files. Chroma is opened only when its files are known.
    `progress(done, of)` counts files.
    """
    try:
        yield from (Damage("catalog", f"the catalog's file: {line}") for line in catalog.faults())
        yield from (
            Damage("article", f"passages are left of an article that is gone ({key})", key)
            for key in catalog.orphans()
        )
        if not catalog.full_text.agrees():
            yield Damage("words", "the full-text index is damaged or incomplete")
        known, held = catalog.files(), catalog.article_ids()
    except DamagedError as error:
        yield Damage("catalog", str(error))
        return
    copies = _Copies(server, known_files)
    yield from copies.opened(catalog)
    paths = sorted(known.keys() | held.keys())
    for done, path in enumerate(paths, 1):
        outdated = path in known and known[path].limits == OUTDATED
        by = None if outdated else recipe
        articles: list[Article] = []
        for article_id in held.get(path, ()):
            name = f"{path!a}, article {article_id}"
            try:
                article, rows = catalog.load(article_id), catalog.stored(article_id)
            except DamagedError:
                article, rows = None, []
            if article is None or article.id != article_id:
                yield Damage("article", f"{name}: cannot be read", article_id, path)
                continue
            articles.append(article)
            yield from _against_itself(article, path, rows, by)
            if catalog.full_text.story(article_id) not in (None, (article.title, article.text)):
                yield Damage("words", f"{name}: other words in the full-text index")
            yield from copies.take(article, path, rows)
        if by is not None and path in known and hashes.get(path) == known[path].sha256:
            yield from _against_file(corpus, by, path, articles)
        progress(done, len(paths))
    yield from copies.closed()


def _against_file(
    corpus: Path, recipe: Recipe, path: str, articles: list[Article]
) -> Iterator[Damage]:
    """Whether the file still gives these articles."""
    try:
        data = read_bytes(corpus, path, recipe.limits.max_bytes)
    except UnreadableError:
        return  # it has changed since it was hashed
    fresh = {article.id: article for article in parse_file(path, data, recipe.limits).articles}
    for article in articles:
        if fresh.pop(article.id, None) != article:
            yield Damage("article", f"{article.path!a}: not what the file gives", article.id, path)
    for article in fresh.values():
        yield Damage("article", f"{article.path!a}: lost from the index", "", path)


def _against_itself(
    article: Article, path: str, rows: list[Stored], recipe: Recipe | None
) -> Iterator[Damage]:
    """Whether these are the article's passages, each with its words in the full-text index and a vector."""
    passages = [row.passage for row in rows]
    if recipe is not None:
        expected = split_passages(article, recipe.passage_words, recipe.overlap_words)
        if passages != list(expected) or [row.id for row in rows] != [p.id for p in expected]:
            yield Damage(
                "article",
                f"{article.path!a}: not the passages of the article ({len(rows)}, expected "
                f"{len(expected)})",
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
        if not _is_unit(row.vector):
            yield Damage("article", f"{name}: its vector is damaged", article.id, path)


def _is_unit(vector: bytes) -> bool:
    if len(vector) % 4:
        return False
    with np.errstate(all="ignore"):
        length = float(np.linalg.norm(np.frombuffer(vector, "<f4").astype(np.float64)))
    return abs(length - 1.0) < LENGTH


class _Copies:
    """Chroma's copies, held against the catalog's vectors batch by batch."""

    def __init__(self, server: Server | None, known: bool) -> None:
        self._server = server
        self._known = known
        self._store: VectorStore | None = None
        self._waiting: list[tuple[Article, str, Stored]] = []
        self._expected = 0

    def opened(self, catalog: Catalog) -> Iterator[Damage]:
        try:
            storage, name = catalog.file.parent, catalog.meta("collection") or "none"
            if self._server is None and not self._known:
                yield Damage("chroma", "Chroma's files are not as the last sync left them")
                return
            self._store = VectorStore(storage, name, server=self._server)
            if not self._store.is_sound(catalog.counts()[1], catalog.sample(PROBES)):
                yield Damage(
                    "chroma",
                    f"Chroma holds {self._store.count()} vectors, expected {catalog.counts()[1]} "
                    "that can be found",
                )
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
                yield Damage("chroma", f"Chroma holds {extra} vectors that the catalog does not")
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
                yield Damage("chroma", f"{name}: missing from Chroma")
            elif not _is_same(row.vector, held[row.id]):
                # two copies that differ: neither is believed
                yield Damage("article", f"{name}: another vector in Chroma", article.id, path)

    def _failed(self, error: StorageError) -> Iterator[Damage]:
        if self._store is not None:
            self._store.close()
            self._store = None
        if isinstance(error, UnreachableError):
            raise error  # whether anything is wrong there, nobody can tell
        yield Damage("chroma", str(error))


def _is_same(vector: bytes, copy: NDArray[np.float32]) -> bool:
    if len(vector) != 4 * len(copy):
        return False
    with np.errstate(all="ignore"):
        return bool(np.abs(np.frombuffer(vector, "<f4") - copy).max(initial=0.0) < SAME)
