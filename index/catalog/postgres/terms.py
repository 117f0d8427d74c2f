"""The words of a question as terms of the full-text index, in SQL.

A word is a row of terms: mostly one; several where a text would be split inside it. The last one of a word
that ends with "*" stands for all terms that begin so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from index.catalog.database import Database
from index.catalog.postgres.tokens import Tokenizer
from index.catalog.postgres.values import array
from index.catalog.selected_passages import Condition

_LAST = "\U0010ffff"  # sorts behind every text that begins the same


@dataclass(frozen=True, slots=True)
class Term:
    """A word: the numbers of its terms, in a row; those of the last are several for a beginning.

    `counted` has the numbers of passages and of articles with it, unless they have to be counted.
    """

    parts: tuple[tuple[int, ...], ...]
    counted: tuple[tuple[str, int], ...] = ()

    @property
    def match(self) -> Condition:
        """True for the rows of `words` or `stories` that have it."""
        if not all(self.parts) or not self.parts:
            return Condition("FALSE", ())
        has = " AND ".join("terms && ?::int[]" for _ in self.parts)
        values: tuple[Any, ...] = tuple(list(part) for part in self.parts)
        if len(self.parts) == 1:
            return Condition(has, values)
        return Condition(f"({has} AND {_IN_A_ROW})", (*values, self.needles))

    @property
    def needles(self) -> list[str]:
        """How its terms in a row are written in `sequence`."""
        return [f" {' '.join(map(str, row))} " for row in product(*self.parts)]

    @property
    def column(self) -> Condition:
        """How often a row has it, as in `counts`; of several terms in a row, the row's sequence."""
        if len(self.parts) > 1:
            return Condition(f"CASE WHEN {_IN_A_ROW} THEN sequence END", (self.needles,))
        if len(self.parts[0]) > 1:
            return Condition(_SUM, (list(self.parts[0]),))
        at = f"width_bucket({self.parts[0][0]}, terms)"  # they are in ascending order
        return Condition(
            f"CASE WHEN terms[{at}] = {self.parts[0][0]} THEN counts[{at}] ELSE 0 END", ()
        )

    def in_a_row(self, sequence: str) -> tuple[int, int]:
        """How often its terms follow each other in the title and in the body."""
        title, _, body = sequence.partition("|")
        return self._in(title), self._in(body)

    def _in(self, sequence: str) -> int:
        return sum(
            sequence.startswith(needle, at)
            for needle in self.needles
            for at in range(len(sequence))
            if sequence[at] == " "
        )


_IN_A_ROW = "EXISTS (SELECT 1 FROM unnest(?::text[]) AS row (of_terms) WHERE strpos(sequence, of_terms) > 0)"
_SUM = (
    "(SELECT COALESCE(SUM(count), 0)::bigint FROM unnest(terms, counts) AS one (term, count) "
    "WHERE term = ANY (?::int[]))"
)


def any_of(terms: Sequence[Term]) -> Condition:
    """True for the rows that have one of the terms. Single ones are looked up in the index together."""
    single = [number for term in terms if len(term.parts) == 1 for number in term.parts[0]]
    parts = [Condition("terms && ?::int[]", (array(single),))] if single else []
    parts += [term.match for term in terms if len(term.parts) > 1]
    return Condition(
        f"({' OR '.join(part.sql for part in parts)})",
        tuple(value for part in parts for value in part.values),
    )


def read_terms(db: Database, tokenizer: Tokenizer, words: Sequence[str]) -> list[Term]:
    """The terms of words in FTS5's query language; see `index.catalog.full_text.usable`."""
    texts = [(word[1 : word.rindex('"')], "") for word in words]
    split = [title for title, _ in tokenizer.tokens(texts)]
    wanted = sorted({token for tokens in split for token in tokens})
    known = {
        term: (number, (("words", passages), ("stories", articles)))
        for number, term, passages, articles in db.rows(
            "SELECT id, term, words, stories FROM terms WHERE term = ANY (?::text[])", (wanted,)
        )
    }
    found = list[Term]()
    for word, tokens in zip(words, split, strict=True):
        parts: list[tuple[int, ...]] = [
            (known[token][0],) if token in known else () for token in tokens
        ]
        if word.endswith("*") and tokens:
            parts[-1] = _beginning(db, tokens[-1])
        counted = known[tokens[0]][1] if len(parts) == 1 and tokens[0] in known else ()
        found.append(Term(tuple(parts), () if word.endswith("*") else counted))
    return found


def _beginning(db: Database, token: str) -> tuple[int, ...]:
    rows = db.rows(
        "SELECT id FROM terms WHERE term >= ? AND term < ? ORDER BY id", (token, token + _LAST)
    )
    return tuple(row[0] for row in rows)
