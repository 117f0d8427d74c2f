"""Verify and repair the catalog: the database's own check, rows without an article, raw passage rows."""

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
        """The errors that the database finds in itself, at most twenty. Raises StorageError."""
        self._full_text.touch()  # raises when a table cannot be opened at all
        return self._db.faults()

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
        words = self._full_text.indexed(article_id)
        return [
            Stored(
                number,
                key,
                load_passage(article_id, *rest),
                vector if isinstance(vector, bytes) else b"",
                *words.get(number, (None, None)),
            )
            for number, key, *rest, vector in self._db.rows(
                "SELECT number, id, ordinal, sentences, boilerplate, vector FROM passages "
                "WHERE article_id = ? ORDER BY ordinal",
                (article_id,),
            )
        ]

    def rebuild_words(self, without: Iterable[str]) -> None:
        """Rebuild the full-text index from the articles, and drop the articles `without`."""
        with self._db.transaction():
            self._full_text.empty()
            self._articles.drop(list(without))
            for article_id in chain.from_iterable(self._articles.ids_by_file().values()):
                article = self._articles.load(article_id)
                if article is not None:
                    rows = self.stored(article_id)
                    numbered = [(row.number, row.passage) for row in rows if row.passage]
                    self._full_text.add([(article, numbered)])
