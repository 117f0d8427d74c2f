"""What the markup of a page's head of the story shows: the days in its <time>s, and its byline.

A page is full of other stories, so only what stands between its first heading and its first paragraph counts.
"""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from itertools import islice

from index.text.author import byline
from index.text.stated_dates import read_day, stated_days

_ATTRIBUTE = re.compile(r"([\w:-]+)\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_TAGS = re.compile(r"<[^<>]*>")
# A <time> above the story is the current time.
_STORY = re.compile(r"<(?:article|main|h1)\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p\b[^>]{0,500}>([^<]{150})", re.IGNORECASE)
_TIME = re.compile(
    r"<(?:time\b|\w{1,9}\s(?=[^<>]{0,300}\bitemprop=[\"']?date(?:Published|Modified)\b))"
    r"([^>]{0,500})>([^<]{0,80})",
    re.IGNORECASE,
)
_UPDATE = re.compile(
    r"updat|modif|edited|revised|aktualis|actuali|aggiorn|bijgewerkt", re.IGNORECASE
)
_HEADING_END = re.compile(r".*</h[1-6]\s*>", re.IGNORECASE | re.DOTALL)
_ELEMENT = re.compile(r"<(\w{1,20})\s([^<>]{1,500})>")
# The elements that sites give to the names of the authors.
_WRITER = re.compile(
    r"(?:\b(?:rel|itemprop)=[\"']?author\b"
    r"|\bclass=[\"']?(?:[^\"'<>]*\s)?(?:[\w-]*[_-])?(?:byline(?:[_-][\w-]*)?"
    r"|(?:(?:article|post|entry|story)[_-]{1,2})?authors?(?:[_-]{1,2}names?)?)(?=[\s\"'>]|\Z))",
    re.IGNORECASE,
)
_MOST_ELEMENTS, _LONGEST_BYLINE = 500, 600


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a tag, their names in lower case."""
    return {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag)}


def words_of(markup: str) -> str:
    """The words of `markup`, in one line."""
    return " ".join(unescape(_TAGS.sub(" ", markup)).split())


def marked_days(markup: str, order: str) -> Iterator[tuple[bool, date]]:
    """The marked days above the first paragraph of the story: (whether of an update, day).

    Below it only one day counts: a page with several has other stories, or is written day by day.
    `order` is that of day and month, see `read_day`.
    """
    start, end = _head_of_story(markup)
    below: set[tuple[bool, date]] = set()
    at, is_above = start, False
    for found in _TIME.finditer(markup, start):
        stated = attributes(found[1])
        before = _HEADING_END.sub("", markup[max(at, found.start() - 80) : found.start()])
        label = f"{found[1]} {_TAGS.sub(' ', before)}"
        at = found.end()
        day = (
            read_day(stated.get("datetime") or stated.get("content") or "", order)
            or stated_days(found[2], order).published
        )
        if day is None:
            continue
        is_update = _UPDATE.search(label) is not None
        if found.start() < end:
            is_above = is_above or not is_update
            yield is_update, day
        else:
            below.add((is_update, day))
        if len(below) > 1:
            return
    if not is_above and len(below) == 1:
        yield below.pop()


def marked_author(markup: str) -> str | None:
    """The names in the byline above the story, with commas between them, or None."""
    start, end = _head_of_story(markup)
    names: list[str] = []
    for found in islice(_ELEMENT.finditer(markup, start, end), _MOST_ELEMENTS):
        if found.start() > end:
            break
        if not _WRITER.search(found[2]):
            continue
        inside = markup[found.end() : found.end() + _LONGEST_BYLINE]
        words = words_of(inside.partition(f"</{found[1]}")[0])
        if written := byline(words) or byline(f"by {words}"):
            names += written.names
            # others of the same byline are beside it
            end = min(end, found.end() + _LONGEST_BYLINE)
    return ", ".join(dict.fromkeys(names)) or None


def _head_of_story(markup: str) -> tuple[int, int]:
    """Where the head of the story begins, and where its first paragraph does."""
    story = _STORY.search(markup)
    if story is None:
        return len(markup), len(markup)
    body = _PARAGRAPH.search(markup, story.start())
    return story.start(), body.start() if body else len(markup)
