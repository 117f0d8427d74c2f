"""The catalog: files, articles, passages, vectors, full-text index, in one SQLite file. It is the truth.

Chroma is a fast copy of the vectors kept here under the same ids. One process writes (the lock in
index/lock.py sees to it); any number read, each from a consistent state (WAL).
"""

import json
import os
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage, Span
from index.errors import DamagedError, StorageError
from index.passages import passage_body, passage_title
from index.seal import doubt

SCHEMA_VERSION = 2
FILE_NAME = "catalog.sqlite3"
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, limits TEXT NOT NULL, refused TEXT NOT NULL,
    state TEXT NOT NULL
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
"""
_NUMBERS_OF_DAYS = (
    "SELECT number FROM passages WHERE article_id IN "
    "(SELECT id FROM articles WHERE published BETWEEN ? AND ?)"
)
_WORDS = (
    "CREATE VIRTUAL TABLE words USING fts5 "
    "(title, body, tokenize = 'porter unicode61 remove_diacritics 2')"
)
# The limits of a file whose articles were made by another recipe.
OUTDATED = "outdated"
# What SQLite cannot do for reasons outside the file: it is not damaged by them.
_OUTSIDE = {
    sqlite3.SQLITE_FULL: "free space on the disk",
    sqlite3.SQLITE_IOERR: "look to the disk",
    sqlite3.SQLITE_READONLY: "make it writable",
    sqlite3.SQLITE_CANTOPEN: "make it readable and writable",
    sqlite3.SQLITE_PERM: "make it readable and writable",
    sqlite3.SQLITE_BUSY: "close the program that holds it",
    sqlite3.SQLITE_LOCKED: "close the program that holds it",
}
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
    holds (path, reason) of what in it, or of the file itself, is no article. While its `state`
    (see index/survey.py) is the same it need not be read again; "" tells nothing.
    """

    path: str
    sha256: str
    limits: str
    refused: tuple[tuple[str, str], ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Indexed:
    """One article ready to be stored; `vectors` has shape (len(passages), dimension), float32."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stored:
    """One passage as it lies in the file; `title` and `body` are None where the full-text index lacks it.

    `passage` is None where its row makes no passage of this article.
    """

    number: int
    id: str
    passage: Passage | None
    vector: bytes
    title: str | None
    body: str | None


class Catalog:
    """One open catalog. Safe to call from several threads."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Opens the catalog in `folder`; `create` makes a new one. Raises StorageError in one line."""
        self.file = folder / FILE_NAME
        if not create and not self.file.is_file():
            raise StorageError(f"{folder}: no index here; run `python -m index sync` first")
        self._lock = threading.RLock()
        self._open(create)
        self._article_by_id = lru_cache(maxsize=512)(self._load_article)

    def _open(self, create: bool) -> None:
        folder = self.file.parent
        try:
            self._db = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise _told(folder, error) from None
        try:
            self._check_version(create)
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._inode = os.stat(self.file).st_ino
        except BaseException as error:
            self._db.close()
            if isinstance(error, sqlite3.Error):
                raise _told(folder, error) from None
            raise

    def follow(self) -> bool:
        """Opens the file again when another has taken its place: True when one had.

        A catalog that is gone for the moment is still read as it was.
        """
        try:
            if os.stat(self.file).st_ino == self._inode:
                return False
        except OSError:
            return False
        with self._lock:
            self._db.close()
            self._open(create=False)
            self._article_by_id.cache_clear()
        return True

    def _check_version(self, create: bool) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and create:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.executescript(
                f"BEGIN; {_SCHEMA} {_WORDS}; PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        elif version > SCHEMA_VERSION:
            raise StorageError(
                f"{self.file.parent}: index of version {version}, this Byline knows {SCHEMA_VERSION}; "
                "use the newer Byline, or another --storage folder"
            )
        elif version != SCHEMA_VERSION:
            raise DamagedError(
                f"{self.file.parent}: index of version {version}, expected {SCHEMA_VERSION}; "
                "run `python -m index sync`, which builds it again"
            )

    def close(self) -> None:
        """Closes the file; the catalog cannot be used afterwards.

        What the write-ahead log holds goes into the file itself first, as far as readers let it, so that
        none of them need write there later.
        """
        with self._lock:
            with suppress(sqlite3.Error):
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")
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
                "REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                [(f.path, f.sha256, f.limits, json.dumps(f.refused), f.state) for f in files],
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

    def remember(self, states: Mapping[str, str]) -> None:
        """Notes the states in which known files were found unchanged."""
        with self._transaction():
            self._db.executemany(
                "UPDATE files SET state = ? WHERE path = ?",
                [(s, path) for path, s in states.items()],
            )

    def outdate(self, meta: Mapping[str, str]) -> None:
        """Sets `meta`, and has every file done again in its turn; until then its articles stay."""
        with self._transaction():
            self._db.execute("UPDATE files SET limits = ?", (OUTDATED,))
            self._db.executemany("REPLACE INTO meta VALUES (?, ?)", meta.items())

    def _drop(self, article_id: str) -> None:
        self._drop_passages(article_id)
        self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def _drop_passages(self, article_id: str) -> None:
        self._db.execute(
            "DELETE FROM words WHERE rowid IN (SELECT number FROM passages WHERE article_id = ?)",
            (article_id,),
        )
        self._db.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))

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
        self._drop_passages(article.id)  # what may have outlived a damaged row of the article
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
            self._index(number, article, passage)

    def _index(self, number: int | None, article: Article, passage: Passage) -> None:
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
                    raise _told(self.file.parent, error) from None
                raise

    def rebuild_words(self, without: Iterable[str]) -> None:
        """Makes the full-text index again from the articles, and drops those with ids `without`."""
        with self._transaction():
            self._db.execute("DROP TABLE IF EXISTS words")
            self._db.execute(_WORDS)
            for article_id in without:
                self._drop(article_id)
            for article_id in chain.from_iterable(self.article_ids().values()):
                article = self._load_article(article_id)
                for row in self.stored(article.id):
                    if row.passage is not None:
                        self._index(row.number, article, row.passage)

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
        rows = self._rows("SELECT path, sha256, limits, refused, state FROM files")
        try:
            return {
                path: KnownFile(path, sha256, limits, _load_refused(refused), state)
                for path, sha256, limits, refused, state in rows
            }
        except (ValueError, TypeError):
            raise _damaged(self.file.parent, "the files that were read") from None

    def article_ids(self) -> dict[str, list[str]]:
        """File → ids of its articles, for every file that has any."""
        found: dict[str, list[str]] = {}
        for file, article_id in self._rows("SELECT file, id FROM articles ORDER BY file, id"):
            found.setdefault(file, []).append(article_id)
        return found

    def load(self, article_id: str) -> Article | None:
        """The article with this id, read anew from the file, or None."""
        try:
            return self._load_article(article_id)
        except KeyError:
            return None

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
            passage = _passage(article_id, ordinal, sentences, boilerplate)
            if passage is None or len(vector) != len(rows[0][-1]) or len(vector) % 4:
                raise _damaged(self.file.parent, f"passage {passage_id} cannot be read")
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

    def stored(self, article_id: str) -> list[Stored]:
        """The passages of one article in reading order, just as they lie in the file."""
        return [
            Stored(
                number,
                key,
                _passage(article_id, *rest),
                vector if isinstance(vector, bytes) else b"",
                title,
                body,
            )
            for number, key, *rest, vector, title, body in self._rows(
                "SELECT p.number, p.id, p.ordinal, p.sentences, p.boilerplate, p.vector, "
                "w.title, w.body FROM passages p LEFT JOIN words w ON w.rowid = p.number "
                "WHERE p.article_id = ? ORDER BY p.ordinal",
                (article_id,),
            )
        ]

    def orphans(self) -> list[str]:
        """Ids of articles that are gone while passages of theirs are left."""
        return [
            row[0]
            for row in self._rows(
                "SELECT DISTINCT article_id FROM passages "
                "WHERE article_id NOT IN (SELECT id FROM articles)"
            )
        ]

    def faults(self) -> list[str]:
        """What SQLite finds wrong with the file, at most twenty lines. Raises StorageError."""
        self._rows("SELECT rowid FROM words LIMIT 1")  # can it be opened at all?
        told = [str(row[0]) for row in self._rows("PRAGMA integrity_check(20)")]
        return [] if told == ["ok"] else told

    def words_agree(self) -> bool:
        """True when the full-text index is whole and has one row for each passage."""
        try:
            with self._transaction():
                self._db.execute("INSERT INTO words (words) VALUES ('integrity-check')")
            alone = self._rows(
                "SELECT (SELECT COUNT(*) FROM words WHERE rowid NOT IN (SELECT number FROM passages))"
                " + (SELECT COUNT(*) FROM passages WHERE number NOT IN (SELECT rowid FROM words))"
            )
        except DamagedError:
            return False
        return alone == [(0,)]

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
        return self._day(found) if found else None

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
        if len({len(row[1]) for row in rows}) > 1:
            raise _damaged(self.file.parent, f"a vector among {rows[0][0]} … {rows[-1][0]}")
        vectors = np.frombuffer(b"".join(row[1] for row in rows), "<f4")
        return [row[0] for row in rows], vectors.reshape(len(rows), -1 if rows else 0)

    def published(self, ids: Sequence[str]) -> dict[str, date]:
        """Passage id → the day its article was published, for those that have one."""
        rows = self._rows(
            "SELECT p.id, a.published FROM passages p JOIN articles a ON a.id = p.article_id "
            f"WHERE a.published IS NOT NULL AND p.id IN ({','.join('?' * len(ids))})",
            tuple(ids),
        )
        return {passage_id: self._day(day) for passage_id, day in rows}

    def _day(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except (ValueError, TypeError):
            raise _damaged(self.file.parent, f"{text!a} is no date") from None

    def vectors(self, batch: int = 1000) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """All passage ids with their vectors, shape (n, dimension), in batches of at most `batch`."""
        last = -1
        while rows := self._rows(
            "SELECT number, id, vector FROM passages WHERE number > ? ORDER BY number LIMIT ?",
            (last, batch),
        ):
            last = rows[-1][0]
            if len({len(row[2]) for row in rows}) > 1:
                raise _damaged(self.file.parent, f"a vector among {rows[0][1]} … {rows[-1][1]}")
            yield [row[1] for row in rows], np.stack([np.frombuffer(r[2], "<f4") for r in rows])

    def latest(self, count: int) -> list[str]:
        """The ids of the `count` passages that were stored last."""
        sql = "SELECT id FROM passages ORDER BY number DESC LIMIT ?"
        return [row[0] for row in self._rows(sql, (count,))]

    def _known_article(self, article_id: str) -> Article | None:
        try:
            return self._article_by_id(article_id)
        except KeyError:
            return None

    def sample(self, count: int) -> NDArray[np.float32]:
        """At most `count` stored vectors spread evenly over the passages: (n, dimension), n may be 0."""
        first, last = self._rows("SELECT MIN(number), MAX(number) FROM passages")[0]
        if first is None:
            return np.empty((0, 0), np.float32)
        rows = [
            self._rows(
                "SELECT vector FROM passages WHERE number >= ? ORDER BY number LIMIT 1", (n,)
            )
            for n in dict.fromkeys(np.linspace(first, last, count).astype(int).tolist())
        ]
        sizes = [len(row[0][0]) for row in rows]
        size = max(set(sizes), key=sizes.count)  # a damaged one is of another
        return np.stack([np.frombuffer(r[0][0], "<f4") for r in rows if len(r[0][0]) == size])

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
        try:
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
        except (ValueError, TypeError):
            raise _damaged(self.file.parent, f"article {article_id} cannot be read") from None

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise _told(self.file.parent, error) from None


def _told(folder: Path, error: sqlite3.Error) -> StorageError:
    """What SQLite raised, in one line with the remedy."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in _OUTSIDE:
        return StorageError(
            f"{folder}: the catalog cannot be used ({error}); {_OUTSIDE[code]}, "
            "then run `python -m index sync`"
        )
    return _damaged(folder, str(error))


def _damaged(folder: Path, what: str) -> DamagedError:
    doubt(folder)
    return DamagedError(
        f"{folder}: the catalog is damaged ({what}); run `python -m index sync` to repair it"
    )


def _passage(article_id: str, ordinal: int, sentences: str, boilerplate: int) -> Passage | None:
    """The passage in a row, or None when the row makes none."""
    try:
        spans = _load_spans(sentences)
        start, end = spans[0].start, spans[-1].end
    except (ValueError, TypeError, IndexError):
        return None
    return Passage(article_id, ordinal, start, end, spans, bool(boilerplate))


def _load_refused(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((path, reason) for path, reason in json.loads(text))


def _iso(days: tuple[date, date] | None) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in days or ())


def _dump_spans(spans: Sequence[Span]) -> str:
    return json.dumps([(span.start, span.end) for span in spans], separators=(",", ":"))


def _load_spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(text))
