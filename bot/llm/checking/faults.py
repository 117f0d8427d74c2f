"""Claims of a sentence that its evidence does not support: each fault with its reason.

The claims of the sentence are compared with those of the passages. It does not know models or articles.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from bot.english.lexicon import APPROXIMATE, any_of
from bot.english.names import is_named, words_for_names
from bot.english.numbers import Number
from bot.english.words import terms, tokens
from bot.llm.checking.claims import Claims, claims_of, spoken
from index.text.dates import PartialDate

Kind = Literal["number", "date", "name", "quotation", "negation", "attribution"]
ROUNDING = Decimal("0.1")  # how far "about" and "more than" may be from the figure they stand for
SAME_MATTER = (
    0.5  # share of the sentence's words that one must have to deny it, or to be denied by it
)
_ROUGHLY = re.compile(rf"\b{any_of({*APPROXIMATE, 'under'})}\s+[$€£]?$", re.IGNORECASE)
_GLYPHS = str.maketrans("“”‘’«»`´–—‑", "\"\"''\"\"''---")
_ELISION = re.compile(r"\.\.\.|…|\[[^\[\]]{0,200}\]")
_PRONOUN_SAYS = re.compile(
    r"\b(?:he|she|they|who)\s+(?:\w+\s+)?(?:said|says|told|added|warned|argued|wrote)\b|"
    r"\b(?:said|says|added)\s+(?:he|she|they)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One claim that the evidence does not support, and why, in one clause."""

    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Grounds:
    """The texts that a sentence is compared with.

    `passages` are all of them, `nearest` the sentences that match best; `published` are the days on
    which the articles appeared, which their weekdays and days without a year count from.
    """

    passages: tuple[str, ...]
    nearest: tuple[str, ...]
    published: tuple[date, ...] = ()


def find_faults(claims: Claims, grounds: Grounds) -> tuple[Fault, ...]:
    """Every fault, the clearest kind first; none if every claim that can be checked is right."""
    passages = [claims_of(passage) for passage in grounds.passages]
    return (
        *_quotations(claims, passages),
        *_figures(claims, passages),
        *_dates(claims, passages, grounds.published),
        *_names(claims, passages),
        *_negations(claims, grounds),
        *_attributions(claims, passages, grounds),
    )


def _quotations(claims: Claims, passages: Sequence[Claims]) -> Iterator[Fault]:
    texts = [_plain(one.text) for one in passages] if claims.quotes else []
    for quote in claims.quotes:
        parts = [part.strip(" .,;:!?-") for part in _ELISION.split(_plain(quote))]
        if not all(any(_stands(part, text) for text in texts) for part in parts):
            yield Fault(
                "quotation", f"the quotation “{_short(quote)}” is not in the passage word for word"
            )


def _plain(text: str) -> str:
    return " ".join(text.translate(_GLYPHS).split())


def _stands(words: str, text: str) -> bool:
    """True if the text contains the words as whole words; the case of their first letter may differ."""
    for first in {words[:1].lower(), words[:1].upper()}:
        wanted, at = first + words[1:], -1
        while (at := text.find(wanted, at + 1)) >= 0:
            around = text[max(0, at - 1) : at], text[at + len(wanted) : at + len(wanted) + 1]
            if not any(side.isalnum() for side in around):
                return True
    return False


