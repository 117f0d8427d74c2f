"""The full-text index: passages, and whole articles, ranked by a question's words.

It lies in the catalog's file and asks SQLite's FTS5. An article's row bears the number of its first passage.
"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from index.catalog.condition import Condition
from index.catalog.database import Database
from index.catalog.selected import Chosen
from index.catalog.selection import EVERYTHING, Days, Selection
from index.errors import DamagedError
from index.text.article import Article, Passage
from index.text.passages import passage_body, passage_title

TOKENS = "tokenize = 'porter unicode61 remove_diacritics 2'"
STORIES = f"CREATE VIRTUAL TABLE stories USING fts5 (title, body, {TOKENS})"
SCHEMA = f"CREATE VIRTUAL TABLE words USING fts5 (title, body, {TOKENS}); {STORIES};"
FILL_STORIES = (
    "INSERT INTO stories (rowid, title, body) SELECT p.number, a.title, a.text "
    "FROM articles a JOIN passages p ON p.article_id = a.id AND p.ordinal = 0"
)
# What FTS5 can be asked for between quotation marks: it ends a query at a NUL, and takes only UTF-8.
_WORD = re.compile(r"\A(?=.*\w)[^\"\0\ud800-\udfff]+\Z", re.DOTALL)
# A word of a title tells more about what a passage is on than one of its body; a whole article has more
# of them to outweigh.
_TITLE_WEIGHTS = {"words": 1.5, "stories": 3.0}
# Articles with one of the rarest words of a question that are scored, or their passages. Over 15,000
# articles and 150 questions 3,000 give 0.99 and 1,500 give 0.96 of the ten best passages of all, in a
# fifth and a seventh of the time.
_MOST_SCORED = 2_000
# Words that more than this share of a large archive's articles have tell nothing and cost most: without
# them the two rankings took 25 instead of 44 ms over 15,000 articles, and ranked as well.
_COMMON = 0.35
_TIES = 50  # rows of equal score that may stand at the end of a ranking before their ids decide


class Matches(NamedTuple):
    """What matches best of all, or of the selection, and what of the days asked about in it.

    Ids with BM25 scores, best first.
    """

    every: list[tuple[str, float]]
    timely: list[tuple[str, float]]


class FullText:
    """The full-text index within an open catalog. Writing is part of the caller's transaction."""

    def __init__(self, db: Database, chosen: Chosen) -> None:
        self._db = db
        self._chosen = chosen
        self._planned = lru_cache(maxsize=8)(self._queries)  # a question asks several times

    def add_passage(self, number: int | None, article: Article, passage: Passage) -> None:
        """Indexes a passage under its number, and with an article's first passage the whole article."""
        words = (number, passage_title(article, passage), passage_body(article, passage))
        self._db.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", words)
        if passage.ordinal == 0:
            self._db.execute(
                "INSERT INTO stories (rowid, title, body) VALUES (?, ?, ?)",
                (number, article.title, article.text),
            )

    def drop_article(self, article_id: str) -> None:
        """Forgets the words of an article, while its passages are still there."""
        for table in _TITLE_WEIGHTS:
            self._db.execute(
                f"DELETE FROM {table} WHERE rowid IN "
                "(SELECT number FROM passages WHERE article_id = ?)",
                (article_id,),
            )

    def empty(self) -> None:
        """Makes the tables anew, with nothing in them, whatever is left of the old ones."""
        for table in _TITLE_WEIGHTS:
            self._db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in SCHEMA.split(";")[:-1]:
            self._db.execute(statement)

    def touch(self) -> None:
        """Raises StorageError when one of the tables does not answer at all."""
        for table in _TITLE_WEIGHTS:
            self._db.rows(f"SELECT rowid FROM {table} LIMIT 1")

    def story(self, article_id: str) -> tuple[str, str] | None:
        """Title and text of a whole article as they are indexed, or None."""
        rows = self._db.rows(
            "SELECT title, body FROM stories WHERE rowid = "
            "(SELECT number FROM passages WHERE article_id = ? AND ordinal = 0)",
            (article_id,),
        )
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def agrees(self) -> bool:
        """True when it is whole and has one row for each passage, and one for each article."""
        try:
            with self._db.transaction():
                for table in _TITLE_WEIGHTS:
                    self._db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
            amiss = self._db.rows(
                "SELECT (SELECT COUNT(*) FROM words WHERE rowid NOT IN (SELECT number FROM passages))"
                " + (SELECT COUNT(*) FROM passages WHERE number NOT IN (SELECT rowid FROM words))"
                " + (SELECT COUNT(*) FROM passages"
                " WHERE ordinal = 0 AND number NOT IN (SELECT rowid FROM stories))"
                " + (SELECT COUNT(*) FROM stories"
                " WHERE rowid NOT IN (SELECT number FROM passages WHERE ordinal = 0))"
            )
        except DamagedError:
            return False
        return amiss == [(0,)]

    def passages(
        self,
        words: Sequence[str],
        k: int,
        days: Days | None = None,
        within: Selection = EVERYTHING,
    ) -> Matches:
        """The `k` passages of articles of `within` that match any of `words` best, best first.

        With `days` also the `k` best of those published then. The score is SQLite FTS5's bm25()
        (k1 = 1.2, b = 0.75) with its sign turned, so higher is better.
        """
        return self._ranked("words", "p.id", words, k, days, within)

    def articles(
        self,
        words: Sequence[str],
        k: int,
        days: Days | None = None,
        within: Selection = EVERYTHING,
    ) -> Matches:
        """The `k` articles that match any of `words` best as a whole, by id; otherwise as `passages`."""
        return self._ranked("stories", "p.article_id", words, k, days, within)

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
        score = f"bm25({table}, {_TITLE_WEIGHTS[table]}, 1.0)"
        kept = self._chosen.only("rowid", within)
        scored = " UNION ALL ".join(
            f"SELECT rowid AS number, {score} AS score FROM {table} WHERE {table} MATCH ? AND {kept.sql}"
            for _ in queries
        )
        # Scored once for both; ties at the end of a list are settled by id.
        lists = [Condition("TRUE", ())]
        if days:
            lists.append(self._chosen.only("number", within.during(days)))
        best = " UNION ALL ".join(
            f"SELECT {group} AS timely, {name} AS name, best FROM "
            f"(SELECT number, best FROM ranked WHERE {published} ORDER BY best LIMIT ?) "
            "JOIN passages p USING (number)"
            for group, (published, _) in enumerate(lists)
        )
        found = self._db.rows(
            # Materialised: bm25() works only where FTS5 itself is read.
            f"WITH scored AS MATERIALIZED ({scored}), ranked AS MATERIALIZED "
            f"(SELECT number, MIN(score) AS best FROM scored GROUP BY number) "
            f"{best} ORDER BY timely, best, name",
            (
                *(value for query in queries for value in (query, *kept.values)),
                *(value for _, values in lists for value in (*values, k + _TIES)),
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
        """FTS5 queries whose best scores together are the scores of the rows that matter.

        Scoring is what takes time: only rows with one of the rarest words are scored, by all the
        words that they have. What lacks all of those ranks low. A row without any of the frequent
        words has its score from the first query, the others from the second, which is higher. How
        many articles have a word tells also how rare it is in passages. Of a selection only its own
        articles count: what is rare elsewhere need not be rare in it.
        """
        terms = [f'"{word}"' for word in dict.fromkeys(words) if _WORD.search(word)]
        kept = self._chosen.only("rowid", within)
        counts = self._db.rows(
            f"SELECT (SELECT COUNT(*) FROM stories WHERE stories MATCH value AND {kept.sql}), value "
            "FROM json_each(?)",
            (*kept.values, json.dumps(terms)),
        )
        rare, total = list[str](), 0
        ordered = sorted((count, term) for count, term in counts if count)
        for count, term in ordered:
            if rare and total + count > _MOST_SCORED:
                break
            rare.append(term)
            total += count
        if not rare:
            return ()
        common = max(_MOST_SCORED, _COMMON * self._chosen.articles(within))
        frequent = [term for count, term in ordered[len(rare) :] if count <= common]
        anchor = f"({' OR '.join(rare)})"
        return (anchor, f"{anchor} AND ({' OR '.join(frequent)})") if frequent else (anchor,)
