"""What a selection holds: how many articles, and their passages, marked once for SQL to look up by number.

It knows the tables of the catalog and nothing of what is searched among the passages.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.catalog.condition import Condition, means
from index.catalog.database import Database
from index.catalog.selection import Selection

_REMEMBERED = 8  # selections, a byte for each passage of the catalog
_HIGHEST = 100_000_000  # number of a passage: ten million articles


class Chosen:
    """How much of an open catalog is meant, and which passages, by the numbers they have there."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known = lru_cache(maxsize=_REMEMBERED)(self._marks)

    def only(self, column: str, selection: Selection) -> Condition:
        """True where the passage whose number is in `column` is meant.

        A list would have to be made anew by every statement: of 100,000 numbers it takes 100 ms.
        """
        if not selection:
            return Condition("TRUE", ())
        return Condition(f"substr(?, {column} + 1, 1) = x'01'", (self._found(selection).tobytes(),))

    def articles(self, selection: Selection) -> int:
        """How many articles are meant."""
        meant = means(selection)
        sql = f"SELECT COUNT(*) FROM articles WHERE {meant.sql}"
        return int(self._db.rows(sql, meant.values)[0][0])

    def numbers(self, selection: Selection) -> list[int]:
        """The numbers of all that are meant, ascending."""
        found: list[int] = np.flatnonzero(self._found(selection)).tolist()
        return found

    def _found(self, selection: Selection) -> NDArray[np.uint8]:
        return self._known(selection, self._db.version())

    def _marks(self, selection: Selection, version: object) -> NDArray[np.uint8]:
        meant = means(selection)
        rows = self._db.rows(
            "SELECT number FROM passages WHERE article_id IN "
            f"(SELECT articles.id FROM articles WHERE {meant.sql})",
            meant.values,
        )
        numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        if numbers.min(initial=0) < 0 or numbers.max(initial=0) > _HIGHEST:
            raise self._db.damaged("the numbers of the passages")
        marks = np.zeros(int(numbers.max(initial=-1)) + 1, np.uint8)
        marks[numbers] = 1
        return marks
