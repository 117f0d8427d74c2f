"""The claims of a text that rules can check: numbers, dates, names, quotations, denials, speakers.

The rules are the same for a sentence and for its evidence; `bot.llm.checking.faults` compares both.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.english.lexicon import IN_TITLES, MONTH, OPENERS, SPEECH, STOP_WORDS, WEEKDAY, YEAR
from bot.english.names import NAME, find_names
from bot.english.numbers import Number, find_numbers
from bot.english.speakers import find_speakers
from bot.english.words import stem, tokens
from index.text.article import Span
from index.text.dates import PartialDate, find_partial_dates

YEARS = range(1600, 2100)
LONGEST = (
    4000  # characters of a sentence whose speakers are looked for; no writer's sentence is longer
)
_QUOTED = re.compile(
    r"“([^“”]{1,2000})”|\"([^\"]{1,2000})\"|«([^«»]{1,2000})»|(?<!\w)‘([^‘’]{1,400}(?:’\w[^‘’]{0,400}){0,8})’(?!\w)"
)
# A quotation of several sentences: its first one has no closing mark, and its last one no opening mark.
_BEGUN = re.compile(r"(?:“|(?<!\S)\")([^“”\"]{1,2000})\Z")
_ENDED = re.compile(r"\A([^“”\"]{1,2000})(?:”|(?<=[\w.,;:!?…])\"(?!\w))")
_CALENDAR = re.compile(rf"(?:{WEEKDAY}|{MONTH}|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec))s?")
_DENIAL = re.compile(
    r"\b(?:not|never|cannot|without|neither|nor|no longer|no|(?:refus|fail|declin)(?:e|ed|es|ing|s)? to)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
# "not only" and "no more than", among others, do not deny the words after them.
_NO_DENIAL = re.compile(
    r"\s+(?:only|just|least|most|more than|less than|fewer than|later than|doubt|matter|surprise|one|"
    r"until|yet)\b",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(rf"{YEAR}[-–/]$")  # "2018–19": the second is a year as well
_CLAUSE_END = re.compile(r"[,;:.!?—–]")
_REACH = 60  # characters behind a denial in which the denied word stands
_SOURCE = re.compile(rf"\b[Aa]ccording to (?:the |[a-z]+ ){{0,3}}({NAME})")


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of `text`; spans are in `text`.

    `figures` are the numbers that are part of no date; a plain one that may be a year is among the
    `dates` instead. `denied` holds the stems that a denial stands before, `speakers` the stems of the
    last names of those whose words the text gives.
    """

    text: str
    figures: tuple[Number, ...]
    dates: tuple[tuple[Span, PartialDate], ...]
    names: tuple[str, ...]
    quotes: tuple[str, ...]
    denied: frozenset[str]
    speakers: frozenset[str]


@lru_cache(maxsize=512)
def claims_of(text: str) -> Claims:
    """The claims of a text; cached, because several sentences may cite the same passage."""
    dates = list(find_partial_dates(text))
    covered = {place for span, _ in dates for place in range(span.start, span.end)}
    figures = []
    for figure in find_numbers(text):
        start = figure.span.start
        if start in covered or _YEAR_BEFORE.search(text[max(0, start - 6) : start]):
            continue
        if figure.is_plain and figure.value in YEARS:
            dates.append((figure.span, PartialDate(year=int(figure.value))))
        else:
            figures.append(figure)
    return Claims(
        text,
        tuple(figures),
        tuple(dates),
        tuple(_names(text)),
        tuple(_quotes(text)),
        frozenset(_denied(text)),
        _speakers(text),
    )


def _names(text: str) -> Iterator[str]:
    """Names, without months, weekdays and a single capital at the start of a sentence."""
    if text.isupper():
        return  # a headline in capitals shows no names
    for name in find_names(text):
        words = name.split()
        opens = text.lstrip(" \t\r\n\"'“‘«([").startswith(name)
        if opens and words[0].lower() in OPENERS:
            words = words[1:]
        if not words or all(_CALENDAR.fullmatch(word) for word in words):
            continue
        if opens and len(words) == 1 and not words[0].isupper():
            continue
        yield " ".join(words)


def _quotes(text: str) -> Iterator[str]:
    """Quoted words, without the titles of works."""
    rest = _QUOTED.sub(" … ", text)
    torn = (found for found in (_ENDED.search(rest), _BEGUN.search(rest)) if found)
    for match in (*_QUOTED.finditer(text), *torn):
        quote = next(words for words in match.groups() if words is not None)
        words = [token for token in tokens(quote) if token.text not in IN_TITLES]
        if not words or not all(w.is_capitalised or w.text[0].isdigit() for w in words):
            yield quote


def _denied(text: str) -> Iterator[str]:
    """The stem of the first content word after each denial, within its clause."""
    for match in _DENIAL.finditer(text):
        if _NO_DENIAL.match(text, match.end()):
            continue
        behind = _CLAUSE_END.split(text[match.end() : match.end() + _REACH], maxsplit=1)[0]
        for token in tokens(behind):
            if not token.is_stop_word or token.text.lower() in SPEECH:
                yield spoken(token.text)
                break


def spoken(word: str) -> str:
    """The word's stem, one for all forms of say and of tell, which have different stems."""
    return "say" if word.lower() in SPEECH else stem(word)


def _speakers(text: str) -> frozenset[str]:
    start = text[:LONGEST]
    sources = (match.group(1).split()[-1] for match in _SOURCE.finditer(start))
    return find_speakers(start) | last_stems(sources)


def last_stems(words: Iterable[str]) -> frozenset[str]:
    """Stems of the words that are not stop words."""
    return frozenset(stem(word) for word in words if word.lower() not in STOP_WORDS)
