"""The full-text index in SQLite's FTS5, in the catalog's file."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from index.catalog.database import Database
from index.catalog.full_text import (
    TIES,
    TITLE_WEIGHTS,
    TOKENS,
    FullText,
    Matches,
    Numbered,
    rare_and_frequent,
    usable,
    words_in_a_row,
)
from index.catalog.selected_passages import Condition, SelectedPassages
from index.catalog.selection import EVERYTHING, Days, Selection
from index.errors import DamagedError
from index.text.article import Article
from index.text.passages import passage_body, passage_title

STORIES: Final = f"CREATE VIRTUAL TABLE stories USING fts5 (title, body, {TOKENS})"
SCHEMA: Final = f"CREATE VIRTUAL TABLE words USING fts5 (title, body, {TOKENS}); {STORIES};"
FILL_STORIES: Final = (
    "INSERT INTO stories (rowid, title, body) SELECT p.number, a.title, a.text "
    "FROM articles a JOIN passages p ON p.article_id = a.id AND p.ordinal = 0"
)


class SqliteFullText(FullText):
    """A FullText; see `index.catalog.full_text`."""

    def __init__(self, db: Database, selected: SelectedPassages) -> None:
        self._db = db
        self._selected = selected
        self._planned = lru_cache(maxsize=8)(self._queries)  # a question is searched several times

    def add(self, items: Sequence[tuple[Article, Sequence[Numbered]]]) -> None:
        """Index passages, and whole articles."""
        for article, numbered in items:
            self._db.executemany(
                "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
                [
                    (number, passage_title(article, passage), passage_body(article, passage))
                    for number, passage in numbered
                ],
            )
            self._db.executemany(
                "INSERT INTO stories (rowid, title, body) VALUES (?, ?, ?)",
                [
                    (number, article.title, article.text)
                    for number, passage in numbered
                    if passage.ordinal == 0
                ],
            )

    def drop(self, article_ids: Sequence[str]) -> None:
        """Remove the words of articles."""
        for table in TITLE_WEIGHTS:
            self._db.executemany(
                f"DELETE FROM {table} WHERE rowid IN "
                "(SELECT number FROM passages WHERE article_id = ?)",
                [(article_id,) for article_id in article_ids],
            )

    def empty(self) -> None:
        """Create the tables again, empty, even when the old ones are damaged."""
        for table in TITLE_WEIGHTS:
            self._db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in SCHEMA.split(";")[:-1]:
            self._db.execute(statement)

    def touch(self) -> None:
        """Raises StorageError when a table cannot be read at all."""
        for table in TITLE_WEIGHTS:
            self._db.rows(f"SELECT rowid FROM {table} LIMIT 1")

    def indexed(self, article_id: str) -> dict[int, tuple[str, str]]:
        """Number → title and body as FTS5 has them."""
        rows = self._db.rows(
            "SELECT rowid, title, body FROM words WHERE rowid IN "
            "(SELECT number FROM passages WHERE article_id = ?)",
            (article_id,),
        )
        return {number: (title, body) for number, title, body in rows}

    def story(self, article_id: str) -> tuple[str, str] | None:
        """The indexed title and text of a whole article, or None."""
        rows = self._db.rows(
            "SELECT title, body FROM stories WHERE rowid = "
            "(SELECT number FROM passages WHERE article_id = ? AND ordinal = 0)",
            (article_id,),
        )
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def agrees(self) -> bool:
        """True when it is intact and has one row for each passage and one for each article."""
        try:
            with self._db.transaction():
                for table in TITLE_WEIGHTS:
                    self._db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
            mismatches = self._db.rows(
                "SELECT (SELECT COUNT(*) FROM words WHERE rowid NOT IN (SELECT number FROM passages))"
                " + (SELECT COUNT(*) FROM passages WHERE number NOT IN (SELECT rowid FROM words))"
                " + (SELECT COUNT(*) FROM passages"
                " WHERE ordinal = 0 AND number NOT IN (SELECT rowid FROM stories))"
                " + (SELECT COUNT(*) FROM stories"
                " WHERE rowid NOT IN (SELECT number FROM passages WHERE ordinal = 0))"
            )
        except DamagedError:
            return False
        return mismatches == [(0,)]

    def containing(self, phrase: str, within: Selection = EVERYTHING) -> list[tuple[str, str, str]]:
        """Id, title and text of every article in `within` with the words of `phrase` in a row."""
        words = words_in_a_row(phrase)
        if not words:
            return []
        kept = self._only("stories.rowid", within)
        found = self._db.rows(
            "SELECT a.id, a.title, a.text FROM stories JOIN passages p ON p.number = stories.rowid "
            f"JOIN articles a ON a.id = p.article_id WHERE stories MATCH ? AND {kept.sql}",
            (f'"{words}"', *kept.values),
        )
        return sorted(found)  # SQLite would carry the texts through its own sorting

    def _ranked(
        self,
        table: str,
        name: str,
        words: Sequence[str],
        k: int,
        days: Days | None,
        within: Selection,
    ) -> Matches:
        queries = self._planned(tuple(words), within, self._db.version())
        if not queries:
            return Matches([], [])
        score = f"bm25({table}, {TITLE_WEIGHTS[table]}, 1.0)"
        kept = self._only("rowid", within)
        scored = " UNION ALL ".join(
            f"SELECT rowid AS number, {score} AS score FROM {table} WHERE {table} MATCH ? AND {kept.sql}"
            for _ in queries
        )
        # Scored once for both lists; ids break ties at the end of a list.
        lists = [Condition("TRUE", ())]
        if days:
            lists.append(self._only("number", within.during(days)))
        best = " UNION ALL ".join(
            f"SELECT {group} AS timely, p.{name} AS name, best FROM "
            f"(SELECT number, best FROM ranked WHERE {published} ORDER BY best LIMIT ?) "
            "JOIN passages p USING (number)"
            for group, (published, _) in enumerate(lists)
        )
        found = self._db.rows(
            # MATERIALIZED, because bm25() works only directly on the FTS5 table.
            f"WITH scored AS MATERIALIZED ({scored}), ranked AS MATERIALIZED "
            f"(SELECT number, MIN(score) AS best FROM scored GROUP BY number) "
            f"{best} ORDER BY timely, best, name",
            (
                *(value for query in queries for value in (query, *kept.values)),
                *(value for _, values in lists for value in (*values, k + TIES)),
            ),
        )
        every, timely = (
            [(key, -score) for group, key, score in found if group == wanted][:k]
            for wanted in (0, 1)
        )
        return Matches(every, timely)

    def _queries(
        self, words: tuple[str, ...], within: Selection, version: object
    ) -> tuple[str, ...]:
        """FTS5 queries; the score of a row is the best that they give it.

        Scoring takes the time, so only rows with one of the rarest words are scored; the others would
        rank low. The first query scores the rare words alone, the second all words: a row that contains
        frequent words gets its higher score from the second.
        """
        terms = usable(words)
        kept = self._only("rowid", within)
        counts = self._db.rows(
            f"SELECT (SELECT COUNT(*) FROM stories WHERE stories MATCH value AND {kept.sql}), value "
            "FROM json_each(?)",
            (*kept.values, json.dumps(terms)),
        )
        rare, frequent = rare_and_frequent(counts, self._selected.articles(within))
        if not rare:
            return ()
        anchor = f"({' OR '.join(rare)})"
        return (anchor, f"{anchor} AND ({' OR '.join(frequent)})") if frequent else (anchor,)

    def _only(self, column: str, selection: Selection) -> Condition:
        """True where the passage whose number is in `column` is selected.

        A bitmap, because SQLite would parse a list again in every statement: 100 ms for 100,000 numbers.
        """
        if not selection:
            return Condition("TRUE", ())
        bitmap = self._selected.bitmap(selection).tobytes()
        return Condition(f"substr(?, {column} + 1, 1) = x'01'", (bitmap,))
