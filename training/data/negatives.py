"""Negatives made from answered pairs: another near passage, a changed question or a changed passage.

It knows no files and no model except the embedder, which finds near passages.
"""

import random
import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from index.models.encoder import Encoder
from index.text.sentences import all_sentences
from training.data.pairs import Pair

NEAR_SHARE = 0.2  # of the answered questions, the share that also gets a near wrong passage
SWAP_SHARE = 0.7  # of those with a name or number to swap
TURN_SHARE = 0.5  # of those with a word that can be turned into its opposite
CUT_SHARE = 0.35  # of those with at least CUT_SENTENCES sentences and the answer in only one
CUT_SENTENCES = 4


def near_negatives(pairs: Sequence[Pair], encoder: Encoder, rng: random.Random) -> list[Pair]:
    """For some answered questions, one of the nearest passages without the answer."""
    asked = [pair for pair in pairs if pair.start >= 0]
    heads = {p.passage: p.head for p in asked if len(p.passage.split()) >= 40}
    passages = list(heads)
    vectors = encoder.encode(passages)
    chosen = [pair for pair in asked if rng.random() < NEAR_SHARE]
    found = []
    for first in range(0, len(chosen), 512):
        some = chosen[first : first + 512]
        scores = encoder.encode([pair.question for pair in some]) @ vectors.T
        for pair, near in zip(some, np.argsort(-scores, axis=1)[:, :12], strict=True):
            answer = pair.passage[pair.start : pair.end].lower()
            wrong = [
                passages[i]
                for i in near
                if passages[i] != pair.passage and answer not in passages[i].lower()
            ]
            if wrong:
                near_one = rng.choice(wrong[:4])
                found.append(Pair(pair.question, near_one, kind="near", head=heads[near_one]))
    return found


_THING = re.compile(
    r"(?<=[a-z,] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*|\b\d[\d,.]*\d\b|\b(?:1[6-9]|20)\d\d\b"
)


def swapped_negatives(pairs: Sequence[Pair], rng: random.Random) -> list[Pair]:
    """Questions with a name, number or year swapped for another of its kind.

    Only a name in the passage is swapped, because otherwise the passage might still answer. Some
    replacements come from the passage, which keeps the topic and makes the person wrong.
    """
    by_kind: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        for thing in _THING.findall(pair.question):
            by_kind[_kind(thing)].append(thing)
    found = []
    for pair in pairs:
        things = [m for m in _THING.finditer(pair.question) if m.group() in pair.passage]
        if pair.start < 0 or not things or rng.random() >= SWAP_SHARE:
            continue
        thing = rng.choice(things)
        other = _other(pair, thing.group(), by_kind[_kind(thing.group())], rng)
        if other:
            question = pair.question[: thing.start()] + other + pair.question[thing.end() :]
            found.append(Pair(question, pair.passage, kind="swapped"))
    return found


# Words that change the meaning of a question, in both directions. If a word is in several pairs, the
# last one counts.
_OPPOSITES = """first last, before after, largest smallest, highest lowest, more fewer, most least,
north south, east west, northern southern, eastern western, increase decrease, increased decreased,
early late, earliest latest, began ended, begin end, start stop, started stopped, born buried,
won lost, win lose, male female, man woman, men women, father mother, son daughter, brother sister,
husband wife, king queen, accepted rejected, allowed forbidden, allow forbid, included excluded,
include exclude, best worst, good bad, strong weak, positive negative, public private, new old,
newest oldest, modern ancient, rich poor, high low, higher lower, larger smaller, large small,
long short, longest shortest, major minor, majority minority, maximum minimum, above below,
inside outside, internal external, left right, upper lower, young old, cause prevent, caused prevented,
support oppose, supported opposed, same different, similar different, open closed, opened closed,
built destroyed, created abolished, joined left, gained lost, rise fall, rose fell, buy sell,
bought sold, arrived departed, entered left, attack defend, attacked defended, common rare,
heavier lighter, faster slower, hot cold, wet dry, import export, imports exports, teacher student,
winner loser, employer employee, always never, everyone nobody, permanent temporary, domestic foreign,
urban rural, summer winter, day night, morning evening, true false, success failure, friend enemy,
alive dead, pass fail, remove add, removed added, hired fired, improve worsen, improved worsened"""
_TURN = {
    word: other
    for pair in _OPPOSITES.replace("\n", " ").split(",")
    for word, other in (pair.split(), pair.split()[::-1])
}
_NEGATED = re.compile(
    r"\b(is|was|are|were|did|does|do|can|could|has|had|will|would)\b", re.IGNORECASE
)


def turned_negatives(pairs: Sequence[Pair], rng: random.Random) -> list[Pair]:
    """Questions with one word replaced by its opposite or, less often, the verb negated."""
    found = []
    for pair in pairs:
        words = pair.question.split(" ")
        places = [n for n, word in enumerate(words) if word.strip("?,.").lower() in _TURN]
        if pair.start < 0:
            continue
        if places and rng.random() < TURN_SHARE:
            n = rng.choice(places)
            bare = words[n].strip("?,.")
            words[n] = words[n].replace(bare, _TURN[bare.lower()])
            if _TURN[bare.lower()] not in pair.passage.lower():
                found.append(Pair(" ".join(words), pair.passage, kind="turned"))
        elif len(words) > 6 and rng.random() < TURN_SHARE / 25:
            denied = _NEGATED.sub(lambda verb: f"{verb[0]} not", pair.question, count=1)
            if denied != pair.question:
                found.append(Pair(denied, pair.passage, kind="turned"))
    return found


def cut_negatives(pairs: Sequence[Pair], rng: random.Random) -> list[Pair]:
    """Passages without the answering sentence; the topic, the people and the kinds of facts remain."""
    found = []
    for pair in pairs:
        if pair.start < pair.head or rng.random() >= CUT_SHARE:
            continue  # without an answer, or with one in the title
        text, answer = pair.passage, pair.passage[pair.start : pair.end].lower()
        spans = all_sentences(text)
        holding = [s for s in spans if s.start < pair.end and s.end > pair.start]
        if len(spans) < CUT_SENTENCES or len(holding) != 1:
            continue
        rest = text[: holding[0].start] + text[holding[0].end :].lstrip()
        if answer not in rest.lower():
            found.append(Pair(pair.question, rest.rstrip(), kind="cut", head=pair.head))
    return found


def _other(pair: Pair, thing: str, known: Sequence[str], rng: random.Random) -> str | None:
    answer = pair.passage[pair.start : pair.end]
    inside = [
        other
        for other in _THING.findall(pair.passage)
        if _kind(other) == _kind(thing) and other not in pair.question and other not in answer
    ]
    if inside and rng.random() < 0.4:
        return str(rng.choice(inside))
    other = rng.choice(known)
    return None if other in pair.passage or other in pair.question or thing in other else other


def _kind(thing: str) -> str:
    if not thing[0].isdigit():
        return f"name of {min(3, len(thing.split()))} words"
    return "year" if re.fullmatch(r"(?:1[6-9]|20)\d\d", thing) else "number"
