"""The tables of the full-text index in PostgreSQL, as they are written and verified."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from index.catalog.full_text import TITLE_WEIGHTS, Numbered
from index.catalog.postgres.database import PostgresDatabase
from index.catalog.postgres.tokens import Tokenizer, Tokens
from index.catalog.postgres.values import array
from index.catalog.records import load_passage, load_spans
from index.errors import DamagedError
from index.text.article import Article
from index.text.passages import passage_body, passage_title

_MOST = 0x7FFF, 0xFFFF  # times that a term is counted in a title and in a body
# The rows of the articles whose ids are bound.
_OF = "number IN (SELECT number FROM passages WHERE article_id = ANY (?::text[]))"


class Words:
    """Writes run in the caller's transaction."""

    def __init__(self, db: PostgresDatabase, tokenizer: Tokenizer) -> None:
        self._db = db
        self._tokenizer = tokenizer

    def add(self, items: Sequence[tuple[Article, Sequence[Numbered]]]) -> None:
        """Index passages, and whole articles under the numbers of their first passages."""
        texts = {
            "words": [
                (number, passage_title(article, passage), passage_body(article, passage))
                for article, numbered in items
                for number, passage in numbered
            ],
            "stories": [
                (number, article.title, article.text)
                for article, numbered in items
                for number, passage in numbered
                if passage.ordinal == 0
            ],
        }
        for table, rows in texts.items():
            if rows:
                self._add(table, [row[0] for row in rows], [row[1:] for row in rows])

    def _add(self, table: str, numbers: Sequence[int], texts: Sequence[tuple[str, str]]) -> None:
        split = self._tokenizer.tokens(texts)
        ids = self._ids(sorted(set(chain.from_iterable(chain.from_iterable(split)))))
        rows = [_row(number, tokens, ids) for number, tokens in zip(numbers, split, strict=True)]
        self._db.copy(
            f"COPY {table} FROM STDIN",
            (
                f"{number}\t{length}\t{array(terms)}\t{array(counts)}\t{sequence}\n".encode()
                for number, length, terms, counts, sequence in rows
            ),
        )
        counts = Counter(chain.from_iterable(terms for _, _, terms, _, _ in rows))
        self._db.execute(
            f"UPDATE terms SET {table} = {table} + more FROM unnest(?::int[], ?::int[]) "
            "AS added (term, more) WHERE terms.id = added.term",
            (array(counts), array(counts.values())),
        )
        self._db.execute(
            "UPDATE sizes SET texts = texts + ?, tokens = tokens + ? WHERE kind = ?",
            (len(rows), sum(length for _, length, *_ in rows), table),
        )

    def _ids(self, terms: list[str]) -> dict[str, int]:
        """The number of each term; new ones get one."""
        asked = "SELECT term, id FROM terms WHERE term = ANY (?::text[])"
        ids = dict(self._db.rows(asked, (terms,)))
        made = "INSERT INTO terms (term) SELECT unnest(?::text[]) RETURNING term, id"
        return ids | dict(self._db.rows(made, ([term for term in terms if term not in ids],)))

    def drop(self, article_ids: Sequence[str]) -> None:
        """Remove the words of articles; call it before their passages are deleted."""
        ids = (list(article_ids),)
        for table in TITLE_WEIGHTS:
            self._db.execute(
                f"UPDATE terms SET {table} = {table} - less FROM (SELECT term, COUNT(*) AS less "
                f"FROM {table}, unnest(terms) AS one (term) WHERE {_OF} GROUP BY term) AS gone "
                "WHERE terms.id = gone.term",
                ids,
            )
            self._db.execute(
                f"WITH gone AS (DELETE FROM {table} WHERE {_OF} RETURNING length) "
                "UPDATE sizes SET texts = texts - (SELECT COUNT(*) FROM gone), "
                "tokens = tokens - (SELECT COALESCE(SUM(length), 0) FROM gone) WHERE kind = ?",
                (*ids, table),
            )

    def empty(self) -> None:
        """Empty the tables."""
        self._db.execute("TRUNCATE words, stories, terms")
        self._db.execute("UPDATE sizes SET texts = 0, tokens = 0")

    def agrees(self) -> bool:
        """True when it has one row for each passage and one for each article, and counts them right."""
        try:
            return not any(
                self._db.rows(f"SELECT 1 FROM ({asked}) AS wrong LIMIT 1")
                for table, which in (("words", "TRUE"), ("stories", "ordinal = 0"))
                for asked in _disagreements(table, which)
            )
        except DamagedError:
            return False

    def indexed(self, article_id: str) -> dict[int, tuple[str, str]]:
        """Number → title and body of the passages that are indexed."""
        rows = self._db.rows(
            "SELECT number, ordinal, sentences, passages.boilerplate, title, text, "
            "articles.boilerplate FROM words JOIN passages USING (number) "
            "JOIN articles ON articles.id = article_id WHERE article_id = ?",
            (article_id,),
        )
        found = {}
        for number, ordinal, sentences, is_boilerplate, title, text, spans in rows:
            passage = load_passage(article_id, ordinal, sentences, is_boilerplate)
            if passage is not None:
                article = Article("", "", title, text, boilerplate=load_spans(spans))
                found[number] = passage_title(article, passage), passage_body(article, passage)
        return found


def _row(
    number: int, tokens: Tokens, ids: dict[str, int]
) -> tuple[int, int, list[int], list[int], str]:
    title, body = ([ids[token] for token in part] for part in tokens)
    titles, bodies = Counter(title), Counter(body)
    terms = sorted(titles | bodies)
    counts = [min(titles[term], _MOST[0]) << 16 | min(bodies[term], _MOST[1]) for term in terms]
    sequence = f" {' '.join(map(str, title))} | {' '.join(map(str, body))} "
    return number, len(title) + len(body), terms, counts, sequence


def _disagreements(table: str, which: str) -> tuple[str, ...]:
    """Queries that find nothing when the table, its counts of terms and its size agree."""
    return (
        f"SELECT number FROM {table} FULL JOIN (SELECT number, 1 AS held FROM passages WHERE {which}) "
        "AS others USING (number) WHERE length IS NULL OR held IS NULL",
        f"SELECT term FROM terms LEFT JOIN (SELECT one, COUNT(*) AS found FROM {table}, "
        f"unnest(terms) AS one GROUP BY one) AS counted ON one = id "
        f"WHERE {table} <> COALESCE(found, 0)",
        f"SELECT kind FROM sizes, (SELECT COUNT(*) AS rows, COALESCE(SUM(length), 0) AS sum FROM {table}) "
        f"AS held WHERE kind = '{table}' AND (texts <> rows OR tokens <> sum)",
    )
