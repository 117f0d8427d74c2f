"""Tables of articles: each row of a .csv and each object of a .json or .jsonl is an article.

Columns are recognised by their usual names in any case; others are ignored. Rows are numbered from 1,
without the header.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

from index.errors import UnreadableError
from index.formats.decoding import decode
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.text.author import clean_author
from index.text.dates import first_date

TITLE = ("title", "headline", "heading", "name")
TEXT = (
    *("text", "body", "content", "article", "article_text", "articlebody", "full_text", "fulltext"),
    *("maintext", "story", "content_text", "description", "summary"),
)
PUBLISHED = (
    *("date", "published", "publish_date", "publication_date", "published_at", "publishedat"),
    *("date_published", "datepublished", "pubdate", "pub_date", "date_publish", "published_date"),
)
PUBLISHER = (
    "source",
    "publisher",
    "outlet",
    "publication",
    "site",
    "site_name",
    "source_name",
    "newspaper",
)
AUTHOR = (
    "author",
    "authors",
    "byline",
    "creator",
    "dc:creator",
    "writer",
    "reporter",
    "journalist",
)
# The names of a list of articles inside a JSON object.
_LISTS = (
    "articles",
    "items",
    "data",
    "results",
    "documents",
    "docs",
    "rows",
    "entries",
    "stories",
    "news",
)
_DELIMITERS = ",;\t|"


def read_csv(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The rows below the header. Raises UnreadableError when it has no text column."""
    csv.field_size_limit(limits.unpacked_bytes)
    text = decode(data)
    rows = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        heading = next((row for row in rows if any(map(str.strip, row))), [])
        names = [_key(name) for name in heading]
        if not set(names) & set(TEXT):
            raise UnreadableError(_no_text_column(heading))
        number = 0
        for row in rows:
            if row:  # skip empty lines
                number += 1
                # the first of two columns with the same name counts
                yield _extracted(dict(reversed(list(zip(names, row, strict=False)))), number)
    except csv.Error as error:
        raise UnreadableError(f"a damaged table: {error}") from None


def read_json(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """An article, or a list of them, which may have a name such as `articles`."""
    value = _parsed(decode(data), "")
    if isinstance(value, dict):
        held = {_key(name): item for name, item in value.items()}
        inner = next((held[name] for name in _LISTS if isinstance(held.get(name), list)), None)
        value = inner if inner is not None and not _text_in(held) else [value]
    if not isinstance(value, list):
        raise UnreadableError("neither a list nor an object: expected articles")
    yield from _objects(value)


def read_json_lines(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """One object per line; empty lines are skipped."""
    lines = decode(data).split("\n")
    yield from _objects(
        _parsed(line, f"line {number}: ") for number, line in enumerate(lines, 1) if line.strip()
    )


def _objects(values: Any) -> Iterator[Extracted]:
    for number, value in enumerate(values, 1):
        # anything but an object is reported as an article without text
        yield _extracted(
            {_key(name): item for name, item in value.items()} if isinstance(value, dict) else {},
            number,
        )


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


def _extracted(row: Mapping[str, Any], number: int) -> Extracted:
    return Extracted(
        _text_in(row) or "",
        title=_first(row, TITLE),
        publisher=_first(row, PUBLISHER),
        published=_day(row),
        author=_author(row),
        part=str(number),
    )


def _text_in(row: Mapping[str, Any]) -> str | None:
    """The text of a row: the first text column with words. A list of paragraphs is joined."""
    for name in TEXT:
        value = row.get(name)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = "\n\n".join(value)
        if isinstance(value, str) and value.strip():
            return value
    return None


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of these columns with words; of an object such as `{"name": …}` its name."""
    for name in names:
        value = row.get(name)
        if isinstance(value, dict):
            value = value.get("name") or value.get("title")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _author(row: Mapping[str, Any]) -> str | None:
    for name in AUTHOR:
        value = row.get(name)
        names = [
            _first({"one": one}, ("one",))
            for one in (value if isinstance(value, list) else [value])
        ]
        if author := clean_author(one for one in names if one):
            return author
    return None


def _day(row: Mapping[str, Any]) -> date | None:
    for name in PUBLISHED:
        value = row.get(name)
        if isinstance(value, str) and (day := first_date(value[:100])):
            return day
        if isinstance(value, int | float) and not isinstance(value, bool):
            # seconds or milliseconds since 1970
            seconds = value / 1000 if abs(value) > 1e11 else value
            if 1e8 < seconds < 1e10:
                return datetime.fromtimestamp(seconds, UTC).date()
    return None


def _key(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().strip("\ufeff").casefold())


def _delimiter(text: str) -> str:
    """The delimiter that splits the header into most columns."""
    heading = next((line for line in text.lstrip().split("\n", 1)), "")
    return max(_DELIMITERS, key=heading.count)


def _no_text_column(heading: list[str]) -> str:
    shown = ", ".join(name.strip()[:30] for name in heading[:8]) or "no heading"
    return f"columns {shown}: expected one of {', '.join(TEXT[:4])}"
