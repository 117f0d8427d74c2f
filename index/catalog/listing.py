"""The catalog as a list: articles a page at a time, without their texts.

It reads only columns that an index covers, so that it never loads the texts.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from index.catalog.database import Database
from index.catalog.selected_passages import SelectedPassages, condition_of
from index.catalog.selection import EVERYTHING, Days, Selection

# Covers every column that a list is selected, sorted and counted by. Without it SQLite reads the rows with
# their texts: 130 to 870 ms instead of 15 for 15,000 articles.
INDEX = (
    "CREATE INDEX articles_listed ON articles "
    "(published, publisher, title, path, characters, author)"
)
ORDERS: Final = {
    "title": "lower(title)",
    "outlet": "publisher IS NULL, lower(publisher), published DESC NULLS LAST",
    "newest": "published DESC NULLS LAST",
    "oldest": "published IS NULL, published",
    "longest": "characters DESC",
    # joined, so that SQLite does not use the index of `path`, which covers nothing else
    "path": "path || ''",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One article in a list; `pages` is 0 for formats without pages."""

    id: str
    path: str
    title: str
    publisher: str | None
    author: str | None
    published: date | None
    characters: int
    passages: int
    pages: int


class Listing:
    """The list of articles in an open catalog."""

    def __init__(self, db: Database, selected: SelectedPassages) -> None:
        self._db = db
        self._selected = selected

    def browse(
        self, selection: Selection, order: str, offset: int, limit: int
    ) -> tuple[tuple[Listed, ...], int]:
        """Selected articles `offset` to `offset + limit` in one of ORDERS, and how many are selected."""
        condition = condition_of(selection, self._db)
        rows = self._db.rows(
            "SELECT page.id, path, title, publisher, author, published, characters, "
            "(SELECT COUNT(*) FROM passages WHERE article_id = page.id), "
            "(SELECT pages FROM articles WHERE id = page.id) "
            "FROM (SELECT id, path, title, publisher, author, published, characters FROM articles "
            f"WHERE {condition.sql} ORDER BY {ORDERS[order]}, path LIMIT ? OFFSET ?) page",
            (*condition.values, limit, offset),
        )
        return tuple(self._listed(*row) for row in rows), self._selected.articles(selection)

    def publishers(self) -> tuple[tuple[str, int], ...]:
        """Every outlet with its number of articles, largest first."""
        rows = self._db.rows(
            "SELECT publisher, COUNT(*) FROM articles WHERE publisher IS NOT NULL "
            "GROUP BY publisher ORDER BY COUNT(*) DESC, publisher"
        )
        return tuple((str(name), int(count)) for name, count in rows)

    def authors(self) -> tuple[tuple[str, int], ...]:
        """Every author with the number of articles, most first; who wrote one together counts alone too."""
        counts = Counter[str]()
        for names, count in self._db.rows(
            "SELECT author, COUNT(*) FROM articles WHERE author IS NOT NULL GROUP BY author"
        ):
            counts.update({name: int(count) for name in str(names).split(", ")})
        return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))

    def newest(self, within: Selection = EVERYTHING) -> date | None:
        """The latest date of publication among the articles of `within`, or None."""
        days = self.span(within)
        return days[1] if days else None

    def span(self, within: Selection = EVERYTHING) -> Days | None:
        """The earliest and latest date of publication among the articles of `within`, or None."""
        condition = condition_of(within, self._db)
        sql = f"SELECT MIN(published), MAX(published) FROM articles WHERE {condition.sql}"
        first, last = self._db.rows(sql, condition.values)[0]
        return (self._db.day(first), self._db.day(last)) if first else None

    def _listed(
        self,
        key: str,
        path: str,
        title: str,
        publisher: str | None,
        author: str | None,
        published: str | None,
        characters: int,
        passages: int,
        pages: str,
    ) -> Listed:
        day = self._db.day(published) if published else None
        try:
            count = len(json.loads(pages))
        except (ValueError, TypeError):
            self._db.report_damage(f"article {key} cannot be read")
        return Listed(key, path, title, publisher, author, day, characters, passages, count)
