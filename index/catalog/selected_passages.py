"""The passages of a selection as a bitmap by passage number, cached, so that SQL can filter by it.

This module knows the tables of the catalog and not what is searched among the passages.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.catalog.condition import Condition, condition_of
from index.catalog.database import Database
from index.catalog.selection import Selection

_CACHED = 8  # selections, one byte for each passage of the catalog
_HIGHEST = 100_000_000  # passage number: ten million articles


class SelectedPassages:
    """The selected articles of an open catalog, counted, and their passages by number."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._cached = lru_cache(maxsize=_CACHED)(self._load)

    def only(self, column: str, selection: Selection) -> Condition:
        """True where the passage whose number is in `column` is selected.

        A bitmap, because SQLite would parse a list again in every statement: 100 ms for 100,000 numbers.
        """
        if not selection:
            return Condition("TRUE", ())
        bitmap = self._bitmap(selection).tobytes()
        return Condition(f"substr(?, {column} + 1, 1) = x'01'", (bitmap,))

    def articles(self, selection: Selection) -> int:
        """The number of selected articles."""
        condition = condition_of(selection)
        sql = f"SELECT COUNT(*) FROM articles WHERE {condition.sql}"
        return int(self._db.rows(sql, condition.values)[0][0])

    def numbers(self, selection: Selection) -> list[int]:
        """The numbers of the selected passages, ascending."""
        found: list[int] = np.flatnonzero(self._bitmap(selection)).tolist()
        return found

    def _bitmap(self, selection: Selection) -> NDArray[np.uint8]:
        return self._cached(selection, self._db.version())

    def _load(self, selection: Selection, version: object) -> NDArray[np.uint8]:
        condition = condition_of(selection)
        rows = self._db.rows(
            "SELECT number FROM passages WHERE article_id IN "
            f"(SELECT articles.id FROM articles WHERE {condition.sql})",
            condition.values,
        )
        numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        if numbers.min(initial=0) < 0 or numbers.max(initial=0) > _HIGHEST:
            self._db.report_damage("the numbers of the passages")
        bitmap = np.zeros(int(numbers.max(initial=-1)) + 1, np.uint8)
        bitmap[numbers] = 1
        return bitmap
