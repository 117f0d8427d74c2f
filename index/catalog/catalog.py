"""The catalog: files, articles, passages, vectors, full-text index, in one SQLite file. It is the truth.

Chroma is a fast copy of the vectors kept here under the same ids. One process writes (the lock in
index/chroma/lock.py sees to it); any number read, each from a consistent state (WAL).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog.condition import means
from index.catalog.database import Database
from index.catalog.full_text import FILL_STORIES, SCHEMA, STORIES, FullText
from index.catalog.listing import INDEX, Browsing
from index.catalog.selected import Chosen
from index.catalog.selection import EVERYTHING, Selection
from index.chroma.seal import CATALOG
from index.text.article import Article, Passage, Span

SCHEMA_VERSION = 4
# What makes a file of one version one of the next.
_UPGRADES = {
    2: f"{STORIES}; {FILL_STORIES};",
    3: "ALTER TABLE articles ADD COLUMN characters INTEGER NOT NULL DEFAULT 0; "
    "UPDATE articles SET characters = length(text); "
    f"DROP INDEX articles_by_day; {INDEX};",
}
FILE_NAME = CATALOG
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, limits TEXT NOT NULL, refused TEXT NOT NULL,
    state TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, file TEXT NOT NULL, sha256 TEXT NOT NULL,
    title TEXT NOT NULL, published TEXT, publisher TEXT, text TEXT NOT NULL,
    boilerplate TEXT NOT NULL, pages TEXT NOT NULL, characters INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_by_file ON articles (file);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL, sentences TEXT NOT NULL, boilerplate INTEGER NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_id, ordinal);
"""
# The limits of a file whose articles were made by another recipe.
OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file of the corpus as it was when it was last read, whether or not any article came of it.

    `sha256` is of its bytes, `limits` the fingerprint of the limits it was read within, and `refused`
    holds (path, reason) of what in it, or of the file itself, is no article. While its `state`
    (see index/sync/survey.py) is the same it need not be read again; "" tells nothing.
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
class Origin:
    """The article that a passage belongs to: its id, and the day it was published, if that is known."""

    article_id: str
    published: date | None


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
        self._db = Database(
            self.file, f"{_SCHEMA} {INDEX}; {SCHEMA}", SCHEMA_VERSION, _UPGRADES, create=create
        )
        self.chosen = Chosen(self._db)
        self.browsing = Browsing(self._db, self.chosen)
        self.full_text = FullText(self._db, self.chosen)
        self._rows, self._transaction = self._db.rows, self._db.transaction
        self._article_by_id = lru_cache(maxsize=512)(self._load_article)

    def follow(self) -> bool:
        """Opens the file again when another has taken its place: True when one had."""
        moved = self._db.follow()
        if moved:
            self._article_by_id.cache_clear()
        return moved

    def close(self) -> None:
        """Closes the file; the catalog cannot be used afterwards."""
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
        self.full_text.drop_article(article_id)
        self._db.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))

    def _store(self, item: Indexed) -> None:
        article = item.article
        self._db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                len(article.text),
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
            self.full_text.add_passage(number, article, passage)

    def rebuild_words(self, without: Iterable[str]) -> None:
        """Makes the full-text index again from the articles, and drops those with ids `without`."""
        with self._transaction():
            self.full_text.empty()
            for article_id in without:
                self._drop(article_id)
            for article_id in chain.from_iterable(self.article_ids().values()):
                article = self._load_article(article_id)
                for row in self.stored(article.id):
                    if row.passage is not None:
                        self.full_text.add_passage(row.number, article, row.passage)

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

    def characters(self) -> int:
        """How long the texts of all articles are together, in code points."""
        return int(self._rows("SELECT COALESCE(SUM(characters), 0) FROM articles")[0][0])

    def files(self) -> dict[str, KnownFile]:
        """Path → every file that was read, those included that no article came of."""
        rows = self._rows("SELECT path, sha256, limits, refused, state FROM files")
        try:
            return {
                path: KnownFile(path, sha256, limits, _load_refused(refused), state)
                for path, sha256, limits, refused, state in rows
            }
        except (ValueError, TypeError):
            raise self._db.damaged("the files that were read") from None

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
                raise self._db.damaged(f"passage {passage_id} cannot be read")
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
        self.full_text.touch()  # raises where it cannot be opened at all
        told = [str(row[0]) for row in self._rows("PRAGMA integrity_check(20)")]
        return [] if told == ["ok"] else told

    def newest(self, within: Selection = EVERYTHING) -> date | None:
        """The last day on which an article, of those of `within`, was published, or None."""
        days = self.browsing.span(within)
        return days[1] if days else None

    def among(self, ids: Sequence[str], selection: Selection) -> set[str]:
        """Those of the passages `ids` whose articles are meant."""
        meant = means(selection)
        rows = self._rows(
            "SELECT p.id FROM passages p JOIN articles ON articles.id = p.article_id "
            f"WHERE p.id IN (SELECT value FROM json_each(?)) AND {meant.sql}",
            (json.dumps(ids), *meant.values),
        )
        return {row[0] for row in rows}

    def origins(self, ids: Sequence[str]) -> dict[str, Origin]:
        """Passage id → where it comes from, for those of `ids` that exist."""
        rows = self._rows(
            "SELECT p.id, a.id, a.published FROM passages p JOIN articles a ON a.id = p.article_id "
            f"WHERE p.id IN ({','.join('?' * len(ids))})",
            tuple(ids),
        )
        return {
            key: Origin(article, self._db.day(day) if day else None) for key, article, day in rows
        }

    def vectors_of(
        self, numbers: Sequence[int], batch: int = 20_000
    ) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """Ids and vectors, shape (n, dimension), of the passages with these numbers, batch by batch."""
        for at in range(0, len(numbers), batch):
            sql = "SELECT id, vector FROM passages WHERE number IN (SELECT value FROM json_each(?))"
            rows = self._rows(sql, (json.dumps(numbers[at : at + batch]),))
            yield self._stacked([(key, vector) for key, vector in rows])

    def vectors(self, batch: int = 1000) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """All passage ids with their vectors, shape (n, dimension), in batches of at most `batch`."""
        last = -1
        while rows := self._rows(
            "SELECT number, id, vector FROM passages WHERE number > ? ORDER BY number LIMIT ?",
            (last, batch),
        ):
            last = rows[-1][0]
            yield self._stacked([(key, vector) for _, key, vector in rows])

    def _stacked(self, rows: Sequence[tuple[str, bytes]]) -> tuple[list[str], NDArray[np.float32]]:
        """Rows of id and vector as the ids and a matrix; DamagedError when one is of another length."""
        if len({len(vector) for _, vector in rows}) > 1:
            raise self._db.damaged(f"a vector among {rows[0][0]} … {rows[-1][0]}")
        vectors = [np.frombuffer(vector, "<f4") for _, vector in rows]
        return [key for key, _ in rows], np.stack(vectors) if rows else np.empty((0, 0), np.float32)

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
            raise self._db.damaged(f"article {article_id} cannot be read") from None


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


def _dump_spans(spans: Sequence[Span]) -> str:
    return json.dumps([(span.start, span.end) for span in spans], separators=(",", ":"))


def _load_spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(text))
