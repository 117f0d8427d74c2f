"""Full dates written out in a text, with where they stand.

Only dates that name a day, a month and a year count: "November 18, 2015", "18 Nov. 2015", "2015-11-18".
It does not guess at "last Monday" or at 03/04/2015, which means two things.
"""

import re
from collections.abc import Iterator
from datetime import date

from index.article import Span

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
    rf"{_DAY}\s+(?:of\s+)?{_MONTH}\s*,?\s+{_YEAR}",
    r"(?P<year{n}>(?:1[6-9]|20)\d\d)-(?P<month{n}>\d\d)-(?P<day{n}>\d\d)",
)
_DATE = re.compile(
    "|".join(rf"\b{form.format(n=n)}\b" for n, form in enumerate(_FORMS)), re.IGNORECASE
)
_TIME_OF_DAY = re.compile(r"(?<=\d)T(?=\d)")
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(?:published|posted|updated|date|on|at|first|last|modified|\d{1,2}[:.]\d\d|[ap]\.?m\.?|[a-z]{2,4}t)\b",
    re.IGNORECASE,
)


def find_dates(text: str) -> Iterator[tuple[Span, date]]:
    """Every full date in `text`, in order, with its span; impossible ones (31 June) are passed over."""
    for found in _DATE.finditer(text):
        n = next(i for i in range(len(_FORMS)) if found.group(f"year{i}"))
        month = found.group(f"month{n}")
        number = int(month) if month.isdigit() else _month_number(month)
        try:
            day = date(int(found.group(f"year{n}")), number, int(found.group(f"day{n}")))
        except ValueError:
            continue
        yield Span(found.start(), found.end()), day


def _month_number(word: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(word.lower()[:3]))


def first_date(text: str) -> date | None:
    """The first full date in `text`, which may be written for machines ("2015-11-18T09:30Z"), or None."""
    return next((day for _, day in find_dates(_TIME_OF_DAY.sub(" ", text))), None)


def sole_date(line: str) -> date | None:
    """The date of a line that says nothing else than a date ("Published: Monday, 25 May 2020 10:30 GMT")."""
    found = next(find_dates(line), None)
    if found is None:
        return None
    span, day = found
    rest = line[: span.start] + " " + line[span.end :]
    rest = _LABEL.sub(" ", _WEEKDAY.sub(" ", rest))
    return None if re.search(r"\w", rest) else day
