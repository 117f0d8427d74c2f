"""Verify and repair the catalog's file: SQLite's own check, rows without an article, raw passage rows."""

from collections.abc import Iterable
from itertools import chain

from index.catalog.articles import Articles
from index.catalog.database import Database
from index.catalog.full_text import FullText
from index.catalog.records import Stored, load_passage


class Health:
    """The checks that `index.sync.compare` makes, and the repair of the full-text index."""

    def __init__(self, db: Database, articles: Articles, full_text: FullText) -> None:
        self._db = db
        self._articles = articles
        self._full_text = full_text

    def faults(self) -> list[str]:
        """The errors that SQLite finds in the file, at most twenty. Raises StorageError."""
        self._full_text.touch()  # raises when a table cannot be opened at all
        lines = [str(row[0]) for row in self._db.rows("PRAGMA integrity_check(20)")]
        return [] if lines == ["ok"] else lines

    def orphans(self) -> list[str]:
        """The ids of missing articles that still have passages."""
        return [
            row[0]
            for row in self._db.rows(
                "SELECT DISTINCT article_id FROM passages "
                "WHERE article_id NOT IN (SELECT id FROM articles)"
            )
        ]

    def stored(self, article_id: str) -> list[Stored]:
        """The passage rows of one article in reading order, unverified."""
        return [
            Stored(
                number,
                key,
                load_passage(article_id, *rest),
                vector if isinstance(vector, bytes) else b"",
                title,
                body,
            )
            for number, key, *rest, vector, title, body in self._db.rows(
                "SELECT p.number, p.id, p.ordinal, p.sentences, p.boilerplate, p.vector, "
                "w.title, w.body FROM passages p LEFT JOIN words w ON w.rowid = p.number "
                "WHERE p.article_id = ? ORDER BY p.ordinal",
                (article_id,),
            )
        ]

    def rebuild_words(self, without: Iterable[str]) -> None:
        """Rebuild the full-text index from the articles, and drop the articles `without`."""
        with self._db.transaction():
            self._full_text.empty()
            for article_id in without:
                self._articles.drop(article_id)
            for article_id in chain.from_iterable(self._articles.ids_by_file().values()):
                article = self._articles.load(article_id)
                if article is None:
                    continue
                for row in self.stored(article_id):
                    if row.passage is not None:
                        self._full_text.add_passage(row.number, article, row.passage)
