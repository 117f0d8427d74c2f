"""Puts a standalone question together from the words that the tagger marks.

The words of the history that belong together are one phrase; the surest takes a pronoun's place. It knows
nothing of models or conversations.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.tagging import Tagged
from bot.terms import names, tokens

NEEDED = 0.6  # the probability from which a word of the history is taken up
SURE = 0.8  # and from which it is added to a question that has got one phrase already
STANDS = 0.5  # and from which a word of the question gives way to it
BRIDGED = 3  # stop words that may lie within a phrase: "the Mothers of Invention"
MOST_PHRASES = 2
_POSSESSIVE = frozenset("his her hers their theirs its whose".split())
_PERSONAL = frozenset("he him his she her hers himself herself".split())
_PRONOUNS = _POSSESSIVE | frozenset(
    "he him she they them it this that these those there then one ones here himself herself".split()
)
_OWN = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the history that belong together, as they stand there."""

    text: str
    stems: frozenset[str]
    probability: float
    item: int


def is_open(question: str) -> bool:
    """False when the question names what it is about, and has no pronoun that may stand for more."""
    words = {token.text.lower() for token in tokens(question)}
    return bool(words & _PRONOUNS) or not names(question[1:])


def phrases(history: Sequence[str], needed: Sequence[Tagged]) -> list[Phrase]:
    """What is needed, the surest first and the newer of equals; nothing twice."""
    runs: list[list[Tagged]] = []
    skipped = 0
    for one in needed:
        if one.probability >= NEEDED and not one.word.is_stop_word:
            if runs and runs[-1][-1].item == one.item and skipped <= BRIDGED:
                runs[-1].append(one)
            else:
                runs.append([one])
            skipped = 0
        elif one.word.is_stop_word:
            skipped += 1
        else:
            skipped = BRIDGED + 1
    found = [
        Phrase(
            _OWN.sub("", history[run[0].item][run[0].word.start : run[-1].word.end]),
            frozenset(one.word.stem for one in run),
            max(one.probability for one in run),
            run[0].item,
        )
        for run in runs
    ]
    kept: list[Phrase] = []
    for phrase in sorted(found, key=lambda p: (-len(p.stems), -p.item)):
        if not any(phrase.stems <= other.stems for other in kept):
            kept.append(phrase)
    return sorted(kept, key=lambda p: (-p.probability, -p.item))[:MOST_PHRASES]


def composed(question: str, taken: Sequence[Phrase], stands: Sequence[Tagged]) -> str:
    """The question with its first pronoun replaced by the surest phrase, and the others behind it."""
    known = {token.stem for token in tokens(question)}
    fresh = [phrase for phrase in taken if not phrase.stems <= known]
    if not fresh:
        return question
    pronoun = next(
        (t.word for t in stands if t.probability >= STANDS and t.word.text.lower() in _PRONOUNS),
        None,
    )
    if pronoun:
        # A person has a name; of others the surest will do.
        named = (
            [p for p in fresh if p.text[0].isupper()] if pronoun.text.lower() in _PERSONAL else []
        )
        first = (named or fresh)[0]
        # With a name in the question and one in the pronoun's place, more would lead astray.
        fresh = [p for p in fresh if p is not first and p.probability > SURE]
        fresh = [] if names(question[1:]) else fresh
        own = "'s" if pronoun.text.lower() in _POSSESSIVE else ""
        question = f"{question[: pronoun.start]}{first.text}{own}{question[pronoun.end :]}"
    if not fresh:
        return question
    bare, stop = question.rstrip("?. "), "?" if question.rstrip().endswith("?") else ""
    return f"{bare} ({', '.join(phrase.text for phrase in fresh)}){stop}"
