"""Articles in JSON: one object, a list of them, or one per line; also the replies of usual services.

The list may be inside other objects, under a name such as `articles`, `items` or `response.docs`.
"""

import json
from collections.abc import Iterator
from typing import Any

from index.errors import UnreadableError
from index.formats.decoding import decode
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.rows.row import articles, key_of, row_of, text_in

# The names of a list of articles inside a JSON object, and of objects that hold one.
_LISTS = tuple(
    """articles items data results documents docs rows entries stories news posts records hits entry
    item response feed rss channel value""".split()
)
_DEEPEST = 5


def read_json(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """An article, or a list of them, which may have a name such as `articles`."""
    text = decode(data)
    try:
        value = _parsed(text, "")
    except UnreadableError:
        if not text.lstrip().startswith("{") or text.strip().count("\n") == 0:
            raise
        try:  # one object per line, in a file that is named like the others
            values = list(_lines(text))
        except UnreadableError:
            values = []
        if not values:
            raise
        value = values
    if isinstance(value, dict):
        found = None if text_in(row_of(value)) else _list_in(value, 0)
        publisher = value.get("title") if "jsonfeed.org" in str(value.get("version")) else None
        rows = [value] if found is None else found
        yield from articles(
            map(row_of, rows), publisher if isinstance(publisher, str) else None, limits.day_order
        )
    elif isinstance(value, list):
        yield from articles(map(row_of, value), usual=limits.day_order)
    else:
        raise UnreadableError("neither a list nor an object: expected articles")


def read_json_lines(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """One object per line; empty lines are skipped."""
    # anything but an object is reported as an article without text
    yield from articles(map(row_of, _lines(decode(data))), usual=limits.day_order)


def _lines(text: str) -> Iterator[Any]:
    lines = enumerate(text.split("\n"), 1)
    return (_parsed(line, f"line {number}: ") for number, line in lines if line.strip())


def _list_in(value: dict[str, Any], depth: int) -> list[Any] | None:
    """The list of articles inside an object, or None."""
    held = {key_of(name): item for name, item in value.items()}
    for name in _LISTS:
        inner = held.get(name)
        if isinstance(inner, list) and (not inner or any(isinstance(one, dict) for one in inner)):
            return inner
        if isinstance(inner, dict) and depth < _DEEPEST:
            found = _list_in(inner, depth + 1)
            if found is not None:
                return found
    return None


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = where or f"line {error.lineno}: "
        raise UnreadableError(f"damaged JSON: {place}{error.msg}") from None
    except RecursionError:
        raise UnreadableError(f"damaged JSON: {where}nested too deep") from None
    except ValueError:  # a number of thousands of digits
        raise UnreadableError(f"damaged JSON: {where}a number out of range") from None
