"""Find dates in a text, with their spans.

A full date has a day, a month and a year: "November 18, 2015", "18 Nov. 2015", "2015-11-18". A partial date
has fewer: "Nov. 18", "November 2015", "Monday". Ambiguous dates such as 03/04/2015 are ignored, and nothing
is guessed, such as which Monday it was.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from index.text.article import Span

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = (
    r"(?P<month{n}>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"(?P<day{n}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year{n}>(?:1[6-9]|20)\d\d)"
_FORMS = (
    rf"{_MONTH}\s+{_DAY}\s*,?\s+{_YEAR}",
    rf"{_DAY}(?:\s+(?:of\s+)?|[-/]){_MONTH}(?:\s*,?\s+|[-/]){_YEAR}",
    r"(?P<year{n}>(?:1[6-9]|20)\d\d)-(?P<month{n}>\d\d)-(?P<day{n}>\d\d)",
)
_DATE = re.compile(
    "|".join(rf"\b{form.format(n=n)}\b" for n, form in enumerate(_FORMS)), re.IGNORECASE
)
_TIME_OF_DAY = re.compile(r"(?<=\d)T(?=\d)")
_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_WEEKDAY = re.compile(rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)})day\b", re.IGNORECASE)
# Partial dates; "may" and "march" alone are mostly verbs.
_PARTS = tuple(
    re.compile(form.format(n=""), re.IGNORECASE)
    for form in (
        rf"\b{_MONTH}\s+{_DAY}\b(?!,?\s+(?:1[6-9]|20)\d\d\b)",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?!\w)(?!,?\s+(?:1[6-9]|20)\d\d\b)",
        rf"(?<!\d )(?<!\d of )\b{_MONTH}(?:\s+of)?,?\s+{_YEAR}\b",
        r"\b(?:in|of|since|by|until|early|late|mid|last|this|next)[ -]"
        rf"{_MONTH}(?!\w)(?!\s+\d)",
    )
)
_LABEL = re.compile(
    r"\b(?:published|posted|updated|date|on|at|first|last|modified|\d{1,2}[:.]\d\d|[ap]\.?m\.?|[a-z]{2,4}t)\b",
    re.IGNORECASE,
)


def find_dates(text: str) -> Iterator[tuple[Span, date]]:
    """Every full date in `text`, in order, with its span; impossible ones (31 June) are skipped."""
    for found in _DATE.finditer(text):
        n = next(i for i in range(len(_FORMS)) if found.group(f"year{i}"))
        month = found.group(f"month{n}")
        number = int(month) if month.isdigit() else _month_number(month)
        try:
            day = date(int(found.group(f"year{n}")), number, int(found.group(f"day{n}")))
        except ValueError:
            continue
        yield Span(found.start(), found.end()), day


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date; missing parts are None. `weekday` counts from Monday, 0."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


def find_partial_dates(text: str) -> Iterator[tuple[Span, PartialDate]]:
    """Dates, months with a day or a year, months alone where they cannot be verbs, and weekdays, with spans.

    Full dates come first, then the other forms in turn. A year alone is just a number, not a date.
    """
    full = list(find_dates(text))
    for span, day in full:
        yield span, PartialDate(day.year, day.month, day.day)
    text = _masked(text, [span for span, _ in full])
    for form in _PARTS:
        spans = []
        for found in form.finditer(text):
            parts = found.groupdict()
            numbers = {part: int(parts[part]) for part in ("year", "day") if parts.get(part)}
            if numbers.get("day", 1) in range(1, 32):
                start = min(found.start(part) for part in parts if parts[part])  # without "in"
                spans.append(Span(start, found.end()))
                yield spans[-1], PartialDate(month=_month_number(parts["month"]), **numbers)
        text = _masked(text, spans)
    for found in _WEEKDAY.finditer(text):
        weekday = _WEEKDAYS.index(found.group("weekday").lower())
        yield Span(*found.span()), PartialDate(weekday=weekday)


def _masked(text: str, spans: Iterable[Span]) -> str:
    """The text with `spans`, in order, masked, so that no part of a date is found twice."""
    kept, at = [], 0
    for span in spans:
        kept += [text[at : span.start], "#" * len(span)]
        at = span.end
    return "".join([*kept, text[at:]])


def _month_number(word: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(word.lower()[:3]))


def first_date(text: str) -> date | None:
    """The first full date in `text`, which may be a timestamp ("2015-11-18T09:30Z"), or None."""
    return next((day for _, day in find_dates(_TIME_OF_DAY.sub(" ", text))), None)


def sole_date(line: str) -> date | None:
    """The date of a line with nothing else ("Published: Monday, 25 May 2020 10:30 GMT"), or None."""
    found = next(find_dates(line), None)
    if found is None:
        return None
    span, day = found
    rest = line[: span.start] + " " + line[span.end :]
    rest = _LABEL.sub(" ", _WEEKDAY.sub(" ", rest))
    return None if re.search(r"\w", rest) else day


def month_first(day: date) -> str:
    """The day as the reading model knows it from training: "November 18, 2015"."""
    return f"{day:%B} {day.day}, {day.year}"
