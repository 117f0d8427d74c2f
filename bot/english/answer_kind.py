"""The kind of answer that a question asks for, and the places in a text with something of that kind.

Rules find it by the question's words; a question that fits no rule asks for a whole sentence.
"""

import re
from enum import StrEnum

from bot.english.lexicon import (
    APPROXIMATE,
    ASKED_ABOUT,
    AUXILIARY,
    MONTH,
    ONES,
    REPORTING,
    TIME_UNIT,
    WEEKDAY,
    YEAR,
    any_of,
)
from bot.english.numbers import ABOUT_COUNT, COUNT
from bot.english.period import DATE
from bot.english.words import terms, tokens
from index.text.article import Span


class AnswerKind(StrEnum):
    """The kind of answer."""

    PLACE = "where"
    TIME = "when"
    NUMBER = "how many"
    DURATION = "how long"
    THING = "what"
    SENTENCE = "sentence"

    @property
    def is_figure(self) -> bool:
        """True for kinds with a recognisable form, which every answer of the kind has."""
        return self in (AnswerKind.TIME, AnswerKind.NUMBER, AnswerKind.DURATION)


_ASKED_ABOUT = any_of(
    ASKED_ABOUT | {"said", "told", "thought", "call for", "do", "done", "talk", "happen", "discuss"}
)
# If two patterns match at the same place, the upper one counts.
_QUESTIONS = (
    (
        AnswerKind.SENTENCE,
        rf"\bwhy\b|\bwhat (?:else )?{AUXILIARY}\b.*\b{_ASKED_ABOUT}\b"
        r"|\bwhat (?:happened|is happening|does .* about)\b|\bwhat (?:is|was) .*"
        r"\b(?:position|view|plan|proposal|opinion|stance|reaction|response|attitude|message)"
        r" (?:on|to|about|of|for)\b",
    ),
    (AnswerKind.DURATION, r"\bhow (?:long|much (?:earlier|later|longer))\b"),
    (
        AnswerKind.NUMBER,
        r"\bhow (?:many|much|old|far|large|big|high|tall|fast|deep|heavy|wide|hot|cold)\b"
        r"|\bwhat (?:percent(?:age)?|share|number|proportion)\b",
    ),
    (AnswerKind.TIME, r"\bwhen\b|\b(?:what|which) (?:time|year|days?|date|month)\b|\bsince when\b"),
    (AnswerKind.PLACE, r"\bwhere\b|\b(?:what|which) (?:city|country|place|town)\b"),
    (AnswerKind.THING, r"\b(?:who(?:m|se)?|what|which)\b|\bhow often\b"),
    (AnswerKind.SENTENCE, r"\bhow\b"),
)
_YES_NO = re.compile(rf"(?:(?:and|so|but|then) )?{AUXILIARY}(?:n['’]t)?\b", re.IGNORECASE)
# "Was the man who won arrested?" asks for yes or no; "Can you tell me who won?" asks who.
_RELATIVE = re.compile(
    rf"\b(?P<reported>(?:know[ns]?|clear|sure|word|{any_of(REPORTING)})(?: (?:me|us|on|about))? )?"
    r"(?:who(?:se|m)?|which|when|where|what|how|why)\b",
    re.IGNORECASE,
)
# "is", "does" and "crisis" end with an s too, but are no plurals.
_PLURAL = r"(?!is\b|was\b|does\b|has\b|this\b|news\b|\w*(?:ss|us|is)\b)\w+s\b"
# What follows the name of several things, but not of one: "Which regions suffered", "Which country gives".
_GO_ON = rf"(?=\s+(?:{AUXILIARY}|of|that|who|\w+ed)\b)"
_LIST = re.compile(
    rf"\b(?:which|what) (?:(?:the|all|other|two|three|four|five) )*{_PLURAL}"
    rf"|\b(?:which|what) [\w-]+ {_PLURAL}{_GO_ON}"
    rf"|\b(?:name|list) (?:all )?(?:of )?(?:the )?(?:[\w-]+ )?{_PLURAL}"
    rf"|\bwho (?:are|were) (?:all )?(?:the )?(?:[\w-]+ )*{_PLURAL}|\bwhat (?:are|were) the\b",
    re.IGNORECASE,
)
_OCCASION = (
    r"(?:speech|address|interview|statement|news conference|press conference|summit|remarks)"
)
_FORMS = {
    AnswerKind.TIME: (
        DATE,
        rf"\b(?:in|since|by|until) (?:{YEAR}|{MONTH})\b",
        rf"\b(?:on )?{WEEKDAY}(?: (?:night|morning|afternoon|evening))?\b",
        r"\b(?:last|next|this) (?:week|month|year)\b",
        rf"\b(?:{COUNT}|an?) {TIME_UNIT}s? (?:ago|earlier|later|before|after)\b",
        r"\b(?:early|late|mid)[ -](?:in )?(?:1\d|20)\d\ds?\b",
        r"\b(?:spring|summer|autumn|fall|winter)(?: of)? (?:1\d|20)\d\d\b",
        r"\b(?:1\d|20)\d\ds?\b|\b\d{1,2}(?:st|nd|rd|th) century\b|\b(?:yesterday|today|tomorrow)\b",
    ),
    AnswerKind.NUMBER: (
        rf"\b{ABOUT_COUNT}(?:-{any_of(ONES[1:10])}\b)?"
        r"(?:[- ](?:percent|per cent|hundred|thousand|million|billion))*(?:\s?%)?",
    ),
    AnswerKind.DURATION: (
        rf"\b(?:{any_of(APPROXIMATE)} )?(?:{COUNT}|an?)[- ]{TIME_UNIT}s?\b",
        rf"\bsince {YEAR}\b",
    ),
    AnswerKind.PLACE: (
        rf"\b(?:in|during|at) (?:his|her|their|its|an?|the) (?:[\w-]+ ){{0,4}}{_OCCASION}\b"
        r"(?: (?:to|at|before) the (?:[A-Z]\w+ ?)+)?",
        r"\b(?:in|at|near|outside|inside) (?:the (?:[\w-]+ ){0,4}(?:of|in) )?(?:the )?"
        rf"(?!{WEEKDAY}|{MONTH})[A-Z][\w’'-]+(?:(?: of)? [A-Z][\w’'-]+)*",
        r"\b[A-Z]\w+(?=-based\b)|\bin (?:the )?capital\b",
    ),
}
_OCCASIONS = re.compile(_FORMS[AnswerKind.PLACE][0])
# "Two people were killed": a number may open the sentence. "May" and "may" are not the same.
_FLAGS = {AnswerKind.NUMBER: re.IGNORECASE, AnswerKind.DURATION: re.IGNORECASE}
_FORMS_COMPILED = {
    kind: tuple(re.compile(form, _FLAGS.get(kind, 0)) for form in forms)
    for kind, forms in _FORMS.items()
}


