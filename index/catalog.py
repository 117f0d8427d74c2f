"""The catalog: files, articles, passages, vectors, full-text index, in one SQLite file. It is the truth.

Chroma is a fast copy of the vectors kept here under the same ids. One process writes (the lock in
index/lock.py sees to it); any number read, each from a consistent state (WAL).
"""

import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage, Span
from index.errors import StorageError
from index.passages import passage_body, passage_title

SCHEMA_VERSION = 2
FILE_NAME = "catalog.sqlite3"
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, limits TEXT NOT NULL, refused TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, file TEXT NOT NULL, sha256 TEXT NOT NULL,
    title TEXT NOT NULL, published TEXT, publisher TEXT, text TEXT NOT NULL,
    boilerplate TEXT NOT NULL, pages TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_by_file ON articles (file);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL, sentences TEXT NOT NULL, boilerplate INTEGER NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX articles_by_day ON articles (published);
CREATE INDEX passages_by_article ON passages (article_id, ordinal);
CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize = 'porter unicode61 remove_diacritics 2');
"""
_NUMBERS_OF_DAYS = (
    "SELECT number FROM passages WHERE article_id IN "
    "(SELECT id FROM articles WHERE published BETWEEN ? AND ?)"
)
# What FTS5 can be asked for between quotation marks: it ends a query at a NUL, and takes only UTF-8.
_WORD = re.compile(r"\A(?=.*\w)[^\"\0\ud800-\udfff]+\Z", re.DOTALL)
# A word of a title tells more about what a passage is on than one of its body.
_TITLE_WEIGHT, _BODY_WEIGHT = 1.5, 1.0
# Passages with one of the rarest words of a question that are scored: with 3,000 of 29,000 the best ten
# were the same in 999 of 1,000 places as when all were.
_MOST_SCORED = 3_000
_TIES = 50  # passages of equal score that may stand at the end of a ranking before their ids decide


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file of the corpus as it was when it was last read, whether or not any article came of it.

    `sha256` is of its bytes, `limits` the fingerprint of the limits it was read within, and `refused`
    holds (path, reason) of what in it, or of the file itself, is no article.
    """

    path: str
    sha256: str
    limits: str
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Indexed:
    """One article ready to be stored; `vectors` has shape (len(passages), dimension), float32."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]


class Catalog:
    """One open catalog. Safe to call from several threads."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Opens the catalog in `folder`; `create` makes a new one. Raises StorageError in one line."""
        self.file = folder / FILE_NAME
        if not create and not self.file.is_file():
            raise StorageError(f"{folder}: no index here; run `python -m index sync` first")
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise StorageError(_damaged(folder, error)) from None
        try:
            self._check_version(create)
            self._db.execute("PRAGMA synchronous = NORMAL")
        except BaseException as error:
            self._db.close()
            if isinstance(error, sqlite3.Error):
                raise StorageError(_damaged(folder, error)) from None
            raise
        self._article_by_id = lru_cache(maxsize=512)(self._load_article)

    def _check_version(self, create: bool) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and create:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        elif version > SCHEMA_VERSION:
            raise StorageError(
                f"{self.file.parent}: index of version {version}, this Byline knows {SCHEMA_VERSION}; "
                "use the newer Byline, or another --storage folder"
            )
        elif version != SCHEMA_VERSION:
            raise StorageError(
                f"{self.file.parent}: index of version {version}, expected {SCHEMA_VERSION}; "
                "delete the folder and run `python -m index sync`"
            )

    def close(self) -> None:
        """Closes the file; the catalog cannot be used afterwards."""
        with self._lock:
            self._db.close()

    # -- writing --

    def apply(
        self,
        added: Sequence[Indexed],
        removed: Iterable[str],
        meta: dict[str, str],
        files: Iterable[KnownFile] = (),
        gone: Iterable[str] = (),
    ) -> None:
        """One transaction: drops the articles with ids `removed`, stores `added`, sets `meta`.

        `files` are those read, and the paths `gone` those to forget; their articles are dropped only
        when `removed` names them. Every call raises the generation by one, so that readers notice.
        """
        with self._transaction():
            for article_id in removed:
                self._drop(article_id)
            self._db.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
            self._db.executemany(
                "REPLACE INTO files VALUES (?, ?, ?, ?)",
                [(f.path, f.sha256, f.limits, json.dumps(f.refused)) for f in files],
            )
            for item in added:
                self._store(item)
            for key, value in meta.items():
                self._db.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))
            self._db.execute(
                "INSERT INTO meta VALUES ('generation', '1') ON CONFLICT (key) "
                "DO UPDATE SET value = CAST(value AS INTEGER) + 1"
            )
        self._article_by_id.cache_clear()

    def set_meta(self, key: str, value: str) -> None:
        """Stores one fact about the index itself; the generation stays."""
        with self._transaction():
            self._db.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _drop(self, article_id: str) -> None:
        self._db.execute(
            "DELETE FROM words WHERE rowid IN (SELECT number FROM passages WHERE article_id = ?)",
            (article_id,),
        )
        self._db.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
        self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def _store(self, item: Indexed) -> None:
        article = item.article
        self._db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.path,
                article.file,
                article.sha256,
                article.title,
                article.published.isoformat() if article.published else None,
                article.publisher,
                article.text,
                _dump_spans(article.boilerplate),
                json.dumps(article.pages),
            ),
        )
        for passage, vector in zip(item.passages, item.vectors, strict=True):
            number = self._db.execute(
                "INSERT INTO passages (id, article_id, ordinal, sentences, boilerplate, vector) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (
                    passage.id,
                    article.id,
                    passage.ordinal,
                    _dump_spans(passage.sentences),
                    passage.boilerplate,
                    vector.astype("<f4").tobytes(),
                ),
            ).lastrowid
            self._db.execute(
                "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
                (number, passage_title(article, passage), passage_body(article, passage)),
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except BaseException as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise StorageError(_damaged(self.file.parent, error)) from None
                raise

    # -- reading --

    def meta(self, key: str) -> str | None:
        """A stored fact about the index ("generation", "corpus", "recipe", …), or None."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    @property
    def generation(self) -> int:
        """Counts the changes ever applied; 0 for a new catalog."""
        return int(self.meta("generation") or 0)

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages the catalog holds."""
        rows = self._rows("SELECT (SELECT COUNT(*) FROM articles), (SELECT COUNT(*) FROM passages)")
        return int(rows[0][0]), int(rows[0][1])

    def files(self) -> dict[str, KnownFile]:
        """Path → every file that was read, those included that no article came of."""
        rows = self._rows("SELECT path, sha256, limits, refused FROM files")
        return {
            path: KnownFile(path, sha256, limits, _load_refused(refused))
            for path, sha256, limits, refused in rows
        }

    def article_ids(self) -> dict[str, list[str]]:
        """File → ids of its articles, for every file that has any."""
        found: dict[str, list[str]] = {}
        for file, article_id in self._rows("SELECT file, id FROM articles ORDER BY file, id"):
            found.setdefault(file, []).append(article_id)
        return found

    def article(self, path: str) -> Article | None:
        """The article at `path`, or None."""
        rows = self._rows("SELECT id FROM articles WHERE path = ?", (path,))
        return self._known_article(rows[0][0]) if rows else None

    def articles(self) -> tuple[Article, ...]:
        """Every article, ordered by path."""
        ids = [row[0] for row in self._rows("SELECT id FROM articles ORDER BY path")]
        return tuple(article for key in ids if (article := self._known_article(key)) is not None)

    def passages(
        self, ids: Sequence[str]
    ) -> dict[str, tuple[Passage, Article, NDArray[np.float32]]]:
        """Id → (passage, article, vector) for those of `ids` that exist; others are left out."""
        marks = ",".join("?" * len(ids))
        rows = self._rows(
            "SELECT id, article_id, ordinal, sentences, boilerplate, vector FROM passages "
            f"WHERE id IN ({marks})",
            tuple(ids),
        )
        found = {}
        for passage_id, article_id, ordinal, sentences, boilerplate, vector in rows:
            spans = _load_spans(sentences)
            passage = Passage(
                article_id, ordinal, spans[0].start, spans[-1].end, spans, bool(boilerplate)
            )
            article = self._known_article(article_id)
            if article is None:  # removed by a writer since the line above was read
                continue
            found[passage_id] = (passage, article, np.frombuffer(vector, dtype="<f4"))
        return found

    def passage_ids(self, article_ids: Sequence[str]) -> list[str]:
        """Ids of all passages of the given articles."""
        return [
            row[0]
            for article_id in article_ids
            for row in self._rows("SELECT id FROM passages WHERE article_id = ?", (article_id,))
        ]

    def lexical(
        self, words: Sequence[str], k: int, days: tuple[date, date] | None = None
    ) -> list[tuple[str, float]]:
        """The `k` passages that match any of `words` best: (id, BM25 score), best first.

        With `days`, the first and the last, only those of articles published then. The score is SQLite
        FTS5's bm25() (k1 = 1.2, b = 0.75) with its sign turned, so higher is better.
        """
        terms = [f'"{word}"' for word in dict.fromkeys(words) if _WORD.search(word)]
        queries = self._queries(terms)
        if not queries:
            return []
        # Unary plus: else SQLite would ask FTS5 anew for every passage of those days.
        published = f"AND +rowid IN ({_NUMBERS_OF_DAYS}) " if days else ""
        scored = " UNION ALL ".join(
            f"SELECT rowid AS number, bm25(words, {_TITLE_WEIGHT}, {_BODY_WEIGHT}) AS score FROM words "
            f"WHERE words MATCH ? {published}"
            for _ in queries
        )
        rows = self._rows(
            # Materialised: bm25() works only where FTS5 itself is read.
            f"WITH scored AS MATERIALIZED ({scored}) SELECT p.id, best FROM "
            "(SELECT number, MIN(score) AS best FROM scored GROUP BY number ORDER BY best LIMIT ?) "
            "JOIN passages p USING (number) ORDER BY best, p.id LIMIT ?",
            (*(value for query in queries for value in (query, *_iso(days))), k + _TIES, k),
        )
        return [(passage_id, -score) for passage_id, score in rows]

    def _queries(self, terms: Sequence[str]) -> list[str]:
        """FTS5 queries whose best scores together are the scores of the passages that matter.

        Scoring is what takes time: only passages with one of the rarest words are scored, by all the
        words that they have. What lacks all of those ranks low. A passage without any of the frequent
        words has its score from the first query, the others from the second, which is higher.
        """
        counts = [
            (self._rows("SELECT COUNT(*) FROM words WHERE words MATCH ?", (term,))[0][0], term)
            for term in terms
        ]
        rare, total = list[str](), 0
        ordered = sorted((count, term) for count, term in counts if count)
        for count, term in ordered:
            if rare and total + count > _MOST_SCORED:
                break
            rare.append(term)
            total += count
        frequent = [term for _, term in ordered[len(rare) :]]
        if not rare:
            return []
        anchor = f"({' OR '.join(rare)})"
        return [anchor, f"{anchor} AND ({' OR '.join(frequent)})"] if frequent else [anchor]

    def newest(self) -> date | None:
        """The last day on which an article was published, or None."""
        found = self._rows("SELECT MAX(published) FROM articles")[0][0]
        return date.fromisoformat(found) if found else None

    def vectors_of(
        self, days: tuple[date, date], most: int
    ) -> tuple[list[str], NDArray[np.float32]] | None:
        """Ids and vectors, shape (n, dimension), of the passages of articles published in `days`.

        None when there are more than `most`.
        """
        rows = self._rows(
            f"SELECT id, vector FROM passages WHERE number IN ({_NUMBERS_OF_DAYS}) LIMIT ?",
            (*_iso(days), most + 1),
        )
        if len(rows) > most:
            return None
        vectors = np.frombuffer(b"".join(row[1] for row in rows), "<f4")
        return [row[0] for row in rows], vectors.reshape(len(rows), -1 if rows else 0)

    def published(self, ids: Sequence[str]) -> dict[str, date]:
        """Passage id → the day its article was published, for those that have one."""
        rows = self._rows(
            "SELECT p.id, a.published FROM passages p JOIN articles a ON a.id = p.article_id "
            f"WHERE a.published IS NOT NULL AND p.id IN ({','.join('?' * len(ids))})",
            tuple(ids),
        )
        return {passage_id: date.fromisoformat(day) for passage_id, day in rows}

    def vectors(self, batch: int = 1000) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """All passage ids with their vectors, shape (n, dimension), in batches of at most `batch`."""
        last = -1
        while rows := self._rows(
            "SELECT number, id, vector FROM passages WHERE number > ? ORDER BY number LIMIT ?",
            (last, batch),
        ):
            last = rows[-1][0]
            yield [row[1] for row in rows], np.stack([np.frombuffer(r[2], "<f4") for r in rows])

    def _known_article(self, article_id: str) -> Article | None:
        try:
            return self._article_by_id(article_id)
        except KeyError:
            return None

    def sample(self, count: int) -> NDArray[np.float32]:
        """At most `count` stored vectors spread evenly over the passages: (n, dimension), n may be 0."""
        total = self.counts()[1]
        rows = [
            self._rows("SELECT vector FROM passages ORDER BY number LIMIT 1 OFFSET ?", (offset,))
            for offset in dict.fromkeys(np.linspace(0, total - 1, count).astype(int).tolist())
            if total
        ]
        found = [np.frombuffer(row[0][0], "<f4") for row in rows if row]
        return np.stack(found) if found else np.empty((0, 0), np.float32)

    def _load_article(self, article_id: str) -> Article:
        """Raises KeyError when there is none, which the cache does not remember: it may come back."""
        rows = self._rows(
            "SELECT path, sha256, title, text, published, publisher, boilerplate, pages "
            "FROM articles WHERE id = ?",
            (article_id,),
        )
        if not rows:
            raise KeyError(article_id)
        path, sha256, title, text, published, publisher, boilerplate, pages = rows[0]
        return Article(
            path=path,
            sha256=sha256,
            title=title,
            text=text,
            published=date.fromisoformat(published) if published else None,
            publisher=publisher,
            boilerplate=_load_spans(boilerplate),
            pages=tuple(json.loads(pages)),
        )

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise StorageError(_damaged(self.file.parent, error)) from None


def _damaged(folder: Path, error: sqlite3.Error) -> str:
    return f"{folder}: the catalog cannot be used ({error}); delete the folder and run `python -m index sync`"


def _load_refused(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((path, reason) for path, reason in json.loads(text))


def _iso(days: tuple[date, date] | None) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in days or ())


def _dump_spans(spans: Sequence[Span]) -> str:
    return json.dumps([(span.start, span.end) for span in spans], separators=(",", ":"))


def _load_spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(text))
