"""Title, publisher and date of publication, if the text of an article states them.

It works on plain text including boilerplate. A fact that is not stated stays None: a date inside the story,
or the current date above the menu, is never used as the date of publication.
"""

import re
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from index.text.article import Span
from index.text.author import byline
from index.text.boilerplate import touching
from index.text.sentences import blocks
from index.text.stated_dates import StatedDays, stated_days

# The first paragraph with at least so many words is the start of the story.
BODY_WORDS = 25
# A heading with so many words is not the name of a paper.
MASTHEAD = 5
# What a heading does not end with: it is a label, a part of a sentence, or the place of a report.
_UNFINISHED = (":", ",", ";", "—", "–", "-")
_CUT = ("...", "…")
# Chinese, Japanese, Thai, Lao and Khmer, which have no spaces between words
_WIDE = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_WIDE_RUN = re.compile(rf"{_WIDE.pattern}{{2,}}")
# The headline of a gallery, which looks like the credit of a picture.
_GALLERY = re.compile(r"(?:in )?(?:photos|pictures|photo gallery)\s*:", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
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

    The first one counts before others if its words are in the story. Of one longer than the name of a paper
    half of them are enough, or a date or byline below it. `marked` are the boilerplate spans of `text`.
    """
    heads, body = _heads(text, marked)
    known = key_words(body)
    best = max(heads, key=lambda head: len(known & key_words(head.words)), default=None)
    if best is not None:
        first = heads[0]
        stated = key_words(first.words)
        is_long = _size(first.words) >= MASTHEAD
        enough = len(stated) / 2 if is_long else len(stated)
        is_cut = first.words.endswith(_CUT)  # as scrapers cut headlines
        if len(known & stated) >= enough or (is_long and (first.is_dated or is_cut)):
            return first.words
        if known & key_words(best.words) or not body:
            return best.words
    for pattern in (_BREADCRUMB, _COMMENT):
        if found := pattern.search(text):
            return found.group(1).strip()
    return best.words if best else None


class _Heading(NamedTuple):
    """A heading; `is_dated` when a date or a byline follows it."""

    words: str
    is_dated: bool = False


def _heads(text: str, marked: tuple[Span, ...]) -> tuple[list[_Heading], str]:
    """The headings above the story, in order, and the start of the story."""
    heads: list[_Heading] = []
    previous, is_first = "", True
    for block in blocks(text):
        words = block.of(text)
        is_gallery = is_first and _GALLERY.match(words) is not None
        if (_inside(block, marked) and not is_gallery) or words.startswith("|"):
            continue  # a row of a table is no title
        head = _above_dates(words)
        if heads and not head and previous == heads[-1].words:
            heads[-1] = _Heading(previous, True)
        previous = head.lstrip("# ").strip()
        if _size(head) >= BODY_WORDS:
            return heads, text[block.start : block.start + 4000]
        if head and _looks_like_a_headline(head, is_first):
            heads.append(_Heading(previous, len(head) < len(" ".join(words.split()))))
        # only the first block may end in a full stop: a later one is a short paragraph
        is_first = is_first and not head
    return heads, ""


def _above_dates(block: str) -> str:
    """The lines of a block above its first date or byline: a headline without an empty line below."""
    if len(block) > 1000:
        return block
    lines = block.splitlines()
    heading = takewhile(lambda line: not (any(stated_days(line)) or byline(line)), lines)
    return " ".join(" ".join(heading).split())


def _looks_like_a_headline(words: str, is_first: bool) -> bool:
    if not 2 <= _size(words) <= 30 or words.endswith(_UNFINISHED):
        return False
    return is_first or words.endswith(_CUT) or not words.endswith((".", "。"))


def _size(words: str) -> int:
    """The number of words; two characters of a script without spaces count as one."""
    return len(words.split()) + len(_WIDE.findall(words)) // 2


def _inside(block: Span, marked: tuple[Span, ...]) -> bool:
    return any(len(span) >= 0.8 * len(block) for span in touching(block, marked))


def find_days(text: str, marked: tuple[Span, ...], order: str = "") -> StatedDays:
    """The dates on lines of their own near the top, unless they are boilerplate.

    A text that only says when it was updated was published on that day: it is the text of that day.
    `marked` are the boilerplate spans of `text`; `order` is that of day and month, see `stated_days`.
    """
    published = updated = None
    lines = (line for line in _LINE.finditer(text) if line.group().strip())
    for line in islice(lines, 12):
        if _inside(Span(*line.span()), marked):
            continue
        words = line.group()
        days = stated_days(words, order)
        if not any(days) and (written := byline(words)):
            days = stated_days(written.rest, order)  # "By Ada Pell | 1 June 2021"
        published = published or days.published
        updated = updated or days.updated
    return StatedDays(published or updated, updated)


def find_publisher(text: str) -> str | None:
    """The outlet named in a copyright line, a dateline, a site menu or an author blurb, or None."""
    found = (pattern.search(text) for pattern in _PUBLISHERS)
    return next((one.group(1).strip() for one in found if one), None)


def key_words(words: str) -> set[str]:
    """The longer words; of scripts without spaces each two characters beside each other."""
    wide = {a + b for run in _WIDE_RUN.findall(words) for a, b in pairwise(run)}
    return set(re.findall(r"\w{4,}", _WIDE.sub(" ", words.lower()))) | wide
