"""The quantity an answer gives, its value and unit: 97 people dead, 12 million pounds, a date.

Two quantities can be compared only if they count the same. Anything uncertain (dozens, a range, "12 of them",
a Saturday) is no quantity.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.english.answer_kind import AnswerKind, counted
from bot.english.lexicon import APPROXIMATE, CURRENCIES, STOP_WORDS, YEAR, any_of
from bot.english.numbers import Number, find_numbers
from bot.english.words import is_nation, stem, terms
from index.text.article import Span
from index.text.dates import PartialDate, find_partial_dates

# What happened to the people who are counted: the dead of one article are not the wounded of another.
SENSES = {
    "death": r"kill\w*|dead|die[sd]?|deaths?|tolls?|fatal\w*|perish\w*|lives|slain|murder\w*",
    "injury": r"wound\w*|injur\w*|hurt",
    "loss": r"missing",
    "arrest": r"arrest\w*|detain\w*",
    "rescue": r"rescu\w*|saved|surviv\w*",
}
_SENSE = re.compile(
    rf"\b(?:{'|'.join(f'(?P<{name}>{form})' for name, form in SENSES.items())})\b", re.IGNORECASE
)
# Words that only say that people are counted.
PEOPLE = frozenset(map(stem, "people persons lives deaths dead victims fatalities".split()))
# Seconds, or months, because the length of a month in days varies.
_PERIODS = {
    "second": (1, "second"),
    "minute": (60, "second"),
    "hour": (3600, "second"),
    "day": (86_400, "second"),
    "week": (604_800, "second"),
    "month": (1, "month"),
    "year": (12, "month"),
    "decade": (120, "month"),
}
_APPROXIMATE = re.compile(
    rf"\b{any_of(APPROXIMATE)}[ ][$€£]?\Z",
    re.IGNORECASE,
)
# Not the whole number: "another 12", "12 more", "12 of them", "12 to 14", "between 12 and 14".
_PART_BEFORE = re.compile(
    r"\b(?:another|further|additional|between|other)[ ][$€£]?\Z|\d\s?(?:to|or|-|–|—)\s?[$€£]?\Z",
    re.IGNORECASE,
)
_PART_BEHIND = re.compile(
    r"[ ](?:more|others?|further|additional|of)\b|\s?(?:to|or|-|–|—)\s?[$€£]?\d", re.IGNORECASE
)
_NOUNS = re.compile(r"[ -]([^\W\d_][\w’'-]*)(?:[ -]([^\W\d_][\w’'-]*))?")
_BOUNDARY = re.compile(r"[,;:]|\b(?:and|while|but|as)\b", re.IGNORECASE)
_YEAR = re.compile(YEAR)
_WRITTEN = re.compile(r"\d[\d,]*(\.\d+)?")
LIKE = 10  # a figure ten times another counts something else


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value, its unit, and what happened to the people it counts ("death" …, else "").

    Values less than `step` away are the same: "more than 90" and "97", "1.5 million" and "1,512,000". The
    unit is "" for the unit of the question.
    """

    value: Decimal | PartialDate
    unit: str
    sense: str = ""
    step: Decimal = Decimal(1)

    def like(self, other: "Quantity") -> bool:
        """True if both count the same, so that their values can be compared."""
        return (self.unit, self.sense) == (other.unit, other.sense)

    def same(self, other: "Quantity") -> bool:
        """True if both count the same and are equal, as far as they are exact."""
        return self.like(other) and self._unequal(other) is False

    def differs(self, other: "Quantity") -> bool:
        """True if both count the same and cannot both be right."""
        if not (self.like(other) and self._unequal(other)):
            return False
        if isinstance(self.value, PartialDate) or isinstance(other.value, PartialDate):
            return True
        small, large = sorted((self.value, other.value))
        return large < LIKE * small

    def _unequal(self, other: "Quantity") -> bool | None:
        """Whether the values differ; None if they cannot be compared: "2015" and "3 May"."""
        mine, theirs = self.value, other.value
        if isinstance(mine, PartialDate) or isinstance(theirs, PartialDate):
            pairs = zip(_parts(mine), _parts(theirs), strict=True)
            named = [one != two for one, two in pairs if one is not None and two is not None]
            return any(named) if named else None
        return abs(mine - theirs) >= max(self.step, other.step)


