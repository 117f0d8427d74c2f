"""The numbers of a text as values: "1,200", "thirty-five", "two dozen", "1.5 million", "40 percent".

Rules for English. It knows what a number is worth, and not what is counted; of "dozens" and "hundreds"
it makes nothing, and nothing of a bare "one", which is mostly a pronoun.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from index.text.article import Span

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: n for n, word in enumerate(_ONES)} | {
    word: 10 * n for n, word in enumerate(_TENS, start=2)
}
_ORDINALS = {
    word: n
    for n, word in enumerate(
        """third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
        fifteenth sixteenth seventeenth eighteenth nineteenth""".split(),
        start=3,
    )
} | {f"{word[:-1]}ieth": 10 * n for n, word in enumerate(_TENS, start=2)}
# Behind a ten they are no seconds of time: "twenty-second".
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


def _any(words: Iterable[str]) -> str:
    # longest first, else "six" would be found in "sixteen"
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


# Number words in the order that makes one number; "six and seven" are two.
_SCALE = _any(word for word in _SCALES if len(word) > 4 and word != "hundred")
_UNITS = _any([*_ONES[1:10], *_AFTER_TEN, *(word for word, n in _ORDINALS.items() if n < 10)])
_BELOW_100 = f"(?:{_any(_TENS)}[ -]{_UNITS}|{_any([*_SMALL, *_ORDINALS])})"
_BELOW_1000 = rf"(?:(?:a|{_BELOW_100})[ -]hundred(?:[ -](?:and[ ])?{_BELOW_100})?|{_BELOW_100})"
_SPELLED = (
    rf"(?:a|{_BELOW_1000})[ -]{_SCALE}(?:[ ](?:and[ ])?{_BELOW_1000}(?:[ -]{_SCALE})?){{0,3}}"
    rf"|{_BELOW_1000}"
)
_FIGURE = re.compile(
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
class Figure:
    """What a number is worth, whether it is a percentage, and where in the text it stands.

    `is_plain` is true for digits without separator, point, mark or unit: it may be a year.
    """

    value: Decimal
    percent: bool
    span: Span
    is_plain: bool = False


def find_figures(text: str) -> tuple[Figure, ...]:
    """Every number of `text` that has a value, in order; those of a range of percentages are percentages."""
    found = list(_figures(text))
    for n in range(len(found) - 1, 0, -1):
        between = text[found[n - 1].span.end : found[n].span.start]
        if found[n].percent and not found[n - 1].percent and _RANGE.fullmatch(between):
            found[n - 1] = replace(found[n - 1], percent=True, is_plain=False)
    return tuple(found)


def _figures(text: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(text):
        words = match.group("words")
        if words and words.lower() == "one":
            continue
        value = _spelled(words) if words else _digits(match)
        percent = _PERCENT.match(text, match.end()) is not None
        plain = not percent and match.group().isdecimal()
        yield Figure(value, percent, Span(*match.span()), plain)


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
