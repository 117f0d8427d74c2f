"""The full-text index: passages and whole articles, ranked by the words of a question.

It uses SQLite's FTS5 in the catalog's file. An article's row has the number of its first passage.
"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from index.catalog.condition import Condition
from index.catalog.database import Database
from index.catalog.selected_passages import SelectedPassages
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
# A word that FTS5 accepts between quotation marks: it ends a query at NUL, and takes only UTF-8.
_WORD = re.compile(r"\A(?=.*\w)[^\"\0\ud800-\udfff]+\Z", re.DOTALL)
# A word in the title says more about the topic than a word in the body; an article has a longer body, so
# its title weighs more.
_TITLE_WEIGHTS = {"words": 1.5, "stories": 3.0}
# At most so many articles with one of the rarest words of a question are scored, or their passages. Over
# 15,000 articles and 150 questions 3,000 give 0.99 and 1,500 give 0.96 of the true ten best passages, in a
# fifth and a seventh of the time.
_MOST_SCORED = 2_000
# In a large archive, words in more than this share of the articles cost most and tell nothing: without them
# the two rankings took 25 instead of 44 ms over 15,000 articles, and ranked as well.
_COMMON = 0.35
_TIES = 50  # extra rows with the last score that are read, so that ids can break the tie


class Matches(NamedTuple):
    """The best matches of the selection, and those published in the period of the question.

    Ids with BM25 scores, best first.
    """

    every: list[tuple[str, float]]
    timely: list[tuple[str, float]]


class FullText:
    """The full-text index of an open catalog. Writes run in the caller's transaction."""

    def __init__(self, db: Database, selected: SelectedPassages) -> None:
        self._db = db
        self._selected = selected
        self._planned = lru_cache(maxsize=8)(self._queries)  # a question is searched several times

    def add_passage(self, number: int | None, article: Article, passage: Passage) -> None:
        """Index a passage under its number, and the whole article with its first passage."""
        words = (number, passage_title(article, passage), passage_body(article, passage))
        self._db.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", words)
        if passage.ordinal == 0:
            self._db.execute(
                "INSERT INTO stories (rowid, title, body) VALUES (?, ?, ?)",
                (number, article.title, article.text),
            )

    def drop_article(self, article_id: str) -> None:
        """Remove the words of an article; call it before its passages are deleted."""
        for table in _TITLE_WEIGHTS:
            self._db.execute(
                f"DELETE FROM {table} WHERE rowid IN "
                "(SELECT number FROM passages WHERE article_id = ?)",
                (article_id,),
            )

    def empty(self) -> None:
        """Create the tables again, empty, even when the old ones are damaged."""
        for table in _TITLE_WEIGHTS:
            self._db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in SCHEMA.split(";")[:-1]:
            self._db.execute(statement)

    def touch(self) -> None:
        """Raises StorageError when a table cannot be read at all."""
        for table in _TITLE_WEIGHTS:
            self._db.rows(f"SELECT rowid FROM {table} LIMIT 1")

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
                for table in _TITLE_WEIGHTS:
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
        """Id, title and text of every article in `within` that has the words of `phrase` in a row.

        Words are compared by their stems and without accents.
        """
        words = re.findall(r"\w+", phrase.replace("_", " "))
        if not words or not _WORD.search(" ".join(words)):
            return []
        kept = self._selected.only("stories.rowid", within)
        found = self._db.rows(
            "SELECT a.id, a.title, a.text FROM stories JOIN passages p ON p.number = stories.rowid "
            f"JOIN articles a ON a.id = p.article_id WHERE stories MATCH ? AND {kept.sql}",
            (f'"{" ".join(words)}"', *kept.values),
        )
        return sorted(found)  # SQLite would carry the texts through its own sorting

    def passages(
        self,
        words: Sequence[str],
        k: int,
        days: Days | None = None,
        within: Selection = EVERYTHING,
    ) -> Matches:
        """The `k` passages in `within` that match any of `words` best, best first.

        A word that ends with "*" stands for all words that begin so.

        With `days` also the `k` best published on those days. The score is the negated bm25() of SQLite's
        FTS5 (k1 = 1.2, b = 0.75), so higher is better.
        """
        return self._ranked("words", "p.id", words, k, days, within)

    def articles(
        self,
        words: Sequence[str],
        k: int,
        days: Days | None = None,
        within: Selection = EVERYTHING,
    ) -> Matches:
        """The `k` articles whose whole text matches any of `words` best, by id; otherwise as `passages`."""
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
        kept = self._selected.only("rowid", within)
        scored = " UNION ALL ".join(
            f"SELECT rowid AS number, {score} AS score FROM {table} WHERE {table} MATCH ? AND {kept.sql}"
            for _ in queries
        )
        # Scored once for both lists; ids break ties at the end of a list.
        lists = [Condition("TRUE", ())]
        if days:
            lists.append(self._selected.only("number", within.during(days)))
        best = " UNION ALL ".join(
            f"SELECT {group} AS timely, {name} AS name, best FROM "
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
        """FTS5 queries; the score of a row is the best that they give it.

        Scoring takes the time, so only rows with one of the rarest words are scored; the others would
        rank low. The first query scores the rare words alone, the second all words: a row that contains
        frequent words gets its higher score from the second. A word counts as rare by the number of
        articles with it, inside the selection only, because it may be rare elsewhere and frequent here.
        """
        terms = [_term(word) for word in dict.fromkeys(words) if _WORD.search(word)]
        kept = self._selected.only("rowid", within)
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
        common = max(_MOST_SCORED, _COMMON * self._selected.articles(within))
        frequent = [term for count, term in ordered[len(rare) :] if count <= common]
        anchor = f"({' OR '.join(rare)})"
        return (anchor, f"{anchor} AND ({' OR '.join(frequent)})") if frequent else (anchor,)


def _term(word: str) -> str:
    """A word, or the beginning of one, in FTS5's query language."""
    return f'"{word[:-1]}" *' if word.endswith("*") else f'"{word}"'
