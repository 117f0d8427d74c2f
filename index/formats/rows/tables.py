"""Tables of articles: each row of a .csv is an article. A small table of anything else is one article.

The heading is found by the usual names of columns, also below other lines; other columns are ignored. Rows
are numbered from 1, without the heading.
"""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from index.errors import UnreadableError
from index.formats.decoding import decode
from index.formats.extracted import Extracted, row_text
from index.formats.limits import Limits
from index.formats.rows.row import BRIEF, KNOWN, PUBLISHED, TEXT, TITLE, Row, articles, key_of

DELIMITERS = ",;\t|"
# A first line with which spreadsheets state the delimiter.
STATED = re.compile(r"\s*\"?sep=([^\r\n])\"?[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
# The heading is among the first records.
_ABOVE = 30
MOST_DATA = 500  # rows of a table that is one article


def read_csv(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The rows below the heading. Raises UnreadableError when it has no text column."""
    csv.field_size_limit(limits.unpacked_bytes)
    text = decode(data)
    stated = STATED.match(text)
    text = text[stated.end() :] if stated else text
    delimiters = stated[1] if stated else DELIMITERS
    try:
        headings = [(*_heading(text, delimiter), delimiter) for delimiter in delimiters]
        _, at, names, delimiter = max(headings, key=lambda found: (found[0], len(found[2])))
        has_text = _are_articles(set(map(key_of, names)))
        records = islice(csv.reader(StringIO(text, newline=""), delimiter=delimiter), at, None)
        heading = next(records, [])
        if not has_text:
            yield _data(heading, list(islice(filter(any, records), MOST_DATA + 1)))
            return
        keys = [key_of(name) for name in names]
        yield from articles(
            (_row(keys, record) for record in records if record), usual=limits.day_order
        )
    except csv.Error as error:
        raise UnreadableError(f"a damaged table: {error}") from None


def _are_articles(names: set[str]) -> bool:
    """True for columns of articles: with a text, or a list of links with headlines and dates."""
    listed = "url" in names and bool(names.intersection(TITLE) and names.intersection(PUBLISHED))
    return listed or not names.isdisjoint((*TEXT, *BRIEF))


def _heading(text: str, delimiter: str) -> tuple[int, int, list[str]]:
    """How many names of the heading are known, which record it is, and the names.

    A record without a column of text is the heading only when none of the first ones has one.
    """
    records = list(islice(csv.reader(StringIO(text, newline=""), delimiter=delimiter), _ABOVE))
    best, at = -1, 0
    for number, record in enumerate(records):
        names = [key_of(name) for name in record]
        known = len(KNOWN.intersection(names))
        has_text = bool({*TEXT, *BRIEF}.intersection(names))
        if (score := 100 * has_text * (known > 1 or len(names) == 1) + known) > best and any(names):
            best, at = score, number
    return best, at, records[at] if records else []


def _data(heading: list[str], rows: list[list[str]]) -> Extracted:
    """A table of results, prices or the like as one article: rows with bars, a line each.

    Raises UnreadableError for one that is too large to be quoted from, or has no heading.
    """
    named = len(heading) > 1 and all(_is_name(name) for name in heading[1:])
    even = all(len(row) == len(heading) for row in rows)
    if not (named and even and 2 <= len(rows) <= MOST_DATA):
        raise UnreadableError(_no_text_column(heading))
    return Extracted("\n".join(row_text(row, bounded=True) for row in (heading, *rows)))


def _is_name(words: str) -> bool:
    # a year may head a column
    return bool(words.strip()) and not re.search(r"\d", re.sub(r"\b(?:19|20)\d\d\b", "", words))


def _row(keys: list[str], record: list[str]) -> Row:
    # the first of two columns with the same name counts
    return dict(reversed(list(zip(keys, record, strict=False))))


def _no_text_column(heading: list[str]) -> str:
    shown = ", ".join(name.strip()[:30] for name in heading[:8]) or "no heading"
    return f"columns {shown}: expected one of {', '.join(TEXT[:4])}"