def _figures(claims: Claims, passages: Sequence[Claims]) -> Iterator[Fault]:
    known = {(figure.value, figure.percent) for one in passages for figure in one.figures}
    years = {Decimal(d.year) for one in passages for _, d in one.dates if d.year}
    known |= {(year // 10 * 10, False) for year in years} | {(year, False) for year in years}
    for figure in claims.figures:
        if (figure.value, figure.percent) in known:
            continue
        if figure.value in (1, 2) or _roughly(claims.text, figure, known):
            continue  # "a second time" and "both" also mean two
        written = figure.span.of(claims.text) + (" percent" if figure.percent else "")
        yield Fault("number", f"the number {_short(written)} is not in the passage")


def _roughly(text: str, figure: Number, known: Iterable[tuple[Decimal, bool]]) -> bool:
    """True for "about 1.5 million" when a figure of its kind is near."""
    if not _ROUGHLY.search(text[max(0, figure.span.start - 24) : figure.span.start]):
        return False
    return any(
        percent is figure.percent and abs(value - figure.value) <= ROUNDING * figure.value
        for value, percent in known
    )


def _dates(
    claims: Claims, passages: Sequence[Claims], published: Sequence[date]
) -> Iterator[Fault]:
    known = [day for one in passages for _, day in one.dates]
    known += [_of(day) for day in published]
    known += [
        _of(day - timedelta((day.weekday() - one.weekday) % 7))
        for one in known
        if one.weekday is not None
        for day in published
    ]
    numbers = {figure.value for one in passages for figure in one.figures}
    years = {day.year for day in known if day.year}
    for span, day in claims.dates:
        year_alone = day == PartialDate(year=day.year)
        if year_alone and day.year in numbers:
            continue
        if not any(_agree(day, other, years) for other in known):
            what = (
                "the year" if year_alone else "the day" if day.weekday is not None else "the date"
            )
            yield Fault("date", f"{what} {_short(span.of(claims.text))} is not in the passage")


def _of(day: date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day, day.weekday())


def _agree(claimed: PartialDate, known: PartialDate, years: Iterable[int]) -> bool:
    """True if no claimed part of the date is missing or different in `known`.

    A year need not stand beside the day: it may stand anywhere, or nowhere when no year does.
    """
    if claimed.weekday is not None:
        return claimed.weekday == _weekday(known)
    if (claimed.month, claimed.day) == (None, None):
        return claimed.year == known.year
    if claimed.month != known.month or (claimed.day is not None and claimed.day != known.day):
        return False
    if claimed.year is None or claimed.year == known.year:
        return True
    return known.year is None and (not years or claimed.year in years)


def _weekday(day: PartialDate) -> int | None:
    if day.weekday is None and day.year and day.month and day.day:
        return date(day.year, day.month, day.day).weekday()
    return day.weekday


def _names(claims: Claims, passages: Sequence[Claims]) -> Iterator[Fault]:
    texts = [one.text for one in passages]
    for name in claims.names:
        if not is_named(name, texts):
            yield Fault("name", f"the name {_short(name)} is not in the passage")


def _negations(claims: Claims, grounds: Grounds) -> Iterator[Fault]:
    wanted = terms(claims.text)
    near = [
        claims_of(text)
        for text in grounds.nearest
        if len(wanted & terms(text)) >= SAME_MATTER * len(wanted)
    ]
    words = {spoken(token.text) for one in near for token in tokens(one.text)}
    denied = frozenset().union(*(one.denied for one in near))
    said = {spoken(token.text) for token in tokens(claims.text)}
    if flipped := sorted((claims.denied & words) - denied):
        word = _written(flipped[0], claims.text)
        yield Fault("negation", f"the passage does not deny what the sentence denies ({word})")
    elif flipped := sorted((denied & said) - claims.denied):
        word = _written(flipped[0], claims.text)
        yield Fault("negation", f"the passage denies what the sentence says ({word})")


def _attributions(claims: Claims, passages: Sequence[Claims], grounds: Grounds) -> Iterator[Fault]:
    if not claims.speakers:
        return
    by = frozenset().union(*(claims_of(text).speakers for text in grounds.nearest))
    anywhere = frozenset().union(*(one.speakers for one in passages))
    words = frozenset().union(*(words_for_names(one.text) for one in passages))
    for speaker in sorted(claims.speakers):
        unnamed = any(_PRONOUN_SAYS.search(text) for text in grounds.nearest)
        # A person who is mentioned in a sentence without a speaker did not say it.
        if speaker in by or (speaker in words and unnamed) or (speaker in anywhere and not by):
            continue
        name = _written(speaker, claims.text)
        yield Fault("attribution", f"the passage does not give these as the words of {name}")


def _written(stemmed: str, text: str) -> str:
    """The first word of `text` with this stem."""
    words = (token.text for token in tokens(text) if stemmed in (spoken(token.text), token.stem))
    return _short(next(words, stemmed))


def _short(text: str) -> str:
    words = " ".join(text.split()).rstrip(".,;:")
    return words if len(words) <= 60 else words[:59].rstrip() + "…"
