"""The words of a question that narrow a list of articles: an outlet, days of publication, a subject."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.english.period import LATE, find_period
from index.catalog.selection import Days
from index.text.dates import find_partial_dates

_FILLER = re.compile(
    r"\b(?:published|printed|written|dated|from|by|in|on|during|of|there|here|all|was|were|is|are|do|we|you|have"
    r"|got|the|folder|archive|corpus|index|collection|total|altogether|and|that|which|articles?)\b|[,.?!]",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|on|covering|concerning) (?P<subject>\S.*)\Z", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:in|of|during|from) ((?:19|20)\d\d)\b")
_LEADING = re.compile(
    r"(?:\b(?:published|printed|written|in|on|during|of|from) )+\Z", re.IGNORECASE
)
_RELATIVE = re.compile(
    r"\b(?:published |from |in |of )*(?:today|yesterday|(?:the )?(?:this|last|past|previous) (?:\w+ )?"
    r"(?:weeks?|months?|years?|days?|weekend))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left of the words, and the conditions that they set. `rest` is what is not understood."""

    subject: str
    outlet: str = ""
    days: Days | None = None
    rest: str = ""


def narrow(words: str, outlets: Sequence[str], newest: date, *, is_subject: bool) -> Narrowed:
    """The conditions in `words`. With `is_subject` what is left is the subject, else it must be marked so."""
    words, days = _dated(words, newest)
    words, outlet = _from_outlet(words, outlets)
    if is_subject:
        return Narrowed(words.strip(" ,"), outlet, days)
    subject = ""
    if about := _ABOUT.search(words):
        subject, words = about["subject"].strip(" ,"), words[: about.start()]
    return Narrowed(subject, outlet, days, " ".join(_FILLER.sub(" ", words).split()))


def _dated(words: str, newest: date) -> tuple[str, Days | None]:
    """The words without their days, and these; unlike a question about news, to the day."""
    found = [(span, one) for span, one in find_partial_dates(words) if one.month]
    if found:
        span, one = found[0]
        period = find_period(span.of(words) if one.day else f"in {span.of(words)}", newest)
        start = _LEADING.search(words[: span.start])
        begin = start.start() if start else span.start
        left = words[:begin] + words[span.end :]
        return left, (period.start, period.end - LATE) if period else None
    if year := _YEAR.search(words):
        number = int(year[1])
        left = words[: year.start()] + words[year.end() :]
        return left, (date(number, 1, 1), date(number, 12, 31))
    if relative := _RELATIVE.search(words):
        period = find_period(relative.group(), newest + timedelta(days=0))
        left = words[: relative.start()] + words[relative.end() :]
        return left, (period.start, period.end) if period else None
    return words, None


def _from_outlet(words: str, outlets: Sequence[str]) -> tuple[str, str]:
    """The words without "from DW", and the outlet as the articles name it."""
    for outlet in sorted(outlets, key=len, reverse=True):
        name = re.escape(outlet.removeprefix("The "))
        found = re.search(
            rf"\b(?:from|by|in|published by|on) (?:the )?{name}(?!\w)", words, re.IGNORECASE
        )
        if found:
            return words[: found.start()] + words[found.end() :], outlet
    return words, ""
