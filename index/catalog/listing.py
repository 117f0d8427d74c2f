"""The catalog as a list: which articles there are, a page at a time, without their texts.

It knows the columns of `articles`, and reads of all of them only what its index holds.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from index.catalog.condition import means
from index.catalog.database import Database
from index.catalog.selected import Chosen
from index.catalog.selection import EVERYTHING, Days, Selection

# Holds all that a list is selected, ordered and counted by. Without it each article's row is read, of which
# the text is most: 130 to 870 ms over 15,000 articles instead of 15.
INDEX = "CREATE INDEX articles_listed ON articles (published, publisher, title, path, characters)"
ORDERS: Final = {
    "title": "title COLLATE NOCASE",
    "outlet": "publisher IS NULL, publisher COLLATE NOCASE, published DESC",
    "newest": "published DESC",
    "oldest": "published IS NULL, published",
    "longest": "characters DESC",
    "path": "+path",  # without the plus its own index is used, and each row is read
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One article in a list; `pages` is 0 where its format has none."""

    id: str
    path: str
    title: str
    publisher: str | None
    published: date | None
    characters: int
    passages: int
    pages: int


class Browsing:
    """The list within an open catalog."""

    def __init__(self, db: Database, chosen: Chosen) -> None:
        self._db = db
        self._chosen = chosen

    def browse(
        self, selection: Selection, order: str, offset: int, limit: int
    ) -> tuple[tuple[Listed, ...], int]:
        """Articles `offset` to `offset + limit` of those meant, in one of ORDERS, and how many are meant."""
        meant = means(selection)
        rows = self._db.rows(
            "SELECT page.id, path, title, publisher, published, characters, "
            "(SELECT COUNT(*) FROM passages WHERE article_id = page.id), "
            "(SELECT json_array_length(pages) FROM articles WHERE id = page.id) "
            "FROM (SELECT id, path, title, publisher, published, characters FROM articles "
            f"WHERE {meant.sql} ORDER BY {ORDERS[order]}, path LIMIT ? OFFSET ?) page",
            (*meant.values, limit, offset),
        )
        return tuple(self._listed(*row) for row in rows), self._chosen.articles(selection)

    def publishers(self) -> tuple[tuple[str, int], ...]:
        """Every outlet with the number of its articles, those with most first."""
        rows = self._db.rows(
            "SELECT publisher, COUNT(*) FROM articles WHERE publisher IS NOT NULL "
            "GROUP BY publisher ORDER BY COUNT(*) DESC, publisher"
        )
        return tuple((str(name), int(count)) for name, count in rows)

    def span(self, within: Selection = EVERYTHING) -> Days | None:
        """The first and the last day on which an article of `within` was published; None without any."""
        meant = means(within)
        sql = f"SELECT MIN(published), MAX(published) FROM articles WHERE {meant.sql}"
        first, last = self._db.rows(sql, meant.values)[0]
        return (self._db.day(first), self._db.day(last)) if first else None

    def _listed(
        self,
        key: str,
        path: str,
        title: str,
        publisher: str | None,
        published: str | None,
        characters: int,
        passages: int,
        pages: int,
    ) -> Listed:
        day = self._db.day(published) if published else None
        return Listed(key, path, title, publisher, day, characters, passages, pages)
