"""The full-text index: its table in the catalog's file, and passages ranked by a question's words.

It asks SQLite's FTS5 and knows nothing of articles beyond the days on which they were published.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

Rows = Callable[..., list[tuple[Any, ...]]]  # an SQL statement and its values → the rows it gives
TABLE = (
    "CREATE VIRTUAL TABLE words USING fts5 "
    "(title, body, tokenize = 'porter unicode61 remove_diacritics 2')"
)
NUMBERS_OF_DAYS = (
    "SELECT number FROM passages WHERE article_id IN "
    "(SELECT id FROM articles WHERE published BETWEEN ? AND ?)"
)
# What FTS5 can be asked for between quotation marks: it ends a query at a NUL, and takes only UTF-8.
_WORD = re.compile(r"\A(?=.*\w)[^\"\0\ud800-\udfff]+\Z", re.DOTALL)
# A word of a title tells more about what a passage is on than one of its body.
_TITLE_WEIGHT, _BODY_WEIGHT = 1.5, 1.0
# Passages with one of the rarest words of a question that are scored: with 3,000 of 29,000 the best ten
# were the same in 999 of 1,000 places as when all were.
_MOST_SCORED = 3_000
_TIES = 50  # passages of equal score that may stand at the end of a ranking before their ids decide


def rank_by_words(
    rows: Rows, words: Sequence[str], k: int, days: tuple[date, date] | None = None
) -> list[tuple[str, float]]:
    """The `k` passages that match any of `words` best: (id, BM25 score), best first.

    With `days`, the first and the last, only those of articles published then. The score is SQLite
    FTS5's bm25() (k1 = 1.2, b = 0.75) with its sign turned, so higher is better.
    """
    terms = [f'"{word}"' for word in dict.fromkeys(words) if _WORD.search(word)]
    queries = _queries(rows, terms)
    if not queries:
        return []
    # Unary plus: else SQLite would ask FTS5 anew for every passage of those days.
    published = f"AND +rowid IN ({NUMBERS_OF_DAYS}) " if days else ""
    scored = " UNION ALL ".join(
        f"SELECT rowid AS number, bm25(words, {_TITLE_WEIGHT}, {_BODY_WEIGHT}) AS score FROM words "
        f"WHERE words MATCH ? {published}"
        for _ in queries
    )
    found = rows(
        # Materialised: bm25() works only where FTS5 itself is read.
        f"WITH scored AS MATERIALIZED ({scored}) SELECT p.id, best FROM "
        "(SELECT number, MIN(score) AS best FROM scored GROUP BY number ORDER BY best LIMIT ?) "
        "JOIN passages p USING (number) ORDER BY best, p.id LIMIT ?",
        (*(value for query in queries for value in (query, *iso(days))), k + _TIES, k),
    )
    return [(passage_id, -score) for passage_id, score in found]


def iso(days: tuple[date, date] | None) -> tuple[str, ...]:
    """The days as NUMBERS_OF_DAYS takes them."""
    return tuple(day.isoformat() for day in days or ())


def _queries(rows: Rows, terms: Sequence[str]) -> list[str]:
    """FTS5 queries whose best scores together are the scores of the passages that matter.

    Scoring is what takes time: only passages with one of the rarest words are scored, by all the
    words that they have. What lacks all of those ranks low. A passage without any of the frequent
    words has its score from the first query, the others from the second, which is higher.
    """
    counts = [
        (rows("SELECT COUNT(*) FROM words WHERE words MATCH ?", (term,))[0][0], term)
        for term in terms
    ]
    rare, total = list[str](), 0
    ordered = sorted((count, term) for count, term in counts if count)
    for count, term in ordered:
        if rare and total + count > _MOST_SCORED:
            break
        rare.append(term)
        total += count
    frequent = [term for _, term in ordered[len(rare) :]]
    if not rare:
        return []
    anchor = f"({' OR '.join(rare)})"
    return [anchor, f"{anchor} AND ({' OR '.join(frequent)})"] if frequent else [anchor]
