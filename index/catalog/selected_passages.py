"""A Selection in SQL: as a condition on `articles`, and as a bitmap by passage number, cached.

This module knows the tables of the catalog and not what is searched among the passages.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.catalog.database import Database
from index.catalog.selection import Selection

_CACHED = 8  # selections, one byte for each passage of the catalog
_HIGHEST = 100_000_000  # passage number: ten million articles
# The text in which the words of a selection are searched.
_SEARCHED = (
    "(articles.title || ' ' || COALESCE(articles.publisher, '') || ' ' || COALESCE(articles.author, '') "
    "|| ' ' || articles.path)"
)
_WILDCARD = re.compile("[%_!]")  # special characters of LIKE, and the escape character used here
# One of the names that an article's author holds, with commas between them.
_BY_AUTHOR = "instr(', ' || articles.author || ', ', ', ' || value || ', ') > 0"


class Condition(NamedTuple):
    """A piece of SQL and the values to bind to its placeholders, in order."""

    sql: str
    values: tuple[Any, ...]


def condition_of(selection: Selection, db: Database) -> Condition:
    """True for the rows of `articles` that are selected: the one place that defines which these are."""
    parts = list[Condition]()
    listed = f"IN (SELECT value FROM {db.each})"
    by_author = f"EXISTS (SELECT 1 FROM {db.each} WHERE {_BY_AUTHOR})"
    if selection.publishers:
        parts.append(
            Condition(f"articles.publisher {listed}", (db.listed(sorted(selection.publishers)),))
        )
    if selection.authors:
        parts.append(Condition(by_author, (db.listed(sorted(selection.authors)),)))
    if selection.since:
        parts.append(Condition("articles.published >= ?", (selection.since.isoformat(),)))
    if selection.until:
        parts.append(Condition("articles.published <= ?", (selection.until.isoformat(),)))
    if selection.ids:
        parts.append(Condition(f"articles.id {listed}", (db.listed(sorted(selection.ids)),)))
    parts += [_contains(word, db.like) for word in selection.words.split()]
    return Condition(
        " AND ".join(part.sql for part in parts) or "TRUE",
        tuple(value for part in parts for value in part.values),
    )


def _contains(word: str, like: str) -> Condition:
    """True where `word` occurs, also inside longer words. `like` ignores case only in ASCII."""
    escaped = _WILDCARD.sub(r"!\g<0>", word)
    spellings = escaped, escaped.lower(), escaped.upper(), escaped.capitalize()
    cases = spellings[:1] if word.isascii() else tuple(dict.fromkeys(spellings))
    either = " OR ".join([f"{_SEARCHED} {like} ? ESCAPE '!'"] * len(cases))
    return Condition(f"({either})", tuple(f"%{case}%" for case in cases))


class SelectedPassages:
    """The selected articles of an open catalog, counted, and their passages by number."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._cached = lru_cache(maxsize=_CACHED)(self._load)

    def articles(self, selection: Selection) -> int:
        """The number of selected articles."""
        condition = condition_of(selection, self._db)
        sql = f"SELECT COUNT(*) FROM articles WHERE {condition.sql}"
        return int(self._db.rows(sql, condition.values)[0][0])

    def numbers(self, selection: Selection) -> list[int]:
        """The numbers of the selected passages, ascending."""
        found: list[int] = np.flatnonzero(self.bitmap(selection)).tolist()
        return found

    def bitmap(self, selection: Selection) -> NDArray[np.uint8]:
        """1 at the number of each selected passage; it ends at the highest of them."""
        return self._cached(selection, self._db.version())

    def _load(self, selection: Selection, version: object) -> NDArray[np.uint8]:
        condition = condition_of(selection, self._db)
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
