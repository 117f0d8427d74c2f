"""The articles and passages in an open catalog: read by id, path or passage, stored and dropped."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.catalog.database import Database
from index.catalog.full_text import FullText, Numbered
from index.catalog.records import Indexed, Origin, dump_spans, load_passage, load_spans
from index.catalog.selected_passages import condition_of
from index.catalog.selection import Selection
from index.text.article import Article, Passage

# A passage with its article and its vector.
Found = tuple[Passage, Article, NDArray[np.float32]]


class Articles:
    """Articles with their passages. `store` and `drop` run in the caller's transaction."""

    def __init__(self, db: Database, full_text: FullText) -> None:
        self._db = db
        self._full_text = full_text
        self._cached = lru_cache(maxsize=512)(self._load)

    def forget_cached(self) -> None:
        """Clear the cache after a write or when the file was replaced."""
        self._cached.cache_clear()

    def store(self, items: Sequence[Indexed]) -> None:
        """Add articles with their passages, vectors and words."""
        ids = [(item.article.id,) for item in items]
        self._db.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_row(item.article) for item in items],
        )
        self._db.executemany("DELETE FROM former WHERE id = ?", ids)
        # a damaged article row may have left some behind
        self._drop_passages([key for (key,) in ids])
        ((following,),) = self._db.rows("SELECT COALESCE(MAX(number), 0) + 1 FROM passages")
        numbered = list[tuple[Article, list[Numbered]]]()
        for item in items:
            numbered.append((item.article, list(enumerate(item.passages, following))))
            following += len(item.passages)
        self._db.executemany(
            "INSERT INTO passages (number, id, article_id, ordinal, sentences, boilerplate, vector) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    passage.id,
                    item.article.id,
                    passage.ordinal,
                    dump_spans(passage.sentences),
                    int(passage.boilerplate),
                    vector.astype("<f4").tobytes(),
                )
                for item, (_, passages) in zip(items, numbered, strict=True)
                for (number, passage), vector in zip(passages, item.vectors, strict=True)
            ],
        )
        self._full_text.add(numbered)

    def drop(self, article_ids: Sequence[str]) -> None:
        """Remove articles with their passages, vectors and words; `find` still knows their content."""
        ids = [(article_id,) for article_id in article_ids]
        self._drop_passages(article_ids)
        self._db.executemany(
            "INSERT INTO former SELECT id, sha256, characters FROM articles WHERE id = ? "
            "ON CONFLICT (id) DO UPDATE SET sha256 = excluded.sha256, characters = excluded.characters",
            ids,
        )
        self._db.executemany("DELETE FROM articles WHERE id = ?", ids)

    def _drop_passages(self, article_ids: Sequence[str]) -> None:
        self._full_text.drop(article_ids)
        self._db.executemany(
            "DELETE FROM passages WHERE article_id = ?", [(key,) for key in article_ids]
        )

    def counts(self) -> tuple[int, int]:
        """The number of articles and the number of passages."""
        sql = "SELECT (SELECT COUNT(*) FROM articles), (SELECT COUNT(*) FROM passages)"
        rows = self._db.rows(sql)
        return int(rows[0][0]), int(rows[0][1])

    def characters(self) -> int:
        """The total length of all article texts, in code points."""
        return int(self._db.rows("SELECT COALESCE(SUM(characters), 0) FROM articles")[0][0])

    def ids_by_file(self) -> dict[str, list[str]]:
        """File → ids of its articles, for every file that has any."""
        found: dict[str, list[str]] = {}
        for file, article_id in self._db.rows("SELECT file, id FROM articles ORDER BY file, id"):
            found.setdefault(file, []).append(article_id)
        return found

    def load(self, article_id: str) -> Article | None:
        """The article with this id, read from the file and not from the cache, or None."""
        try:
            return self._load(article_id)
        except KeyError:
            return None

    def at(self, path: str, sha256: str = "") -> Article | None:
        """The article at `path`, or None. With `sha256`, rather the one with this content, wherever it is."""
        rows = self._db.rows("SELECT id, sha256 FROM articles WHERE path = ?", (path,))
        if sha256 and not (rows and rows[0][1] == sha256):
            moved = self.ids_by_content(sha256)
            rows = [(moved[0], sha256)] if moved else rows
        return self._known(rows[0][0]) if rows else None

    def find(self, article_id: str) -> Article | None:
        """The article with this id, or with the content that the dropped one had; None if it is gone.

        So it finds an article whose file was renamed or moved.
        """
        if article := self.load(article_id):
            return article
        # of another length, the same bytes were read in another format: offsets would be wrong
        rows = self._db.rows(
            "SELECT articles.id FROM former JOIN articles USING (sha256, characters) "
            "WHERE former.id = ? ORDER BY path LIMIT 1",
            (article_id,),
        )
        return self._known(rows[0][0]) if rows else None

    def ids_by_content(self, sha256: str) -> list[str]:
        """The ids of the articles with this content, ordered by path."""
        sql = "SELECT id FROM articles WHERE sha256 = ? ORDER BY path"
        return [row[0] for row in self._db.rows(sql, (sha256,))]

    def all(self) -> tuple[Article, ...]:
        """Every article, ordered by path."""
        ids = [row[0] for row in self._db.rows("SELECT id FROM articles ORDER BY path")]
        return tuple(article for key in ids if (article := self._known(key)) is not None)

    def passages(self, ids: Sequence[str]) -> dict[str, Found]:
        """Id → (passage, article, vector) for those of `ids` that exist."""
        marks = ",".join("?" * len(ids))
        rows = self._db.rows(
            "SELECT id, article_id, ordinal, sentences, boilerplate, vector FROM passages "
            f"WHERE id IN ({marks})",
            tuple(ids),
        )
        found = {}
        for passage_id, article_id, ordinal, sentences, boilerplate, vector in rows:
            passage = load_passage(article_id, ordinal, sentences, boilerplate)
            if passage is None or len(vector) != len(rows[0][-1]) or len(vector) % 4:
                self._db.report_damage(f"passage {passage_id} cannot be read")
            article = self._known(article_id)
            if article is None:  # a writer removed it after the query above
                continue
            found[passage_id] = (passage, article, np.frombuffer(vector, dtype="<f4"))
        return found

    def passage_ids(self, article_ids: Sequence[str]) -> list[str]:
        """The ids of all passages of the given articles."""
        return [
            row[0]
            for article_id in article_ids
            for row in self._db.rows("SELECT id FROM passages WHERE article_id = ?", (article_id,))
        ]

    def among(self, ids: Sequence[str], selection: Selection) -> set[str]:
        """Those of the passages `ids` whose articles are selected."""
        condition = condition_of(selection, self._db)
        rows = self._db.rows(
            "SELECT p.id FROM passages p JOIN articles ON articles.id = p.article_id "
            f"WHERE p.id IN (SELECT value FROM {self._db.each}) AND {condition.sql}",
            (self._db.listed(ids), *condition.values),
        )
        return {row[0] for row in rows}

    def origins(self, ids: Sequence[str]) -> dict[str, Origin]:
        """Passage id → its article and date, for those of `ids` that exist."""
        rows = self._db.rows(
            "SELECT p.id, a.id, a.published FROM passages p JOIN articles a ON a.id = p.article_id "
            f"WHERE p.id IN ({','.join('?' * len(ids))})",
            tuple(ids),
        )
        return {
            key: Origin(article, self._db.day(day) if day else None) for key, article, day in rows
        }

    def _known(self, article_id: str) -> Article | None:
        try:
            return self._cached(article_id)
        except KeyError:
            return None

    def _load(self, article_id: str) -> Article:
        """Raises KeyError for an unknown id: an exception is not cached, so the article may appear later."""
        rows = self._db.rows(
            "SELECT path, sha256, title, text, published, publisher, boilerplate, pages, author, "
            "updated FROM articles WHERE id = ?",
            (article_id,),
        )
        if not rows:
            raise KeyError(article_id)
        path, sha256, title, text, published, publisher, boilerplate, pages, author, updated = rows[
            0
        ]
        try:
            return Article(
                path=path,
                sha256=sha256,
                title=title,
                text=text,
                published=date.fromisoformat(published) if published else None,
                publisher=publisher,
                boilerplate=load_spans(boilerplate),
                pages=tuple(json.loads(pages)),
                author=author,
                updated=date.fromisoformat(updated) if updated else None,
            )
        except (ValueError, TypeError):
            self._db.report_damage(f"article {article_id} cannot be read")


def _row(article: Article) -> tuple[object, ...]:
    return (
        article.id,
        article.path,
        article.file,
        article.sha256,
        article.title,
        _iso(article.published),
        article.publisher,
        article.text,
        dump_spans(article.boilerplate),
        json.dumps(article.pages),
        len(article.text),
        article.author,
        _iso(article.updated),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
