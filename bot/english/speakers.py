"""Whose words a question asks for, and whose words a sentence gives: Putin's answer nothing about Obama.

Rules for English; a pronoun names nobody.
"""

import re

from bot.english.words import STOP_WORDS, stem

_ASKED_VERBS = (
    r"(?:say|tell|told|call|propose|announce|claim|warn|urge|argue|vow|promise|suggest|describe|want|"
    r"blame|think|demand|compare|accuse|ask|offer|refuse|complain|mean|deny|admit|insist|hope|expect)"
)
_TOLD_VERBS = (
    r"(?:said|says|told|tells|added|adds|announced|claimed|claims|warned|warns|urged|urges|argued|argues|"
    r"vowed|promised|suggested|described|called|insisted|insists|stated|noted|declared|replied|"
    r"explained|proposed|complained|accused|blamed|denied|admitted|demanded|wrote)"
)
_NAME = r"(?:[A-Z][\w'’-]*|al-[A-Z][\w'’-]*)"
_ASKED = re.compile(
    rf"\b(?:did|does|has|had|do|have|will|would)\s+(?:[\w'’-]+ ){{0,4}}?"
    rf"({_NAME}(?: {_NAME})*)(?:(?:, | and ){{1,2}}({_NAME}(?: {_NAME})*))?\s+"
    rf"(?:(?:\w+ly|ever|also|first|then) )?{_ASKED_VERBS}\b"
)
_TOLD = re.compile(
    rf"({_NAME}(?: {_NAME})*)(?:,[^,.]{{1,60}},)? (?:has |had |also |later )*{_TOLD_VERBS}\b"
)
_TOLD_AFTER = re.compile(rf"[,”\"] {_TOLD_VERBS} (?:the |[\w-]+ ){{0,4}}?({_NAME}(?: {_NAME})*)")

# "It was Putin who said …", "Putin was the one who said …"
_CLEFT = re.compile(
    rf"\b[Ii]t (?:is|was) (?:the |[\w-]+ ){{0,4}}?({_NAME}(?: {_NAME})*) (?:who|that) "
    rf"(?:has |had |also |first )*{_TOLD_VERBS}\b"
)
_THE_ONE = re.compile(
    rf"({_NAME}(?: {_NAME})*) (?:is|was) the (?:one|man|woman|person|leader) (?:who|that) "
    rf"(?:has |had |also |first )*{_TOLD_VERBS}\b"
)


def asked_speakers(question: str) -> frozenset[str]:
    """Stems of the last names of those whose words are asked for, at most two.

    "What did Sergei Lavrov say …" → the stem of "Lavrov".
    """
    found = _ASKED.search(question)
    last = (_last(name) for name in found.groups() if name) if found else ()
    return frozenset(name for name in last if name)


def speakers(sentence: str) -> frozenset[str]:
    """Stems of the last names of those whose words the sentence says it gives."""
    patterns = (_TOLD, _TOLD_AFTER, _CLEFT, _THE_ONE)
    last = (_last(match.group(1)) for one in patterns for match in one.finditer(sentence))
    return frozenset(name for name in last if name)


def _last(name: str) -> str | None:
    words = [word for word in name.split() if word.lower() not in STOP_WORDS]
    return stem(words[-1]) if words else None
