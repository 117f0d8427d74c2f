"""The kind of answer that a question asks for, and the places that a sentence names.

Rules find it by the question's words; a question that fits no rule asks for a whole sentence.
"""

import re
from enum import StrEnum

from bot.english.lexicon import (
    ASKED_ABOUT,
    AUXILIARY,
    MONTH,
    REPORTING,
    WEEKDAY,
    any_of,
)
from bot.english.words import terms
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
_OCCASIONS = re.compile(
    rf"\b(?:in|during|at) (?:his|her|their|its|an?|the) (?:[\w-]+ ){{0,4}}{_OCCASION}\b"
    r"(?: (?:to|at|before) the (?:[A-Z]\w+ ?)+)?"
)
_PLACES = (
    _OCCASIONS,
    re.compile(
        r"\b(?:in|at|near|outside|inside) (?:the (?:[\w-]+ ){0,4}(?:of|in) )?(?:the )?"
        rf"(?!{WEEKDAY}|{MONTH})[A-Z][\w’'-]+(?:(?: of)? [A-Z][\w’'-]+)*"
    ),
    re.compile(r"\b[A-Z]\w+(?=-based\b)|\bin (?:the )?capital\b"),
)


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


def find_places(sentence: str) -> list[Span]:
    """Where something was: "in Oban", "at the port of Leith", "in his speech to the council"."""
    found = [_stripped(one) for pattern in _PLACES for one in pattern.finditer(sentence)]
    return [one for n, one in enumerate(found) if not any(map(one.overlaps, found[:n]))]


def find_occasion(sentence: str) -> Span | None:
    """The occasion at which something was said: "in his speech to the council"."""
    found = _OCCASIONS.search(sentence)
    return _stripped(found) if found else None


def _stripped(found: re.Match[str]) -> Span:
    """The match without white space at its end."""
    return Span(found.start(), found.start() + len(found.group().rstrip()))


def counted(question: str) -> frozenset[str]:
    """Stems of the words right after "how many"."""
    found = re.search(r"\bhow (?:many|much)((?: [\w-]+){1,2})", question, re.IGNORECASE)
    return terms(found.group(1)) if found else frozenset()
