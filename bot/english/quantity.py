"""What the figure of an answer is worth and what it counts: 97 people dead, 12 million pounds, a date.

Rules for English. Two quantities can be held against each other only when they count the same; what
cannot be told for certain (dozens, a range, "12 of them", a Saturday) is none. It knows no articles.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.english.answer_kind import Wanted, counted
from bot.english.numbers import Figure, find_figures
from bot.english.words import NATIONS, STOP_WORDS, stem, terms
from index.text.article import Span
from index.text.dates import PartialDate, find_partial_dates

# What is told of the people that are counted: the dead of one article are not the wounded of another.
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
# Words that say only that people are counted.
PEOPLE = frozenset(map(stem, "people persons lives deaths dead victims fatalities".split()))
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "dollars": "dollar"}
_CURRENCIES |= {"euros": "euro", "euro": "euro", "pounds": "pound", "rubles": "ruble"}
_CURRENCIES |= {"roubles": "ruble", "yen": "yen", "lira": "lira", "rupees": "rupee"}
# Seconds, or months: how many days a month has is not said.
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
_HEDGED = re.compile(
    r"\b(?:about|around|some|nearly|almost|roughly|approximately|over|up to|close to|(?:more|less|fewer) than"
    r"|at (?:least|most)|no more than|as many as|an estimated)[ ][$€£]?\Z",
    re.IGNORECASE,
)
# Not all that are counted: "another 12", "12 more", "12 of them", "12 to 14", "between 12 and 14".
_PART_BEFORE = re.compile(
    r"\b(?:another|further|additional|between|other)[ ][$€£]?\Z|\d\s?(?:to|or|-|–|—)\s?[$€£]?\Z",
    re.IGNORECASE,
)
_PART_BEHIND = re.compile(
    r"[ ](?:more|others?|further|additional|of)\b|\s?(?:to|or|-|–|—)\s?[$€£]?\d", re.IGNORECASE
)
_NOUNS = re.compile(r"[ -]([^\W\d_][\w’'-]*)(?:[ -]([^\W\d_][\w’'-]*))?")
_BOUNDARY = re.compile(r"[,;:]|\b(?:and|while|but|as)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_WRITTEN = re.compile(r"\d[\d,]*(\.\d+)?")
LIKE = 10  # a figure ten times another counts something else


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value, the unit it counts in, and what is told of it ("death" …, else "").

    A number stands for all that is less than `step` away: "more than 90" and "97" say the same, and so do
    "1.5 million" and "1,512,000". The unit "" is what the question counts.
    """

    value: Decimal | PartialDate
    unit: str
    sense: str = ""
    step: Decimal = Decimal(1)

    def like(self, other: "Quantity") -> bool:
        """True when both count the same, so that their values can be held against each other."""
        return (self.unit, self.sense) == (other.unit, other.sense)

    def same(self, other: "Quantity") -> bool:
        """True when both count the same and come to the same, as far as they are exact."""
        return self.like(other) and self._apart(other) is False

    def differs(self, other: "Quantity") -> bool:
        """True when both count the same and cannot both be right."""
        if not (self.like(other) and self._apart(other)):
            return False
        if isinstance(self.value, PartialDate) or isinstance(other.value, PartialDate):
            return True
        small, large = sorted((self.value, other.value))
        return large < LIKE * small

    def _apart(self, other: "Quantity") -> bool | None:
        """Whether the values are apart; None when nothing can be compared: "2015" and "3 May"."""
        mine, theirs = self.value, other.value
        if isinstance(mine, PartialDate) or isinstance(theirs, PartialDate):
            pairs = zip(_parts(mine), _parts(theirs), strict=True)
            named = [one != two for one, two in pairs if one is not None and two is not None]
            return any(named) if named else None
        return abs(mine - theirs) >= max(self.step, other.step)


def find_quantity(kind: Wanted, question: str, sentence: str, answer: Span) -> Quantity | None:
    """What the one figure of `answer`, a part of `sentence`, is worth; None when it has none or several."""
    if kind is Wanted.TIME:
        return _date(answer.of(sentence))
    figures = [figure for figure in find_figures(sentence) if figure.span.overlaps(answer)]
    if len(figures) != 1:
        return None
    (figure,) = figures
    before, behind = sentence[: figure.span.start], sentence[figure.span.end :]
    if _PART_BEFORE.search(before) or _PART_BEHIND.match(behind):
        return None
    if kind is Wanted.DURATION:
        return _duration(figure, behind)
    unit = "%" if figure.percent else _currency(before, behind) or _noun(question, behind)
    sense = _nearest_sense(sentence, figure.span) if unit == "" else ""
    return Quantity(figure.value, unit, sense, _step(figure, sentence))


def sense_of(text: str) -> str:
    """What `text` first tells of people: "death", "injury" …, or ""."""
    found = _SENSE.search(text)
    return (found.lastgroup or "") if found else ""


def topic(text: str) -> frozenset[str]:
    """The stems of `text` and what it tells of people, in whatever words, less words for people."""
    told = {found.lastgroup or "" for found in _SENSE.finditer(text)}
    return frozenset(terms(_SENSE.sub(" ", text)) - PEOPLE | told)


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


def _duration(figure: Figure, behind: str) -> Quantity | None:
    noun = _NOUNS.match(behind)
    found = _PERIODS.get(noun.group(1).lower().removesuffix("s")) if noun else None
    return Quantity(figure.value * found[0], found[1], step=Decimal(found[0])) if found else None


def _currency(before: str, behind: str) -> str:
    nouns = _NOUNS.match(behind)
    words = [before[-1:], *(word.lower() for word in (nouns.groups() if nouns else ()) if word)]
    return next((_CURRENCIES[word] for word in words if word in _CURRENCIES), "")


def _noun(question: str, behind: str) -> str:
    """What is counted right behind the figure; "" when it is what the question counts, or left out."""
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
    return stems[-1] if stems[0] in NATIONS else stems[0]


def _nearest_sense(sentence: str, figure: Span) -> str:
    """What is told of the figure: the nearest such word, one of its own clause before all others."""

    def distance(found: re.Match[str]) -> tuple[bool, int]:
        left, right = sorted((Span(*found.span()), figure))
        between = sentence[left.end : right.start]
        return _BOUNDARY.search(between) is not None, len(between)

    found = min(_SENSE.finditer(sentence), key=distance, default=None)
    return (found.lastgroup or "") if found else ""


def _step(figure: Figure, sentence: str) -> Decimal:
    """The unit of the last digit written, with a hedge ("about", "more than") that of the last but zeros."""
    whole = str(int(figure.value))
    zeros = Decimal(10) ** (len(whole) - len(whole.rstrip("0")))
    if _HEDGED.search(sentence[: figure.span.start]):
        return zeros
    written = _WRITTEN.match(figure.span.of(sentence))
    if written is None:
        return zeros if zeros >= 1000 else Decimal(1)
    number = Decimal(written.group().replace(",", "").rstrip("."))
    digits = len(written.group(1) or ".") - 1
    return figure.value / number / 10**digits if number else Decimal(1)
