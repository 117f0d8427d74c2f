"""A Selection as an SQL condition on `articles`: the one place that defines which rows it selects."""

import json
import re
from typing import NamedTuple

from index.catalog.selection import Selection

# The text in which the words of a selection are searched.
_SEARCHED = (
    "(articles.title || ' ' || IFNULL(articles.publisher, '') || ' ' || IFNULL(articles.author, '') "
    "|| ' ' || articles.path)"
)
_WILDCARD = re.compile("[%_!]")  # special characters of LIKE, and the escape character used here
# One of the names that an article's author holds, with commas between them.
_BY_AUTHOR = (
    "EXISTS (SELECT 1 FROM json_each(?) "
    "WHERE instr(', ' || articles.author || ', ', ', ' || value || ', '))"
)
_LISTED = "IN (SELECT value FROM json_each(?))"


class Condition(NamedTuple):
    """A piece of SQL and the values to bind to its placeholders, in order."""

    sql: str
    values: tuple[str | bytes, ...]


def condition_of(selection: Selection) -> Condition:
    """True for the rows of `articles` that are selected."""
    parts = list[Condition]()
    if selection.publishers:
        parts.append(Condition(f"articles.publisher {_LISTED}", (_json(selection.publishers),)))
    if selection.authors:
        parts.append(Condition(_BY_AUTHOR, (_json(selection.authors),)))
    if selection.since:
        parts.append(Condition("articles.published >= ?", (selection.since.isoformat(),)))
    if selection.until:
        parts.append(Condition("articles.published <= ?", (selection.until.isoformat(),)))
    if selection.ids:
        parts.append(Condition(f"articles.id {_LISTED}", (_json(selection.ids),)))
    parts += [_contains(word) for word in selection.words.split()]
    return Condition(
        " AND ".join(part.sql for part in parts) or "TRUE",
        tuple(value for part in parts for value in part.values),
    )


def _contains(word: str) -> Condition:
    """True where `word` occurs, also inside longer words. SQLite's LIKE ignores case only in ASCII."""
    escaped = _WILDCARD.sub(r"!\g<0>", word)
    spellings = escaped, escaped.lower(), escaped.upper(), escaped.capitalize()
    cases = spellings[:1] if word.isascii() else tuple(dict.fromkeys(spellings))
    either = " OR ".join([f"{_SEARCHED} LIKE ? ESCAPE '!'"] * len(cases))
    return Condition(f"({either})", tuple(f"%{case}%" for case in cases))


def _json(names: frozenset[str]) -> str:
    return json.dumps(sorted(names))
