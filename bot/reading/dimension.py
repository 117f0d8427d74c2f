"""The dimension of a figure: an age, a height, a price, a time of the day; and the one asked for.

"How old is she?" is not answered by her house number, nor "How fast did it fly?" by its height. A figure
whose dimension is unclear may answer any question.
"""

import re
from enum import StrEnum
from functools import lru_cache

from bot.english.lexicon import (
    AUXILIARY,
    CURRENCIES,
    MONTH,
    STOP_WORDS,
    TIME_UNIT,
    YEAR,
    any_of,
    words_of,
)
from bot.english.numbers import COUNT
from index.text.article import Span


class Dimension(StrEnum):
    """What a figure measures."""

    AGE = "age"
    LENGTH = "length"
    AREA = "area"
    SPEED = "speed"
    WEIGHT = "weight"
    TEMPERATURE = "temperature"
    MONEY = "money"
    SHARE = "share"
    DURATION = "duration"
    CLOCK = "time of the day"
    DATE = "date"
    ADDRESS = "address"
    COUNT = "count"


_METRES = r"(?:kilo|centi|milli)?met(?:re|er)s?|km|cm|mm|m(?![\w.])"
_LENGTHS = rf"(?:{_METRES}|miles?|feet|foot|ft|inch(?:es)?|yards?)"
_AREAS = rf"(?:(?:square|sq\.?)[ -]{_LENGTHS}|acres?|hectares?)"
_SPEEDS = rf"(?:mph|km/h|kph|knots?|{_LENGTHS} (?:per|an?) (?:hour|second|minute))"
_WEIGHTS = r"(?:tonn?es?|tons?|kilo(?:gram)?(?:me)?s?|kg|lbs?|grams?|ounces?)"
_DEGREES = r"(?:°|degrees?\b|[CF]\b)"
_SIGNS = "".join(sign for sign in CURRENCIES if not sign.isalpha())
# Not pounds, which are also a weight.
_MONEY = any_of(
    {word for word in CURRENCIES if word.isalpha() and word != "pounds"}
    | words_of(
        "dollar cents pence krona kroner kronor francs pesos reais won yuan rand shekels rupee"
    )
)
_SCALE = r"(?:[ -](?:hundred|thousand|million|billion|trillion|bn|m|k)\b)*"
# The dimension by what stands right behind the number; the first that matches counts.
_BEHIND = tuple(
    (dimension, re.compile(rf"[ -]?(?:{unit})", re.IGNORECASE))
    for dimension, unit in (
        (Dimension.SHARE, r"%|per ?cent\b|percentage\b"),
        (Dimension.SPEED, rf"{_SPEEDS}\b"),
        (Dimension.AREA, rf"{_AREAS}\b"),
        (Dimension.WEIGHT, rf"{_WEIGHTS}\b"),
        (Dimension.TEMPERATURE, _DEGREES),
        (Dimension.LENGTH, rf"{_LENGTHS}\b"),
        (
            Dimension.ADDRESS,
            r"(?:[A-Z]\w+ ){1,3}(?:Street|Road|Avenue|Lane|Drive|Boulevard|Square|St|Ave)\b",
        ),
        (Dimension.DATE, rf"(?:st|nd|rd|th)? (?:of )?{MONTH}\b"),
        (Dimension.AGE, r"years?[ -]olds?\b|months?[ -]olds?\b|years? of age\b"),
        (Dimension.CLOCK, r"(?::\d\d)?\s?[ap]\.?m\b|o['’]clock\b|:\d\d\b"),
        (Dimension.DURATION, rf"{TIME_UNIT}s?\b"),
        (Dimension.MONEY, rf"(?:U\.?S\.? |Canadian |Australian )?{_MONEY}\b"),
    )
)
_NUMBER = re.compile(rf"\b{COUNT}{_SCALE}", re.IGNORECASE)
_MONEY_BEFORE = re.compile(rf"(?:[{re.escape(_SIGNS)}]|\b(?:US|USD|EUR|GBP))\s?\Z")
_AGE_BEFORE = re.compile(r"\b(?:aged?|age of|turn(?:s|ed|ing)?) \Z", re.IGNORECASE)
# "Ada Pell, 42, said": an age between commas, or at the end
_NAMED_BEFORE = re.compile(r"[^\W\d][.'’)]?, \Z")
_NAMED_BEHIND = re.compile(r"\s*(?:[,.;)]|\Z)")
_OLDEST = 115
_YEAR = re.compile(YEAR)
_YEAR_BEFORE = re.compile(rf"\b(?:in|since|until|by|from|of|to|before|after|{MONTH}|\d,) \Z")
_MONTH_BEFORE = re.compile(rf"\b{MONTH} \Z")
_NO_COUNT = STOP_WORDS | {"pounds"}  # money or a weight
_PLURAL_BEHIND = re.compile(
    r"(?: [a-z-]+)?[ -]((?!\w*(?:ss|us|is)\b)[a-z]{2,}s|people|men|women|children)\b"
)
_CLOCK_TIME = re.compile(
    r"\b\d{1,2}(?:[.:]\d\d)? ?[ap]\.?m\b\.?|\b\d{1,2}[.:]\d\d\b|\b\d{4} ?(?:GMT|hours)\b"
    r"|\b\w+ o['’]clock\b|\b(?:noon|midnight|midday|dawn|dusk|sunrise|sunset|daybreak|nightfall)\b"
    r"|\b(?:lunchtime|morning|afternoon|evening|night|overnight)\b",
    re.IGNORECASE,
)
_SIZE = frozenset({Dimension.LENGTH, Dimension.AREA})
# What can be high or fall far without a place in space: a turnout, a fine, a temperature.
_LEVEL = frozenset({Dimension.SHARE, Dimension.MONEY, Dimension.TEMPERATURE, Dimension.COUNT})
_TIME = frozenset({Dimension.DATE, Dimension.CLOCK, Dimension.DURATION})
_IS = r"(?: is| was| are| were|['’]s)"
# Asked for by the question's words; the first that matches counts.
_ASKED: tuple[tuple[frozenset[Dimension], str], ...] = (
    (frozenset({Dimension.AGE}), rf"how old|what ages?|what{_IS} [\w\s'’]*\bage"),
    (frozenset({Dimension.SPEED}), r"how fast|(?:what|which|at what) speed"),
    (_SIZE, r"how (?:tall|deep|wide|thick)"),
    (
        _SIZE | _LEVEL,
        rf"how (?:high|far)(?:{_IS}| did| do(?:es)?| away| from| up| above| below| apart)",
    ),
    (_SIZE, rf"what{_IS} the (?:height|length|width|depth|distance|altitude)"),
    (frozenset({Dimension.WEIGHT}), rf"how heavy|what{_IS} the weight|how much [\w\s]*\bweigh"),
    (frozenset({Dimension.TEMPERATURE}), r"how (?:hot|cold|warm)"),
    (frozenset({Dimension.MONEY}), rf"how (?:much money|expensive)|what{_IS} the price"),
    (frozenset({Dimension.MONEY}), r"what (?:did|does|do|will) .* cost"),
    (
        frozenset({Dimension.MONEY}),
        rf"how much {AUXILIARY}\b.*\b(?:costs?|pay|paid|worth|owe[sd]?|spen[dt]|earn(?:ed|s)?)",
    ),
    (frozenset({Dimension.SHARE}), r"what (?:percentage|percent|per cent|share|proportion)"),
    (frozenset({Dimension.CLOCK}), r"what time|(?:which|what) hour"),
    (_TIME | _SIZE, r"how long"),
    # the first word: "How many people died when it fell?" does not ask when
    (_TIME | {Dimension.AGE}, r"(?<=\A)(?:(?:and|so|but|since|until|by|exactly) )*when"),
    (frozenset(set(Dimension) - {Dimension.AGE, Dimension.CLOCK, Dimension.ADDRESS}), r"how much"),
)
_ASKED_COMPILED = tuple(
    (dimensions, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for dimensions, words in _ASKED
)
_HOW_MANY = re.compile(r"\bhow many\b(.*)", re.IGNORECASE)


@lru_cache(maxsize=64)
def asked_dimensions(question: str) -> frozenset[Dimension]:
    """The dimensions that an answer to `question` may have; empty if it may have any."""
    for dimensions, words in _ASKED_COMPILED:
        if words.search(question):
            return dimensions
    many = _HOW_MANY.search(question)
    if many is None:
        return frozenset()
    # "How many miles" asks for a length, "How many people" for a count.
    unit = dimension_of(f"2{many[1]}", Span(0, 1))
    return frozenset(
        {Dimension.COUNT, Dimension.SHARE} if unit in (None, Dimension.COUNT) else {unit}
    )


def dimension_of(sentence: str, number: Span) -> Dimension | None:
    """The dimension of the number that begins at `number` in `sentence`; None if it is unclear."""
    found = _NUMBER.match(sentence, number.start)
    end = found.end() if found else number.end
    before, behind = sentence[: number.start], sentence[end:]
    if _MONEY_BEFORE.search(before):
        return Dimension.MONEY
    for dimension, unit in _BEHIND:
        if unit.match(behind):
            return dimension
    digits = sentence[number.start : end]
    if _MONTH_BEFORE.search(before) or (_YEAR.fullmatch(digits) and _YEAR_BEFORE.search(before)):
        return Dimension.DATE
    if _AGE_BEFORE.search(before):
        return Dimension.AGE
    if digits.isdecimal() and int(digits) <= _OLDEST and _NAMED_BEFORE.search(before):
        return Dimension.AGE if _NAMED_BEHIND.match(behind) else None
    noun = _PLURAL_BEHIND.match(behind)
    return Dimension.COUNT if noun and noun[1].lower() not in _NO_COUNT else None


def has_other_dimension(asked: frozenset[Dimension], sentence: str, answer: Span) -> bool:
    """True if no number of `answer` can have a dimension that was asked for.

    A time of the day must look like one: "four days later" is none.
    """
    words = answer.of(sentence)
    if asked == {Dimension.CLOCK}:
        return _CLOCK_TIME.search(words) is None
    if not asked:
        return False
    found = [
        dimension_of(sentence, Span(*number.span()).shifted(answer.start))
        for number in _NUMBER.finditer(words)
    ]
    return bool(found) and all(one is not None and one not in asked for one in found)
