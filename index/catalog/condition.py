"""A Selection in SQL: the one place that says which rows of the catalog it means.

It knows the columns of `articles`; what is done with the rows is others' business.
"""

import json
import re
from typing import NamedTuple

from index.catalog.selection import Selection

# Where the words of a selection are looked for.
_TOLD = "(articles.title || ' ' || IFNULL(articles.publisher, '') || ' ' || articles.path)"
_WILD = re.compile("[%_!]")  # what LIKE takes for something else
_LISTED = "IN (SELECT value FROM json_each(?))"


class Condition(NamedTuple):
    """A piece of SQL and what is to be bound to its marks, in their order."""

    sql: str
    values: tuple[str | bytes, ...]


def means(selection: Selection) -> Condition:
    """True for the rows of `articles` that are meant."""
    parts = list[Condition]()
    if selection.publishers:
        parts.append(Condition(f"articles.publisher {_LISTED}", (_json(selection.publishers),)))
    if selection.since:
        parts.append(Condition("articles.published >= ?", (selection.since.isoformat(),)))
    if selection.until:
        parts.append(Condition("articles.published <= ?", (selection.until.isoformat(),)))
    if selection.ids:
        parts.append(Condition(f"articles.id {_LISTED}", (_json(selection.ids),)))
    parts += [_mentions(word) for word in selection.words.split()]
    return Condition(
        " AND ".join(part.sql for part in parts) or "TRUE",
        tuple(value for part in parts for value in part.values),
    )


def _mentions(word: str) -> Condition:
    """True where `word` stands within other words, too. SQLite itself takes only A for a."""
    plain = _WILD.sub(r"!\g<0>", word)
    spellings = plain, plain.lower(), plain.upper(), plain.capitalize()
    cases = spellings[:1] if word.isascii() else tuple(dict.fromkeys(spellings))
    either = " OR ".join([f"{_TOLD} LIKE ? ESCAPE '!'"] * len(cases))
    return Condition(f"({either})", tuple(f"%{case}%" for case in cases))


def _json(names: frozenset[str]) -> str:
    return json.dumps(sorted(names))
