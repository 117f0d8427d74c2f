"""The numbers of a text with their values: "1,200", "thirty-five", "two dozen", "1.5 million", "40 percent".

It does not know what is counted. "Dozens" and "hundreds" have no value, nor has "one", mostly a pronoun.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.english.lexicon import APPROXIMATE, ONES, ORDINALS, TENS, any_of
from index.text.article import Span

# Digits, a number word or a vague number, such as "dozens".
COUNT = (
    rf"(?:\d+(?:[.,]\d+)*|{any_of([*ONES[1:], *TENS, 'several', 'dozens', 'a few'])}"
    r"|(?:hundred|thousand|million|billion)s?)"
)
# A number with the words that make it approximate.
ABOUT_COUNT = rf"(?:{any_of(APPROXIMATE)} )?{COUNT}"
_SMALL = {word: n for n, word in enumerate(ONES)} | {
    word: 10 * n for n, word in enumerate(TENS, start=2)
}
_ORDINALS = {word: n for n, word in enumerate(ORDINALS, start=3)} | {
    f"{word[:-1]}ieth": 10 * n for n, word in enumerate(TENS, start=2)
}
# After a ten, "second" is not a unit of time: "twenty-second".
_AFTER_TEN = {"first": 1, "second": 2}
_SCALES = {
    word: value
    for value, words in {
        12: "dozen",
        100: "hundred",
        1000: "thousand k",
        10**6: "million m mn",
        10**9: "billion bn",
        10**12: "trillion tn",
    }.items()
    for word in words.split()
}
_VALUES = _SMALL | _ORDINALS | _AFTER_TEN
# Number words in the order that makes one number; "six and seven" are two.
_SCALE = any_of(word for word in _SCALES if len(word) > 4 and word != "hundred")
_UNITS = any_of([*ONES[1:10], *_AFTER_TEN, *(word for word, n in _ORDINALS.items() if n < 10)])
_BELOW_100 = f"(?:{any_of(TENS)}[ -]{_UNITS}|{any_of([*_SMALL, *_ORDINALS])})"
_BELOW_1000 = rf"(?:(?:a|{_BELOW_100})[ -]hundred(?:[ -](?:and[ ])?{_BELOW_100})?|{_BELOW_100})"
_SPELLED = (
    rf"(?:a|{_BELOW_1000})[ -]{_SCALE}(?:[ ](?:and[ ])?{_BELOW_1000}(?:[ -]{_SCALE})?){{0,3}}"
    rf"|{_BELOW_1000}"
)
_NUMBER = re.compile(
    # bounded and possessive: a megabyte of digits is read in one pass
    r"(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3}){1,6}(?!\d)|\d{1,20}+)(?P<point>\.\d{1,12}+)?"
    r"(?P<tail>(?:st|nd|rd|th|k|m|mn|bn|tn|s)\b)?"
    rf"(?:[ -](?P<scale>{_SCALE}|hundred|bn|tn|m)\b)?"
    rf"|\b(?P<words>{_SPELLED})\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"\s?%|[ -]per ?cent\b|[ -]percentage[ -]points?\b|[ ]percentage\b", re.IGNORECASE
)
_RANGE = re.compile(r"\s?(?:to|and|or|-|–|—)\s?[$€£]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """The value of a number, whether it is a percentage, and its place in the text.

    `is_plain` is true for digits without separator, point, mark or unit: they may be a year.
    """

    value: Decimal
    percent: bool
    span: Span
    is_plain: bool = False


def find_numbers(text: str) -> tuple[Number, ...]:
    """Every number of `text` that has a value, in order; those of a range of percentages are percentages."""
    found = list(_numbers(text))
    for n in range(len(found) - 1, 0, -1):
        between = text[found[n - 1].span.end : found[n].span.start]
        if found[n].percent and not found[n - 1].percent and _RANGE.fullmatch(between):
            found[n - 1] = replace(found[n - 1], percent=True, is_plain=False)
    return tuple(found)


def _numbers(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        words = match.group("words")
        if words and words.lower() == "one":
            continue
        value = _spelled(words) if words else _digits(match)
        percent = _PERCENT.match(text, match.end()) is not None
        plain = not percent and match.group().isdecimal()
        yield Number(value, percent, Span(*match.span()), plain)


def _digits(match: re.Match[str]) -> Decimal:
    value = Decimal(match.group("digits").replace(",", "") + (match.group("point") or ""))
    for unit in (match.group("tail"), match.group("scale")):
        value *= _SCALES.get((unit or "").lower(), 1)
    if match.group("tail") == "s" and 20 <= value < 100:
        value += 1900  # "the 80s"
    return value


def _spelled(words: str) -> Decimal:
    """The value of number words that make one number, "a" counting as one."""
    total = current = 0
    for part in re.split(r"[\s-]", words.lower()):
        scale = _SCALES.get(part, 1)
        if scale > 100:
            total, current = total + current * scale, 0
        else:
            current = current * scale + (1 if part == "a" else _VALUES.get(part, 0))
    return Decimal(total + current)


def written_numbers(text: str) -> list[str]:
    """The numbers that are written in digits, as they stand but without thousands separators."""
    return [found.replace(",", "") for found in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)]
