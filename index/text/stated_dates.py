"""The dates that an article states about itself: when it was published, and when it was changed.

Words are read as a date only when they name one day and nothing else. 03/04/2021 is two days: it counts
only where the order of day and month is known. Common forms are read here; dateparser reads the others, in
the large European languages and in Chinese and Japanese.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from index.text.dates import find_dates, first_date
from index.text.noticed import DAY_FIRST, MONTH_FIRST, TWO_DAYS, notice

# A longer line is no date with its labels.
_LONGEST = 120
# The orders of day and month; "" is unknown.
ORDERS = ("", "dmy", "mdy")
_LANGUAGES = "en de fr es it pt nl pl sv da nb fi cs sk hr hu ro bg tr ru uk el ja ko zh".split()
_NUMERIC = {
    "dmy": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"),
    "mdy": ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"),
    "": ("%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d", "%Y%m%d"),
}
_FIGURES = re.compile(r"(?<![\d./-])\d{1,4}([./-]\s?)\d{1,2}\1\d{1,4}(?![\d/-])|(?<!\d)\d{8}(?!\d)")
_TIME_OF_DAY = re.compile(r"(?<=\d)T(?=\d)")
_FOURTEEN = re.compile(r"(?<!\d)((?:19|20)\d{6})\d{6}(?!\d)")  # a day and a time without signs
_YEAR = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)|(?<!\d)(?:1[89]|20)\d{6}(?!\d)")
_LABEL = re.compile(
    # also glued to the day before it: "1 June 2021Updated 3 June 2021"
    r"(?<![^\W\d_])(?P<updated>(?:last|zuletzt)?\s*(?:updated?|modified|edited|revised|corrected|changed|aktualisiert"
    r"|geändert|stand|mis à jour|modifié|actualizad[ao]|atualizad[ao]|aggiornat[ao]|modificat[ao]|bijgewerkt"
    r"|uppdaterad|oppdatert|opdateret|zaktualizowano|aktualizacja|aktualizováno)\b)"
    r"|\b(?:(?:first|originally|erst)\s*)?(?:published?|posted|issued|created|released|filed|date[dl]?"
    r"|(?:publication|release)\s+date|veröffentlicht|erschienen|erstellt|datum|publié|publicad[ao]|pubblicat[ao]"
    r"|gepubliceerd|geplaatst|publicerad|publisert|udgivet|opublikowano|fecha|data)\b"
    r"|\b(?:this\s(?:story|article|post|page|report|piece)\s|and\s)(?:was|has\sbeen)\b"
    r"|\b(?:last|on|at|(?<!\d )am|um|le|el|il|em|op|om|den|kl|alle|à|às|klo|o godz|a las)\b\.?(?!\w)"
    r"|(?:更新|修改|수정|업데이트)(?P<later>)|公開|发布|發布|發佈|掲載|配信|发表|發表|입력|등록|작성|게시",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b\d{1,2}(?:[:.h]\d\d(?:[:.]\d\d)?(?:\.\d+)?)\s*(?:uhr|[ap]\.?m\b\.?)?|\b\d{1,2}\s*[ap]\.?m\b\.?|\b\d{1,2}\s*uhr\b"
    r"|\b\d{4}(?:\d\d)?z\b|\b(?:utc|gmt)(?:\s*[+-]\s*\d{1,2}(?::?\d\d)?)?\b|[+-]\d\d:?\d\d\b|(?<=\d)z\b"
    r"|\b(?:[a-z]{1,3}[sd]t|[ecmp]t|[cew]et|[ap]\.?m\.?|noon|midnight|hrs)\b"
    r"|(?<=\d{2}[:.]\d{2} )(?-i:[A-Z]{2,4})\b|\d{1,2}[時时点](?:\d{1,2}分)?|[上下]午|午[前後]|오[전후]"
    r"|[(（][月火水木金土日一二三四五六][)）]|(?:星期|[周週])[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일"
    r"|/\s*(?:\d+|an?) \w+ ago\b"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?",
    re.IGNORECASE,
)


class StatedDays(NamedTuple):
    """When an article was published and when it was changed; None where it does not say."""

    published: date | None = None
    updated: date | None = None


def read_day(words: str, order: str = "") -> date | None:
    """The day that `words` name, such as a column, a timestamp or a line of front matter, or None.

    `order` tells how to read 03/04/2021: one of ORDERS.
    """
    words = " ".join(words.split())[:_LONGEST]
    days = stated_days(words, order)
    return days.published or days.updated or first_date(words)


def day_order(dates: Iterable[str]) -> str:
    """The order of day and month in `dates` in figures, as those tell of which only one order is a date.

    "" when none or both are found.
    """
    seen = set[str]()
    for words in dates:
        found = _FIGURES.search(words[:_LONGEST])
        if found is None or not found[1]:
            continue
        possible = [order for order in ORDERS[1:] if _numeric(found[0], order)]
        seen.update(possible if len(possible) == 1 else ())
    return seen.pop() if len(seen) == 1 else ""


def stated_days(line: str, order: str = "") -> StatedDays:
    """The days in a line with nothing but dates, times and labels: "1 May 2022, updated 3 May 2022"."""
    line = _FOURTEEN.sub(r"\1", " ".join(line.split()))
    if len(line) > _LONGEST or not _YEAR.search(line):
        return StatedDays()
    days: dict[bool, date] = {}
    for is_update, words in _pieces(line):
        if not re.search(r"\w", _TIME.sub(" ", words)):
            continue
        day = _sole(words, order)
        if day is None:
            return StatedDays()
        days.setdefault(is_update, day)
    return StatedDays(days.get(False), days.get(True))


def _pieces(line: str) -> list[tuple[bool, str]]:
    """The line cut at its labels: (whether an update is dated, words), in order.

    A label that says neither, such as "on", continues the piece before it.
    """
    pieces, at, is_update = [(False, "")], 0, False
    for found in [*_LABEL.finditer(line), None]:
        end = found.start() if found else len(line)
        before = pieces[-1][1] if pieces[-1][0] == is_update else None
        words = line[at:end]
        if before is None:
            pieces.append((is_update, words))
        else:
            pieces[-1] = (is_update, f"{before} {words}")
        if found:
            at = found.end()
            if found["updated"] is not None or found["later"] is not None:
                is_update = True
            elif len(found.group()) > 4:
                is_update = False
    return pieces


def _sole(words: str, order: str) -> date | None:
    """The day of `words` with nothing but a date, a weekday and a time of day in them, or None."""
    words = _TIME_OF_DAY.sub(" ", words).strip(" \t,;:|•·–—-()[]")
    dates = list(find_dates(words))
    if len(dates) > 1:
        return None
    if dates and _is_time(words[: dates[0][0].start], words[dates[0][0].end :]):
        return dates[0][1]
    if (found := _FIGURES.search(words)) and _is_time(words[: found.start()], words[found.end() :]):
        return _numeric(found.group(), order)
    # a month in words, with one day and one year: dateparser is slow to start
    bare = _TIME.sub(" ", words)
    numbers = [int(number) for number in re.findall(r"\d+", bare[:_LONGEST])]
    is_date = 2 <= len(numbers) <= 3 and any(0 < number < 32 for number in numbers)
    if (
        not is_date
        or len(bare.split()) > 6
        or not _YEAR.search(bare)
        or not re.search(r"[^\W\d]", bare)
    ):
        return None
    return _parsed(" ".join(bare.split()), order) or _parsed(words, order)


def _is_time(*words: str) -> bool:
    return not re.search(r"\w", _TIME.sub(" ", " ".join(words)))


def _numeric(words: str, order: str) -> date | None:
    """The one day that a date in figures can be: 20/05/2020, but 03/04/2021 only with an order."""
    figures = "".join(words.split())
    days = {one: _read(figures, _NUMERIC[one]) for one in ORDERS}
    if not days[""] and days["dmy"] != days["mdy"]:
        notice(
            TWO_DAYS
            if all((days["dmy"], days["mdy"]))
            else DAY_FIRST
            if days["dmy"]
            else MONTH_FIRST
        )
    found = days[""] | (days[order] if order else days["dmy"] | days["mdy"])
    return found.pop() if len(found) == 1 else None


def _read(words: str, forms: Iterable[str]) -> set[date]:
    """The days that `words` are in any of `forms`."""
    days = set()
    for form in forms:
        with suppress(ValueError):
            days.add(datetime.strptime(words, form).date())
    return days


@lru_cache(maxsize=4096)
def _parsed(words: str, order: str) -> date | None:
    found = {
        _parser(one).get_date_data(words).date_obj for one in ([order] if order else ORDERS[1:])
    }
    days = {when.date() if when else None for when in found}
    day = days.pop()
    return day if not days and day and 1600 <= day.year < 2100 else None


@lru_cache(maxsize=2)
def _parser(order: str) -> Any:
    """dateparser, so strict that it fills in nothing: neither the day nor this year, nor "yesterday"."""
    from dateparser.date import DateDataParser  # slow, so only folders with such dates load it

    return DateDataParser(
        languages=_LANGUAGES,
        settings={
            "DATE_ORDER": order.upper(),
            "PARSERS": ["absolute-time"],
            "PREFER_LOCALE_DATE_ORDER": False,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
        },
    )
