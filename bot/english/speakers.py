"""The people whose words a question asks for, and those whose words a sentence gives.

A quote of Putin does not answer what Obama said. Pronouns are ignored.
"""

import re

from bot.english.lexicon import (
    DO,
    HAVE,
    MODALS,
    REPORTED,
    REPORTING,
    STOP_WORDS,
    THINKING,
    any_of,
    words_of,
)
from bot.english.names import NAME
from bot.english.words import stem

_ASKED_VERBS = any_of(REPORTING | THINKING | words_of("told ask compare offer refuse"))
_SAID_VERBS = any_of(REPORTED)
_ASKED = re.compile(
    rf"\b{any_of(DO | HAVE | MODALS)}\s+(?:[\w'’-]+ ){{0,4}}?"
    rf"({NAME})(?:(?:, | and ){{1,2}}({NAME}))?\s+(?:(?:\w+ly|ever|also|first|then) )?{_ASKED_VERBS}\b"
)
_SAID = re.compile(rf"({NAME})(?:,[^,.]{{1,60}},)? (?:has |had |also |later )*{_SAID_VERBS}\b")
_SAID_AFTER = re.compile(rf"[,”\"] {_SAID_VERBS} (?:the |[\w-]+ ){{0,4}}?({NAME})")
# "It was Putin who said …", "Putin was the one who said …"
_WHO_SAID = rf"(?:who|that) (?:has |had |also |first )*{_SAID_VERBS}\b"
_CLEFT = re.compile(rf"\b[Ii]t (?:is|was) (?:the |[\w-]+ ){{0,4}}?({NAME}) {_WHO_SAID}")
_THE_ONE = re.compile(rf"({NAME}) (?:is|was) the (?:one|man|woman|person|leader) {_WHO_SAID}")


def asked_speakers(question: str) -> frozenset[str]:
    """Stems of the last names of the people whose words are asked for, at most two.

    "What did Sergei Lavrov say …" gives the stem of "Lavrov".
    """
    found = _ASKED.search(question)
    last = (_last(name) for name in found.groups() if name) if found else ()
    return frozenset(name for name in last if name)


def find_speakers(sentence: str) -> frozenset[str]:
    """Stems of the last names of the people whom the sentence quotes or reports."""
    patterns = (_SAID, _SAID_AFTER, _CLEFT, _THE_ONE)
    last = (_last(match.group(1)) for one in patterns for match in one.finditer(sentence))
    return frozenset(name for name in last if name)


def _last(name: str) -> str | None:
    words = [word for word in name.split() if word.lower() not in STOP_WORDS]
    return stem(words[-1]) if words else None
