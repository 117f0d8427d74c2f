"""Statements and values as psycopg takes them, and values as they were before.

PostgreSQL's texts cannot hold NUL, which articles may: it is stored as two other characters.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

_MARK = "\x01"  # sorted after NUL and before all else, and so are its pairs: the order stays
_NUL, _ITSELF = f"{_MARK}\x01", f"{_MARK}\x02"


@lru_cache(maxsize=512)
def translated(sql: str) -> str:
    """A statement with "?" for its values in the language of psycopg."""
    return sql.replace("%", "%%").replace("?", "%s")


def bound(values: Sequence[Any]) -> list[Any]:
    """The values of a statement."""
    return [_bound(value) for value in values]


def array(numbers: Iterable[int]) -> str:
    """Many numbers as PostgreSQL writes them; psycopg would take five times as long for a list."""
    return f"{{{','.join(map(str, numbers))}}}"


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as it was stored."""
    for value in row:
        if isinstance(value, str) and _MARK in value:
            return tuple(map(_plain, row))
    return row


def _bound(value: Any) -> Any:
    if isinstance(value, str) and ("\0" in value or _MARK in value):
        return value.replace(_MARK, _ITSELF).replace("\0", _NUL)
    if isinstance(value, list):
        return [_bound(one) for one in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(_NUL, "\0").replace(_ITSELF, _MARK)
    return value
