"""One row of a table or one object of JSON as an article, by the usual names of its columns.

Names are compared without case, spaces and signs: "Body Text", "body_text" and "bodyText" are one. Text in
HTML becomes plain text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

from index.formats.extracted import Extracted
from index.formats.web.html import all_words
from index.text.author import clean_author
from index.text.stated_dates import day_order, read_day

Row = Mapping[str, Any]

TITLE = tuple(
    """title headline heading webtitle articletitle titel überschrift titre titulo título titolo tytuł
    name""".split()
)
TEXT = tuple(
    """text body content article articletext articlebody fulltext bodytext maintext story storytext
    contenttext contenthtml contentencoded bodyhtml html plaintext articlecontent fullarticle texto texte
    testo tekst contenido conteudo conteúdo contenu contenuto inhalt volltext fließtext cuerpo corpo corps
    treść inhoud""".split()
)
# What stands for a text where there is no other.
BRIEF = tuple("description summary abstract excerpt leadparagraph lead snippet trailtext".split())
PUBLISHED = tuple(
    """date published publishdate publicationdate publishedat datepublished pubdate datepublish
    publisheddate publicationtime webpublicationdate firstpublished created createdat dcdate
    seendate timestamp issued articledate datum fecha data veröffentlicht erscheinungsdatum""".split()
)
UPDATED = tuple(
    "updated modified datemodified lastmodified updatedat lastupdated modifieddate".split()
)
PUBLISHER = tuple(
    """source publisher outlet publication site sitename sourcename newspaper publicationname
    publishername media paper sourcetitle quelle medium zeitung fuente fonte domain sourcedomain""".split()
)
AUTHOR = tuple(
    """author authors byline creator dccreator writer reporter journalist authorname autor auteur
    autore""".split()
)
KNOWN = frozenset((*TITLE, *TEXT, *BRIEF, *PUBLISHED, *UPDATED, *PUBLISHER, *AUTHOR))
# What stands before the name of a column: "News Source", "Article_Headline".
_OF_WHAT = re.compile(r"\A(?:article|news|story|post|item|page|document|main|original)")
# Objects that hold the columns of a row.
_INNER = ("fields", "attributes", "_source", "_embedded", "article")
# The part of an object that is its text.
_VALUE = ("rendered", "name", "title", "text", "value", "html", "cdata", "t", "main", "original")
_BLOCK = re.compile(
    r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|blockquote|table|tr|td|figure|section|article)\b|br\b)", re.I
)
# How a service marks a text that it cuts: "… [+2310 chars]".
_CUT = re.compile(r"\s*\[\+\d+ chars\]\s*\Z")
_TAG = re.compile(r"</?[a-z][a-z0-9]{0,15}(?:\s[^<>]{0,2000})?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31}\d{0,2});", re.IGNORECASE)


def key_of(name: str) -> str:
    """The name of a column as it is compared."""
    key = re.sub(r"[\W_]+", "", name.casefold())
    bare = _OF_WHAT.sub("", key)
    return bare if key not in KNOWN and bare in KNOWN else key


def row_of(value: Any) -> Row:
    """The columns of an object, with those of objects within it such as `fields`; empty for anything else."""
    if not isinstance(value, dict):
        return {}
    row = {key_of(name): item for name, item in value.items()}
    for name in _INNER:
        inner = value.get(name)
        if isinstance(inner, dict):
            row.pop(key_of(name), None)
            for key, item in inner.items():
                if not _strings(row.get(key_of(key))):
                    row[key_of(key)] = item
    return row


def articles(
    rows: Iterable[Row], publisher: str | None = None, usual: str = ""
) -> Iterator[Extracted]:
    """An article for each row, numbered from 1; `publisher` is that of the file, for rows that name none.

    How 03/04/2021 is read depends on the other dates of the rows; when they do not tell, on `usual`.
    """
    rows = list(rows)
    dates = (text for row in rows for name in PUBLISHED for text in _strings(row.get(name)))
    order = day_order(dates) or usual
    for number, row in enumerate(rows, 1):
        yield Extracted(
            _text(row),
            title=_one_line(_first(row, TITLE)),
            publisher=_one_line(_first(row, PUBLISHER)) or publisher,
            published=_day(row, PUBLISHED, order),
            updated=_day(row, UPDATED, order),
            author=_author(row),
            part=str(number),
        )


def _text(row: Row) -> str:
    """The text of a row; without one, or with one that is cut, the longest of what stands for it.

    A row of a list of links has no text but its title.
    """
    text = text_in(row) or ""
    cut = _CUT.sub("", text)
    if text and cut == text:
        return text
    briefs = (text_in(row, (name,)) or "" for name in BRIEF)
    listed = _first(row, TITLE) if "url" in row and row.keys().isdisjoint((*TEXT, *BRIEF)) else None
    return max((cut, *briefs), key=len) or plain_text(listed or "")


def text_in(row: Row, names: Sequence[str] = TEXT) -> str | None:
    """The text of a row: the first of these columns with words. A list of paragraphs is joined."""
    for name in names:
        if paragraphs := _strings(row.get(name)):
            return plain_text("\n\n".join(paragraphs))
    return None


def plain_text(text: str) -> str:
    """`text` without HTML, if it is HTML: each block is a paragraph. Other text stays as it is."""
    if not _TAG.search(text) and "&lt;" in text and _BLOCK.search(unescape(text)):
        text = unescape(text)  # escaped twice
    if _BLOCK.search(text) and _TAG.search(text):
        return all_words(text).replace("\n", "\n\n")
    if not _ENTITY.search(text) and not re.search(r"</[a-z]", text, re.IGNORECASE):
        return text
    return unescape(_TAG.sub("", text))


def _one_line(text: str | None) -> str | None:
    return " ".join(plain_text(text).split()) or None if text else None


def _first(row: Row, names: Sequence[str]) -> str | None:
    """The first of these columns with words."""
    return next((texts[0].strip() for name in names if (texts := _strings(row.get(name)))), None)


def _strings(value: Any) -> list[str]:
    """The texts in a value: itself, that of an object such as `{"rendered": …}`, or those of a list."""
    if isinstance(value, list):
        return [
            text for one in value[:10_000] if not isinstance(one, list) for text in _strings(one)
        ]
    if isinstance(value, dict):
        keys = {key_of(name): item for name, item in value.items()}
        value = next((keys[name] for name in _VALUE if isinstance(keys.get(name), str)), None)
    return [value] if isinstance(value, str) and value.strip() else []


def _author(row: Row) -> str | None:
    found = (clean_author(map(plain_text, _strings(row.get(name)))) for name in AUTHOR)
    return next(filter(None, found), None)


def _day(row: Row, names: Sequence[str], order: str) -> date | None:
    for name in names:
        value = row.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(int(value)) if abs(value) < 1e14 else ""
        for text in _strings(value)[:1]:
            number = re.fullmatch(r"\s*(\d{9,10}|\d{12,13})(?:\.\d+)?\s*", text)
            if day := _since_1970(int(number[1])) if number else read_day(text, order):
                return day
    return None


def _since_1970(number: int) -> date | None:
    """The day of a time in seconds or milliseconds since 1970."""
    seconds = number / 1000 if number > 1e11 else number
    return datetime.fromtimestamp(seconds, UTC).date() if 1e8 < seconds < 1e10 else None
