"""The day a sentence is about: a date in it, completed by the day on which the article was published.

"On Wednesday" is the last Wednesday before the article, or its own day; what lies ahead is left out. Nothing
is guessed where the article has no date.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.english.lexicon import any_of
from index.text.article import Span
from index.text.dates import PartialDate, find_partial_dates

_RELATIVE = {"today": 0, "tonight": 0, "yesterday": 1, "this morning": 0, "this afternoon": 0}
_NEAR = re.compile(rf"\b{any_of(_RELATIVE)}\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:in|since|during|until|of|by|from) ((?:19|20)\d\d)\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:next|coming|following|this coming|every|each)(?: \w+)? ?\Z", re.IGNORECASE
)
_FUTURE = re.compile(r"\b(?:will|would|plans? to|is to|are to|set to|scheduled|due|expected)\b")
# The day of another event: "the heaviest strikes since it joined in September".
_ASIDE = re.compile(
    r"\b(?:since|after|before|until|following|than|ahead of|prior to|in the wake of)\b[^,;:]*\Z",
    re.IGNORECASE,
)
# "FTX, which filed for bankruptcy Friday, is looking into a theft, it said Saturday"
_RELATIVE_CLAUSE = re.compile(r"\b(?:which|who|whose|where)\b[^,;:]*\Z")
LONGEST_AHEAD = timedelta(days=14)  # a date without a year this far ahead is one of this year


@dataclass(frozen=True, slots=True, order=True)
class EventDate:
    """A day, or a month or year of which only that is known; `iso` has only what is known."""

    first: date
    iso: str


def event_date(sentence: str, published: date | None) -> EventDate | None:
    """The date that the sentence is about, or None: that of its main clause, the most exact one."""
    found = max(
        _dates(sentence, published), key=lambda one: (one[0], len(one[1].iso)), default=None
    )
    return found[1] if found else None


def _dates(sentence: str, published: date | None) -> Iterator[tuple[bool, EventDate]]:
    """The dates in a sentence, and for each whether it stands in the main clause."""
    for span, part in find_partial_dates(sentence):
        before, after = sentence[: span.start], sentence[span.end :]
        if _AHEAD.search(before) or _ASIDE.search(before) or after.startswith(("'s", "’s")):
            continue
        if one := _resolved(sentence, span, part, published):
            yield not _RELATIVE_CLAUSE.search(before), one
    if (near := _NEAR.search(sentence)) and published and not _FUTURE.search(sentence):
        yield True, _day(published - timedelta(days=_RELATIVE[near.group().lower()]))
    for year in _YEAR.finditer(sentence):
        yield True, EventDate(date(int(year[1]), 1, 1), year[1])


def _resolved(
    sentence: str, span: Span, part: PartialDate, published: date | None
) -> EventDate | None:
    if part.weekday is not None:
        # "said on Wednesday": the day of the words is the day of the event that is reported
        if published is None or _FUTURE.search(sentence[max(0, span.start - 60) : span.end + 30]):
            return None
        return _day(published - timedelta(days=(published.weekday() - part.weekday) % 7))
    if part.month is None:
        return None
    year = part.year or _year_of(part, published)
    if year is None:
        return None
    if part.day is None:
        return EventDate(date(year, part.month, 1), f"{year}-{part.month:02}")
    if part.day > monthrange(year, part.month)[1]:
        return None
    return _day(date(year, part.month, part.day))


def _year_of(part: PartialDate, published: date | None) -> int | None:
    """The year of a date without one: the last that does not lie ahead of the article."""
    if published is None or part.month is None:
        return None
    day = min(part.day or 1, monthrange(published.year, part.month)[1])
    ahead = date(published.year, part.month, day) > published + LONGEST_AHEAD
    return published.year - ahead


def _day(day: date) -> EventDate:
    return EventDate(day, day.isoformat())
