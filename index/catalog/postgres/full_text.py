"""The full-text index in PostgreSQL: its own index of arrays (GIN) finds the rows, BM25 ranks them.

PostgreSQL's own ranking knows no BM25, so the scores are computed from counts that are stored with each
text, as FTS5 computes them, to the last bit.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.catalog.full_text import (
    TIES,
    TITLE_WEIGHTS,
    FullText,
    Matches,
    Numbered,
    rare_and_frequent,
    usable,
    words_in_a_row,
)
from index.catalog.postgres.bm25 import bm25
from index.catalog.postgres.database import PostgresDatabase
from index.catalog.postgres.terms import Term, any_of, read_terms
from index.catalog.postgres.tokens import Tokenizer
from index.catalog.postgres.words import Words
from index.catalog.selected_passages import Condition, SelectedPassages, condition_of
from index.catalog.selection import EVERYTHING, Days, Selection
from index.text.article import Article

_FEW = 2_000  # passages of a selection that are named one by one
# Rare terms, then frequent ones; see `rare_and_frequent`.
Plan = tuple[tuple[Term, ...], tuple[Term, ...]]
_COLUMNS = 500  # terms scored in one statement; PostgreSQL allows about 1,600 columns


class PostgresFullText(FullText):
    """A FullText; see `index.catalog.full_text`."""

    def __init__(self, db: PostgresDatabase, selected: SelectedPassages) -> None:
        self._db = db
        self._selected = selected
        self._tokenizer = Tokenizer()
        self._words = Words(db, self._tokenizer)
        self._planned = lru_cache(maxsize=8)(self._plan)  # a question is searched several times

    def add(self, items: Sequence[tuple[Article, Sequence[Numbered]]]) -> None:
        """Index passages, and whole articles."""
        self._words.add(items)

    def drop(self, article_ids: Sequence[str]) -> None:
        """Remove the words of articles."""
        self._words.drop(article_ids)

    def empty(self) -> None:
        """Empty the tables."""
        self._words.empty()

    def touch(self) -> None:
        """Raises StorageError when a table cannot be read at all."""
        for table in TITLE_WEIGHTS:
            self._db.rows(f"SELECT number FROM {table} LIMIT 1")

    def agrees(self) -> bool:
        """True when it has one row for each passage and one for each article, and counts them right."""
        return self._words.agrees()

    def indexed(self, article_id: str) -> dict[int, tuple[str, str]]:
        """Number → title and body of the passages that are indexed."""
        return self._words.indexed(article_id)

    def story(self, article_id: str) -> tuple[str, str] | None:
        """The title and text of a whole article if it is indexed, or None."""
        rows = self._db.rows(
            "SELECT title, text FROM articles WHERE id = ? AND EXISTS (SELECT 1 FROM stories "
            "JOIN passages USING (number) WHERE article_id = articles.id)",
            (article_id,),
        )
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def containing(self, phrase: str, within: Selection = EVERYTHING) -> list[tuple[str, str, str]]:
        """Id, title and text of every article in `within` with the words of `phrase` in a row."""
        words = words_in_a_row(phrase)
        if not words:
            return []
        (term,) = read_terms(self._db, self._tokenizer, [f'"{words}"'])
        kept = condition_of(within, self._db)
        return self._db.rows(
            "SELECT articles.id, articles.title, articles.text FROM stories "
            "JOIN passages p USING (number) JOIN articles ON articles.id = p.article_id "
            f"WHERE {term.match.sql} AND {kept.sql} ORDER BY articles.id",
            (*term.match.values, *kept.values),
        )

    def _ranked(
        self,
        table: str,
        name: str,
        words: Sequence[str],
        k: int,
        days: Days | None,
        within: Selection,
    ) -> Matches:
        rare, frequent = self._planned(tuple(words), within, self._db.version())
        if not rare:
            return Matches([], [])
        numbers, scores = self._scored(table, rare, frequent, within)
        lists = [np.ones(len(numbers), bool)]
        if days:
            lists.append(self._only(numbers, within.during(days)))
        # ascending numbers, so that equal scores are cut where SQLite cuts them
        best = [
            chosen[np.argsort(-scores[chosen], kind="stable")[: k + TIES]]
            for chosen in map(np.flatnonzero, lists)
        ]
        names = dict(
            self._db.rows(
                f"SELECT number, {name} FROM passages WHERE number = ANY (?::int[])",
                (sorted({number for chosen in best for number in numbers[chosen].tolist()}),),
            )
        )
        every, *timely = (
            sorted(
                (
                    (names[number], score)
                    for number, score in zip(
                        numbers[chosen].tolist(), scores[chosen].tolist(), strict=True
                    )
                    if number in names  # a writer may have removed it meanwhile
                ),
                key=lambda one: (-one[1], one[0]),
            )[:k]
            for chosen in best
        )
        return Matches(every, timely[0] if timely else [])

    def _scored(
        self, table: str, rare: Sequence[Term], frequent: Sequence[Term], within: Selection
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The numbers of the rows with a rare term, ascending, with their scores."""
        match, kept = any_of(rare), self._kept(within)
        terms = [*rare, *frequent]
        rows = list[tuple[Any, ...]]()
        for at in range(0, len(terms), _COLUMNS):
            columns = [term.column for term in terms[at : at + _COLUMNS]]
            more = self._db.rows(
                f"SELECT number, length, {', '.join(column.sql for column in columns)} FROM {table} "
                f"WHERE {match.sql} AND {kept.sql} ORDER BY number",
                (
                    *(value for column in columns for value in column.values),
                    *match.values,
                    *kept.values,
                ),
            )
            rows = (
                [(*one, *other[2:]) for one, other in zip(rows, more, strict=False)] if at else more
            )
        numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        mask = self._only(numbers, within)
        rows = [row for row, wanted in zip(rows, mask.tolist(), strict=True) if wanted]
        return numbers[mask], bm25(rows, terms, self._hits(table, terms), self._size(table), table)

    def _plan(self, words: tuple[str, ...], within: Selection, version: object) -> Plan:
        asked = usable(words)
        terms = dict(zip(asked, read_terms(self._db, self._tokenizer, asked), strict=True))
        terms = {word: term for word, term in terms.items() if term.parts and all(term.parts)}
        counts = (
            [self._count(term, within) for term in terms.values()]
            if within
            else self._hits("stories", list(terms.values()))
        )
        rare, frequent = rare_and_frequent(
            list(zip(counts, terms, strict=True)), self._selected.articles(within)
        )
        return tuple(terms[word] for word in rare), tuple(terms[word] for word in frequent)

    def _hits(self, table: str, terms: Sequence[Term]) -> list[int]:
        """The number of rows of `table` with each term."""
        return [
            counted[table]
            if (counted := dict(term.counted))
            else int(
                self._db.rows(
                    f"SELECT COUNT(*) FROM {table} WHERE {term.match.sql}", term.match.values
                )[0][0]
            )
            for term in terms
        ]

    def _count(self, term: Term, within: Selection) -> int:
        """The number of selected articles with a term."""
        kept = self._kept(within)
        rows = self._db.rows(
            f"SELECT number FROM stories WHERE {term.match.sql} AND {kept.sql}",
            (*term.match.values, *kept.values),
        )
        numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        return int(self._only(numbers, within).sum())

    def _size(self, table: str) -> tuple[int, int]:
        ((texts, tokens),) = self._db.rows(
            "SELECT texts, tokens FROM sizes WHERE kind = ?", (table,)
        )
        return texts, tokens

    def _kept(self, within: Selection) -> Condition:
        """Names the rows of a small selection, so that no other is read; `_only` leaves out the rest."""
        if not within or (bitmap := self._selected.bitmap(within)).sum() > _FEW:
            return Condition("TRUE", ())
        return Condition("number = ANY (?::int[])", (np.flatnonzero(bitmap).tolist(),))

    def _only(self, numbers: NDArray[np.int64], within: Selection) -> NDArray[np.bool_]:
        """True for the numbers of selected passages."""
        if not within:
            return np.ones(len(numbers), bool)
        bitmap = self._selected.bitmap(within)
        kept = numbers < len(bitmap)
        kept[kept] = bitmap[numbers[kept]] == 1
        return kept
