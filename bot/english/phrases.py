"""Completes the words a reader found to a whole phrase: a full name, a figure with its unit, a whole list.

It works on one sentence and by rules of form; it knows nothing of questions or models.
"""

import re

from bot.english.words import COUNT, MONTH, STOP_WORDS, WEEKDAY, stem
from index.text.article import Span

# Words that a sentence opens with, beside the stop words: they are no part of the name behind them.
_OPENERS = """although though since yet both despite unlike like yesterday today tomorrow however moreover
    meanwhile still even perhaps instead later earlier soon then thus among across around during
    first last next following according another several two three asked""".split()
_COMMON = "|".join(sorted(word.capitalize() for word in {*STOP_WORDS, *_OPENERS}))
# "U.N." and "J." end with a full stop of their own; that of a sentence ends a name.
_NAME = (
    rf"(?:(?:[A-Z]\.)+|(?:Mr|Mrs|Ms|Dr|St|Gen|Sen|Rep)\.|(?!(?:{_COMMON}|{WEEKDAY}|{MONTH})\b)[A-Z][\w’'-]*"
    r"|al-[A-Z][\w’'-]*)"
)
_JOINED = rf"{_NAME}(?:(?: (?:of|de|van|von|bin|al|the))? {_NAME})*"
# "Russia, Iraq, Iran and Syria": names in a row, the last behind "and" or "or".
_ROW = re.compile(rf"{_JOINED}(?:, (?:and |or )?{_JOINED})*,? (?:and|or) {_JOINED}")
_FULL_NAME = re.compile(_JOINED)
_FIGURE = re.compile(
    r"(?<![\w.,])(?:(?:more|less|fewer|no more|no fewer) than |over |about |at least |at most |up to |"
    r"as many as |nearly |almost |some |around |roughly |only )?[$€£]?"
    rf"{COUNT}(?:[ -]{COUNT})*(?:\s?%|[ -]per ?cent\b|(?!\w))",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:{WEEKDAY},? )?(?:{MONTH}\.? \d{{1,2}}(?:,? \d{{4}})?|"
    rf"\d{{1,2}} {MONTH}(?: \d{{4}})?|{MONTH} \d{{4}})(?!\w)"
)
_WORD = re.compile(r"[\w$€£%](?:[\w.,’'-]*[\w%])?")
# Marks that come in pairs: an answer that holds one of them takes in the other when it is near.
_PAIRS = (("“", "”"), ("(", ")"), ("[", "]"))
_CLAUSE_GOES_ON = re.compile(r"\s+[a-z]")
_BEHIND = re.compile(r"[ -](\w+)"), re.compile(r"[ -]\w+[ -](\w+)")
_NEAR = 60  # characters
_TRIMMED = " \t\r\n,;:"


def completed(sentence: str, found: Span, *, whole_row: bool = False) -> Span:
    """`found` grown to whole words, and to the figure, date, name or row of names that it is part of.

    A row of names is taken when more than one of them was found; with `whole_row` one is enough.
    """
    span = _grown(_WORD, sentence, found)
    for form in (_FIGURE, _DATE, _FULL_NAME):
        span = _grown(form, sentence, span)
    span = _row(sentence, span, whole_row)
    return _trimmed(sentence, _closed(sentence, span))


def _grown(form: re.Pattern[str], sentence: str, span: Span) -> Span:
    """The span with every match of `form` that one of its ends cuts through."""
    start, end = span.start, span.end
    for match in form.finditer(sentence):
        if match.start() < start < match.end() or (match.start() < start and match.end() == end):
            start = match.start()
        if match.start() < end < match.end():
            end = match.end()
    return Span(start, end)


def with_noun(sentence: str, figure: Span, nouns: frozenset[str]) -> Span:
    """The figure with what it counts right behind it: of the stems `nouns`, at most one word between."""
    for form in _BEHIND:
        match = form.match(sentence, figure.end)
        if match and stem(match.group(1)) in nouns:
            return Span(figure.start, match.end())
    return figure


def _row(sentence: str, span: Span, one_is_enough: bool) -> Span:
    """The row of names that the span is a part of."""
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
