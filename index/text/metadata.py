"""Title, publisher and date of publication, if the text of an article states them.

It works on plain text including boilerplate. A fact that is not stated stays None: a date inside the story,
or the current date above the menu, is never used as the date of publication.
"""

import re
from datetime import date
from itertools import islice

from index.text.article import Span
from index.text.boilerplate import touching
from index.text.dates import first_date, sole_date
from index.text.front_matter import find_front_matter
from index.text.sentences import blocks

# The first paragraph with at least so many words is the start of the story.
BODY_WORDS = 25
_COMMENT = re.compile(r"comment on [\"“](.{10,200}?)[\"”]\s*$", re.IGNORECASE | re.MULTILINE)
_BREADCRUMB = re.compile(r"home\s*[|›»>].*[|›»>]\s*(\S.{10,})", re.IGNORECASE)
_NAME = r"([A-Z][\w&.'-]*(?: (?:[A-Z][\w&.'-]*|of|the)){0,3})"
_PUBLISHERS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"^[Pp]ublisher:\s*{_NAME}\s*$",
        rf"^(?:Copyright|©)\s*(?:©\s*)?\d{{4}}\s+(?:by\s+)?{_NAME}",
        rf"[Mm]ore (?:stories )?from {_NAME}\s*$",
        rf"[Ss]kip to more {_NAME} sites\s*$",
        rf"\({_NAME}\)\s+[-–—]\s",
        r"\bis an? (?:[\w-]+ ){0,4}(?:correspondent|reporter|editor|writer|columnist) (?:at|for) "
        rf"{_NAME}(?=[,.]| where)",
    )
)


def find_title(text: str, marked: tuple[Span, ...]) -> str | None:
    """The headline: the heading above the story that shares the most words with it, or None.

    `marked` are the boilerplate spans of `text`.
    """
    stated = find_front_matter(text).get("title")
    if stated:
        return stated
    heads, body = [], ""
    for block in blocks(text):
        words = block.of(text)
        if len(words.split()) >= BODY_WORDS and not _inside(block, marked):
            body = text[block.start : block.start + 4000]
            break
        if not _inside(block, marked) and _looks_like_a_headline(words):
            heads.append(words.lstrip("# ").strip())
    known = set(re.findall(r"\w{4,}", body.lower()))
    best = max(heads, key=lambda head: _shared(head, known), default=None)
    if best is not None and (_shared(best, known) or not body):
        return best
    for pattern in (_BREADCRUMB, _COMMENT):
        if found := pattern.search(text):
            return found.group(1).strip()
    return best


def _looks_like_a_headline(words: str) -> bool:
    count = len(words.split())
    return 2 <= count <= 30 and not words.endswith((".", ":", ",", ";")) and not sole_date(words)


def _inside(block: Span, marked: tuple[Span, ...]) -> bool:
    return any(len(span) >= 0.8 * len(block) for span in touching(block, marked))


def _shared(head: str, known: set[str]) -> int:
    return len(known & set(re.findall(r"\w{4,}", head.lower())))


def find_published(text: str, marked: tuple[Span, ...]) -> date | None:
    """The date on a line of its own near the top, unless it is boilerplate, or None.

    `marked` are the boilerplate spans of `text`.
    """
    facts = find_front_matter(text)
    stated = facts.get("date") or facts.get("published")
    if stated:
        return first_date(stated)
    for block in islice(blocks(text), 12):
        if not _inside(block, marked) and (day := sole_date(block.of(text))):
            return day
    return None


def find_publisher(text: str) -> str | None:
    """The outlet named in a copyright line, a dateline, a site menu or an author blurb, or None."""
    return find_front_matter(text).get("publisher") or next(
        (found.group(1).strip() for pattern in _PUBLISHERS if (found := pattern.search(text))), None
    )