def find_quantity(kind: AnswerKind, question: str, sentence: str, answer: Span) -> Quantity | None:
    """The quantity in `answer`, a part of `sentence`; None if it has no number or several."""
    if kind is AnswerKind.TIME:
        return _date(answer.of(sentence))
    numbers = [number for number in find_numbers(sentence) if number.span.overlaps(answer)]
    if len(numbers) != 1:
        return None
    (number,) = numbers
    before, behind = sentence[: number.span.start], sentence[number.span.end :]
    if _PART_BEFORE.search(before) or _PART_BEHIND.match(behind):
        return None
    if kind is AnswerKind.DURATION:
        return _duration(number, behind)
    unit = "%" if number.percent else _currency(before, behind) or _noun(question, behind)
    sense = _nearest_sense(sentence, number.span) if unit == "" else ""
    return Quantity(number.value, unit, sense, _step(number, sentence))


def sense_of(text: str) -> str:
    """The first thing that happens to people in `text`: "death", "injury" …, or ""."""
    found = _SENSE.search(text)
    return (found.lastgroup or "") if found else ""


def topic(text: str) -> frozenset[str]:
    """The stems of `text` without words for people; words such as "killed" and "dead" count as one."""
    senses = {found.lastgroup or "" for found in _SENSE.finditer(text)}
    return frozenset(terms(_SENSE.sub(" ", text)) - PEOPLE | senses)


def _date(words: str) -> Quantity | None:
    found = [one for _, one in find_partial_dates(words) if one.weekday is None]
    years = _YEAR.findall(words)
    if not found and len(years) == 1:
        found = [PartialDate(year=int(years[0]))]
    return Quantity(found[0], "date") if len(found) == 1 else None


def _parts(value: Decimal | PartialDate) -> tuple[int | None, int | None, int | None]:
    return (
        (value.year, value.month, value.day)
        if isinstance(value, PartialDate)
        else (None, None, None)
    )


def _duration(number: Number, behind: str) -> Quantity | None:
    noun = _NOUNS.match(behind)
    found = _PERIODS.get(noun.group(1).lower().removesuffix("s")) if noun else None
    return Quantity(number.value * found[0], found[1], step=Decimal(found[0])) if found else None


def _currency(before: str, behind: str) -> str:
    nouns = _NOUNS.match(behind)
    words = [before[-1:], *(word.lower() for word in (nouns.groups() if nouns else ()) if word)]
    return next((CURRENCIES[word] for word in words if word in CURRENCIES), "")


def _noun(question: str, behind: str) -> str:
    """The noun after a number; "" if there is none, or if the question counts it."""
    found = _NOUNS.match(behind)
    if found is None:
        return ""
    words = [word for word in found.groups() if word]
    asked = counted(question)
    stems = [stem(word) for word in words]
    if asked & set(stems) or (PEOPLE & set(stems) and (asked & PEOPLE or not asked)):
        return ""
    if words[0].lower() in STOP_WORDS or _SENSE.fullmatch(words[0]):
        return ""
    return stems[-1] if is_nation(stems[0]) else stems[0]


def _nearest_sense(sentence: str, number: Span) -> str:
    """What happened to the people counted: the nearest such word, in the same clause if possible."""

    def distance(found: re.Match[str]) -> tuple[bool, int]:
        left, right = sorted((Span(*found.span()), number))
        between = sentence[left.end : right.start]
        return _BOUNDARY.search(between) is not None, len(between)

    found = min(_SENSE.finditer(sentence), key=distance, default=None)
    return (found.lastgroup or "") if found else ""


def _step(number: Number, sentence: str) -> Decimal:
    """The unit of the last digit, or of the last one before zeros if the number is approximate."""
    whole = str(int(number.value))
    zeros = Decimal(10) ** (len(whole) - len(whole.rstrip("0")))
    if _APPROXIMATE.search(sentence[: number.span.start]):
        return zeros
    written = _WRITTEN.match(number.span.of(sentence))
    if written is None:
        return zeros if zeros >= 1000 else Decimal(1)
    value = Decimal(written.group().replace(",", "").rstrip("."))
    digits = len(written.group(1) or ".") - 1
    return number.value / value / 10**digits if value else Decimal(1)
