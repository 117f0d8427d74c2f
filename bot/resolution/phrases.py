"""Phrases of the history: the words that the tagger marks, those together that stand together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.english.lexicon import STOP_WORDS
from bot.english.words import is_nation
from bot.resolution.tagger import Tagged

NEEDED = 0.5  # the probability from which a word of the history is used
# If no word reaches it: at least this, and this share of the highest probability.
LEAST, SHARE = 0.3, 0.8
MOST_PHRASES = 3
# Words that may lie within a phrase: "Zappa and the Mothers of Invention".
_BETWEEN = re.compile(r" (?:(?:of|the|and|in|for|on|at|a|an|de) )*")
_OWN = re.compile(r"['’]s?$")
_NOUN = re.compile(r" ([a-z][\w-]+)(?=[ ?.,]|$)")
_THE = re.compile(r"\b[Tt]he $")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Adjacent words of the history."""

    text: str
    stems: frozenset[str]
    probability: float
    item: int


def find_phrases(history: Sequence[str], needed: Sequence[Tagged]) -> list[Phrase]:
    """The needed phrases, the most probable first and the newer of equals; none twice."""
    found = [_phrase(history, run) for run in _runs(history, needed)]
    kept: list[Phrase] = []
    for phrase in sorted(found, key=lambda p: (-len(p.stems), -p.item)):
        if not any(phrase.stems <= other.stems for other in kept):
            kept.append(phrase)
    return sorted(kept, key=lambda p: (-p.probability, -p.item))[:MOST_PHRASES]


def _runs(history: Sequence[str], needed: Sequence[Tagged]) -> list[list[Tagged]]:
    """Runs of needed words with only a space or small words between them."""
    surest = max((one.probability for one in needed if not one.word.is_stop_word), default=0.0)
    least = min(NEEDED, max(LEAST, SHARE * surest))
    runs: list[list[Tagged]] = []
    for one in needed:
        if one.probability < least or one.word.is_stop_word:
            continue
        last = runs[-1][-1] if runs else None
        if (
            last
            and last.item == one.item
            and _BETWEEN.fullmatch(history[one.item], last.word.end, one.word.start)
        ):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _phrase(history: Sequence[str], run: Sequence[Tagged]) -> Phrase:
    """The words of `run`, with "the" before them; "Syrian" includes the noun after it."""
    text = history[run[0].item]
    start, end = run[0].word.start, run[-1].word.end
    if is_nation(run[-1].word.stem) and (noun := _NOUN.match(text, end)):
        end = noun.end() if noun[1].lower() not in STOP_WORDS else end
    led = "the " if _THE.search(text[:start]) else ""
    return Phrase(
        led + _OWN.sub("", text[start:end]),
        frozenset(one.word.stem for one in run),
        max(one.probability for one in run),
        run[0].item,
    )
