"""The period a question asks about: "in September 2015", "last week of October", "this week", "latest".

A period is days of publication, not of events: news is printed on the day or soon after. "This week" depends
on the day from which the caller counts.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.english.lexicon import MONTH, ONES, STOP_WORDS, WEEKDAY, any_of
from index.text.dates import find_partial_dates

# A day with a month, or a month with a year, with a weekday in front.
DATE = (
    rf"\b(?:{WEEKDAY},? )?(?:{MONTH}\.? \d{{1,2}}(?:,? \d{{4}})?|"
    rf"\d{{1,2}} {MONTH}(?: \d{{4}})?|{MONTH} \d{{4}})(?!\w)"
)
LATE = timedelta(days=3)  # a day's news may be printed this much later
RECENT = timedelta(days=30)  # what "recently" and "now" reach back to
_UNITS = {"day": 1, "week": 7, "month": 31, "year": 366}
_COUNTS = {"": 1, "a": 1, "few": 4} | {word: n for n, word in enumerate(ONES) if n}
_LATEST = re.compile(r"\b(?:latest|newest|most recent(?:ly)?)\b", re.IGNORECASE)
_RECENTLY = re.compile(
    r"\b(?:recent(?:ly)?|now|currently|at the moment|nowadays|these days)\b", re.IGNORECASE
)
_SPAN = re.compile(
    rf"\b(?:last|past|previous)\s+({any_of(filter(None, _COUNTS))}|\d{{1,2}})?\s*(day|week|month|year)s\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\b(this|last|past|previous|next|coming)\s+(?:past\s+)?(week(?:end)?|month|year)\b",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"\b(today|tonight|this (?:morning|afternoon|evening)|yesterday)\b", re.IGNORECASE
)
# A weekday is the last or the next one, which the papers write about now.
_WEEKDAY = re.compile(rf"(?:\b(\w+)\s+)?\b{WEEKDAY}\b(?!\s+(?-i:[A-Z]))", re.IGNORECASE)
_BEFORE_A_DAY = STOP_WORDS | {"last", "past", "next", "early", "late", "since"}
_PART = re.compile(
    r"\b(first|second|third|fourth|last|early|mid|late|beginning|start|middle|end)\b"
    r"(?:[ -](?:week|days|half))?(?:[ -](?:of|in))?[ -]\Z",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"\b(?:in|of|during|since|from|throughout|for|the|early|late|mid)[ -]((?:19|20)\d\d)\b(?![-–/]\d)",
    re.IGNORECASE,
)
# The days of a month that "early" and the like mean, from the first; None counts from the last.
_PARTS = {
    "first": (1, 8),
    "second": (8, 15),
    "third": (15, 22),
    "fourth": (22, 29),
    "early": (1, 11),
    "beginning": (1, 11),
    "start": (1, 11),
    "mid": (10, 21),
    "middle": (10, 21),
    "late": (20, 31),
    "end": (22, 31),
    "last": (24, 31),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days of publication, both included; `newest` if only the newest article in them is meant."""

    start: date
    end: date
    newest: bool = False

    def holds(self, day: date | None) -> bool:
        """True if an article of `day` belongs to it; False if `day` is None."""
        return day is not None and self.start <= day <= self.end


def find_period(question: str, now: date) -> Period | None:
    """The period `question` names, or None; "today" and "last year" count from `now`.

    A month without a year is the last that has begun.
    """
    found = next((one for rule in _RULES for one in rule(question, now)), None)
    if found is None:
        return Period(date.min, now, newest=True) if _LATEST.search(question) else None
    return found


def current_period(now: date) -> Period:
    """The days whose news is still fresh on the day `now`."""
    return Period(_back(now, RECENT), now + LATE)


def _calendar(question: str, now: date) -> Iterator[Period]:
    """Days and months that are written out, the most exact first."""
    dated = [(span, one) for span, one in find_partial_dates(question) if one.month]
    for span, one in sorted(dated, key=lambda pair: -sum(map(bool, (pair[1].day, pair[1].year)))):
        month = one.month or 1
        year = one.year or (
            now.year if (month, one.day or 1) <= (now.month, now.day) else now.year - 1
        )
        last = monthrange(year, month)[1]
        if one.day is not None:
            day = date(year, month, min(one.day, last))
            yield Period(day, day + LATE)
        else:
            part = _PART.search(question[: span.start])
            first, end = _PARTS[part.group(1).lower()] if part else (1, last)
            yield Period(date(year, month, first), date(year, month, min(end, last)) + LATE)


def _relative(question: str, now: date) -> Iterator[Period]:
    """Days, weeks, months and years that are counted from now."""
    if day := _DAY.search(question):
        start = now - timedelta(days=2 if day.group(1).lower() == "yesterday" else 1)
        yield Period(start, now)
    if span := _SPAN.search(question):
        said = (span.group(1) or "").lower()
        count = int(said) if said.isdigit() else _COUNTS[said]
        yield Period(_back(now, timedelta(days=_UNITS[span.group(2).lower()] * count)), now)
    if unit := _UNIT.search(question):
        which, name = unit.group(1).lower(), unit.group(2).lower()
        yield _UNIT_PERIODS[name](now, which in ("last", "previous"))


def _weekdays(question: str, now: date) -> Iterator[Period]:
    """Days of the week that stand for one day: "every Friday" is many, "Black Friday" a name."""
    for named in _WEEKDAY.finditer(question):
        word = named.group(1) or "on"
        known = word.islower() or word.lower() in _BEFORE_A_DAY
        if known and word.lower() not in {"every", "each"}:
            yield _week(now, before=False)


def _week(now: date, before: bool) -> Period:
    # "Last week" said on a Monday ended yesterday, said on a Sunday eight days ago.
    return (
        Period(now - timedelta(days=14), now - timedelta(days=1))
        if before
        else Period(now - timedelta(days=8), now + LATE)
    )


def _weekend(now: date, before: bool) -> Period:
    return Period(now - timedelta(days=9), now + LATE)


def _month(now: date, before: bool) -> Period:
    first = now.replace(day=1)
    if not before:
        return Period(min(first, now - timedelta(days=14)), now + LATE)
    end = first - timedelta(days=1)
    return Period(end.replace(day=1), end + LATE)


def _year(now: date, before: bool) -> Period:
    year = now.year - before
    return Period(date(year, 1, 1), min(date(year, 12, 31), now) + LATE)


_UNIT_PERIODS: dict[str, Callable[[date, bool], Period]] = {
    "week": _week,
    "weekend": _weekend,
    "month": _month,
    "year": _year,
}


def _years(question: str, now: date) -> Iterator[Period]:
    if found := _YEAR.search(question):
        year = int(found.group(1))
        yield Period(date(year, 1, 1), date(year, 12, 31) + LATE)


def _recently(question: str, now: date) -> Iterator[Period]:
    if _RECENTLY.search(question) and not _LATEST.search(question):
        yield current_period(now)


def _back(now: date, by: timedelta) -> date:
    return now - by if now - date.min > by else date.min


_RULES: tuple[Callable[[str, date], Iterator[Period]], ...] = (
    _calendar,
    _relative,
    _years,
    _weekdays,
    _recently,
)