def kind_of(question: str) -> AnswerKind:
    """The kind of answer that `question` asks for, by its first question word.

    A question that begins with the verb asks for yes or no, whatever words follow.
    """
    plain = question.strip()
    clause = _RELATIVE.search(plain) if _YES_NO.match(plain) else None
    if clause and not clause["reported"]:
        return AnswerKind.SENTENCE
    found = [
        (match.start(), kind)
        for kind, pattern in _QUESTIONS
        if (match := re.search(pattern, question, re.IGNORECASE))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else AnswerKind.SENTENCE


def is_yes_no(question: str) -> bool:
    """True if yes or no is an answer: the question begins with the verb and has no question word."""
    return kind_of(question) is AnswerKind.SENTENCE and _YES_NO.match(question.strip()) is not None


def is_list(question: str) -> bool:
    """True if the question asks for several things: "Which countries …", "What are the …"."""
    return _LIST.search(question) is not None


def find_of_kind(kind: AnswerKind, question: str, sentence: str) -> list[Span]:
    """The places in `sentence` with something of `kind` that the question does not name itself."""
    spans = [
        _stripped(found)
        for pattern in _FORMS_COMPILED.get(kind, ())
        for found in pattern.finditer(sentence)
    ]
    asked = terms(question)
    fresh = [span for span in spans if terms(span.of(sentence)) - asked]
    return [
        span for n, span in enumerate(fresh) if not any(span.overlaps(other) for other in fresh[:n])
    ]


def find_occasion(sentence: str) -> Span | None:
    """The occasion at which something was said: "in his speech to the council"."""
    found = _OCCASIONS.search(sentence)
    return _stripped(found) if found else None


def _stripped(found: re.Match[str]) -> Span:
    """The match without white space at its end."""
    return Span(found.start(), found.start() + len(found.group().rstrip()))


def pick(kind: AnswerKind, spans: list[Span], question: str, sentence: str) -> Span | None:
    """The one of `spans` that answers, or None if more than one might.

    A number is picked by the noun after it; of several times, the one nearest the question's words.
    """
    if kind is AnswerKind.NUMBER and len(spans) > 1:
        nouns = counted(question)
        spans = [s for s in spans if nouns & terms(sentence[s.end : s.end + 40])] or spans
    if kind is AnswerKind.TIME and spans:
        return _nearest(spans, question, sentence)
    return spans[0] if len(spans) == 1 else None


def counted(question: str) -> frozenset[str]:
    """Stems of the words right after "how many"."""
    found = re.search(r"\bhow (?:many|much)((?: [\w-]+){1,2})", question, re.IGNORECASE)
    return terms(found.group(1)) if found else frozenset()


def _nearest(spans: list[Span], question: str, sentence: str) -> Span:
    asked = terms(question)
    places = [token.start for token in tokens(sentence) if token.stem in asked]
    return min(spans, key=lambda s: (sum(abs(s.start - place) for place in places), s.start))
