"""Completes an answer to a whole phrase: a full name, a number with its unit, a whole list.

The rules look at one sentence and do not know the question.
"""

import re

from bot.english.lexicon import APPROXIMATE, AUXILIARIES, any_of, words_of
from bot.english.names import FULL_NAME
from bot.english.numbers import COUNT
from bot.english.period import DATE
from bot.english.words import stem
from index.text.article import Span

_JOINING = words_of("after before since as that which who where when while because but")
# "Russia, Iraq, Iran and Syria": names in a row, the last behind "and" or "or".
_ROW = re.compile(rf"{FULL_NAME}(?:, (?:and |or )?{FULL_NAME})*,? (?:and|or) {FULL_NAME}")
_FULL_NAME, _DATE = re.compile(FULL_NAME), re.compile(DATE)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?:{any_of({*APPROXIMATE, 'only'})} )?[$€£]?"
    rf"{COUNT}(?:[ -]{COUNT})*(?:\s?%|[ -]per ?cent\b|(?!\w))"
    r"(?: or (?:more|higher|above|over|less|fewer|lower|below|under)\b)?",
    re.IGNORECASE,
)
# "half past nine in the morning", "9:30 p.m."
_CLOCK = re.compile(
    rf"(?:(?:half|quarter|{COUNT})(?: minutes)? (?:past|to) )?{COUNT}(?:[.:]\d\d)?(?: o['’]clock)?"
    r" ?(?:in the (?:morning|afternoon|evening)\b|at night\b|[ap]\.m\.|[ap]m\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w$€£%](?:[\w.,’'-]*[\w%])?")
# Marks that come in pairs: an answer that holds one of them takes in the other when it is near.
_PAIRS = (("“", "”"), ("(", ")"), ("[", "]"))
# "in Oban and Leith slept" may be two clauses; "in Oban and Leith after the storm" is one.
_CLAUSE_GOES_ON = re.compile(rf"\s+(?!{any_of(AUXILIARIES | _JOINING)}\b)[a-z]")
_BEHIND = re.compile(r"[ -](\w+)"), re.compile(r"[ -]\w+[ -](\w+)")
_NEAR = 60  # characters
_TRIMMED = " \t\r\n,;:"


def complete(sentence: str, found: Span, *, whole_row: bool = False) -> Span:
    """`found` extended to whole words, and to the number, date, name or row of names it is part of.

    A row of names needs more than one of them in `found`; with `whole_row` one is enough.
    """
    span = _extended(_WORD, sentence, found)
    for form in (_NUMBER, _CLOCK, _DATE, _FULL_NAME):
        span = _extended(form, sentence, span)
    span = _row(sentence, span, whole_row)
    return _trimmed(sentence, _closed(sentence, span))


def _extended(form: re.Pattern[str], sentence: str, span: Span) -> Span:
    """The span with every match of `form` that one of its ends cuts."""
    start, end = span.start, span.end
    for match in form.finditer(sentence):
        if match.start() < start < match.end() or (match.start() < start and match.end() == end):
            start = match.start()
        if match.start() < end < match.end():
            end = match.end()
    return Span(start, end)


def add_noun(sentence: str, number: Span, nouns: frozenset[str]) -> Span:
    """The number with the noun after it that has one of the stems `nouns`; one word may lie between."""
    for form in _BEHIND:
        match = form.match(sentence, number.end)
        if match and stem(match.group(1)) in nouns:
            return Span(number.start, match.end())
    return number


def _row(sentence: str, span: Span, one_is_enough: bool) -> Span:
    """The row of names that contains the span."""
    for match in _ROW.finditer(sentence):
        row = Span(*match.span())
        inside = span.of(sentence)
        # "in Oban and Leith slept" may begin a clause of Leith's: then one name is not enough
        ends = _CLAUSE_GOES_ON.match(sentence, row.end) is None
        several = (one_is_enough and ends) or re.search(r",| and\b| or\b", inside)
        if row.start <= span.start and span.end <= row.end and several:
            return row
    return span


def _closed(sentence: str, span: Span) -> Span:
    start, end = span.start, span.end
    for left, right in _PAIRS:
        inside = sentence[start:end]
        if inside.count(left) > inside.count(right):
            at = sentence.find(right, end, end + _NEAR)
            end = at + 1 if at >= 0 else end
        elif inside.count(right) > inside.count(left):
            at = sentence.rfind(left, max(0, start - _NEAR), start)
            start = at if at >= 0 else start
    return Span(start, end)


def _trimmed(sentence: str, span: Span) -> Span:
    text = span.of(sentence)
    left = len(text) - len(text.lstrip(_TRIMMED))
    right = len(text) - len(text.rstrip(_TRIMMED))
    return Span(span.start + left, span.end - right) if left + right < len(text) else span
