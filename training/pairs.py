"""The pairs the reader learns from: public questions with their passages, and negatives made of them.

It knows the files of the data folder and how a wrong passage or a wrong question is made; it knows no
model but the embedder, which finds near passages.
"""

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import Encoder
from training.records import records

# Articles of squad2_dev_part that are never trained on: they measure refusals.
KEPT_BACK = frozenset(
    "Geology Yuan_dynasty University_of_Chicago Private_school Amazon_rainforest Normans".split()
)
# The share of a source that is used, by quality; a source not named here is used whole. QAMR has
# one-sentence contexts and odd questions; privacy policies and television dialogue are far from news.
SHARES = {
    "qamr_wikinews": 0.25,
    "qamr_wikipedia": 0.12,
    "policyqa_test": 0.2,
    "policyqa_dev": 0.2,
    "friendsqa": 0.25,
    "covidqa": 0.25,
    "squadshifts_amazon_reviews": 0.4,
    "squadshifts_reddit": 0.45,
}
LONGEST_ANSWER = 400  # characters
LONGEST_JUDGED = 700  # characters; a longer text would be cut, and with it what supports the claim
NEAR_SHARE = 0.2  # of the answered questions, the share that also gets a near wrong passage
SWAP_SHARE = 0.7  # of those with a name or number to swap
TURN_SHARE = 0.5  # of those with a word that can be turned into its opposite
ADVERSARIAL_TIMES = 4  # the human unanswerable questions are few and good
HEADED_SHARE = 0.25  # of all pairs, the share that gets a headline in front
MONTHS = (
    "January February March April May June July August September October November December".split()
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage; `start`..`end` is the answer in it, both -1 when there is none.

    `kind` tells where a pair without an answer comes from; of kind "supported" the passage does hold
    the answer, or bear the claim out, but where is not known.
    """

    question: str
    passage: str
    start: int = -1
    end: int = -1
    kind: str = "answer"


def training_pairs(data: Path, encoder: Encoder, seed: int = 0) -> list[Pair]:
    """Every pair of one epoch, negatives included, in no particular order but always the same."""
    answered = _train(data, random.Random(seed))
    adversarial = adversarial_pairs(data, kept_back=False)
    pairs = [
        *answered,
        *near_negatives(answered, encoder, random.Random(seed + 1)),
        *swapped_negatives(answered, random.Random(seed + 2)),
        *turned_negatives(answered, random.Random(seed + 4)),
        *adversarial * ADVERSARIAL_TIMES,
        *judged_pairs(data),
    ]
    rng = random.Random(seed + 3)
    return [headed(pair, rng) if rng.random() < HEADED_SHARE else pair for pair in pairs]


def adversarial_pairs(data: Path, *, kept_back: bool) -> list[Pair]:
    """The human questions of squad2_dev_part: of the validation articles, or of the others."""
    return [
        _answered(row) or Pair(row["question"], row["context"], kind="adversarial")
        for row in records(data, "reader/squad2_dev_part")
        if (row["title"] in KEPT_BACK) is kept_back
    ]


def judged_pairs(data: Path) -> list[Pair]:
    """Questions and claims with a text and a person's word on whether it answers or supports them.

    Only the train and dev parts: the test parts measure the checking of sentences.
    """
    judged = [
        *(
            (r["question"], r["sentence"], r["label"] == 1)
            for r in records(data, "pairs/trecqa_train")
        ),
        *(
            (r["claim"], " ".join(r["gold_evidence"]), r["label"] == "SUPPORTS")
            for r in records(data, "pairs/foolmetwice_dev")
        ),
        *(
            (r["claim"], " ".join(r["evidence"]), r["label"] == "supported")
            for r in records(data, "pairs/wice_oracle_chunks_dev")
            if r["label"] != "partially_supported"
        ),
        *(
            (r["hypothesis"], r["premise"], r["label"] == "entailment")
            for r in records(data, "pairs/rte_train")
        ),
        *(
            (r["hypothesis"], r["premise"], r["label"] == "ENTAILMENT")
            for r in records(data, "pairs/sick_train")
        ),
    ]
    return [
        Pair(question, text, kind="supported" if holds else "judged")
        for question, text, holds in judged
        if len(text) <= LONGEST_JUDGED
    ]


def _train(data: Path, rng: random.Random) -> list[Pair]:
    pairs = []
    for row in records(data, "reader/train"):
        if rng.random() >= SHARES.get(row["source"], 1.0):
            continue
        if not row["answers"]:
            pairs.append(Pair(row["question"], row["context"], kind="natural"))
        elif (pair := _answered(row)) and pair.end - pair.start <= LONGEST_ANSWER:
            pairs.append(pair)
    return pairs


def _answered(row: dict[str, Any]) -> Pair | None:
    """The row with its shortest answer that stands where the row says, or None when none does."""
    context = row["context"]
    spans = [
        (len(answer), start)
        for answer, start in zip(row["answers"], row["answer_start"] or [], strict=False)
        if answer and context.startswith(answer, start)
    ]
    if not spans:
        return None
    length, start = min(spans)
    words = context[start : start + length].strip(" .,;:")
    start = context.index(words, start)
    return Pair(row["question"], context, start, start + len(words)) if words else None


def near_negatives(pairs: Sequence[Pair], encoder: Encoder, rng: random.Random) -> list[Pair]:
    """For some answered questions, one of the nearest passages that do not hold their answer."""
    asked = [pair for pair in pairs if pair.start >= 0]
    passages = list(dict.fromkeys(p.passage for p in asked if len(p.passage.split()) >= 40))
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
                found.append(Pair(pair.question, rng.choice(wrong[:4]), kind="near"))
    return found


_THING = re.compile(
    r"(?<=[a-z,] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*|\b\d[\d,.]*\d\b|\b(?:1[6-9]|20)\d\d\b"
)


def swapped_negatives(pairs: Sequence[Pair], rng: random.Random) -> list[Pair]:
    """Questions with a name, number or year swapped for another of its kind.

    Only what the passage itself names is swapped, else the question may be answered all the same;
    some of the swaps come from the passage, which makes the topic right and the person wrong.
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


# What turns a question into one about something else, in both directions; of a word in several pairs
# the last one counts.
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
    """Questions with one word turned into its opposite, or, less often, the verb denied."""
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
            if _TURN[bare.lower()] not in pair.passage:
                found.append(Pair(" ".join(words), pair.passage, kind="turned"))
        elif len(words) > 6 and rng.random() < TURN_SHARE / 25:
            denied = _NEGATED.sub(lambda verb: f"{verb[0]} not", pair.question, count=1)
            if denied != pair.question:
                found.append(Pair(denied, pair.passage, kind="turned"))
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


def headed(pair: Pair, rng: random.Random) -> Pair:
    """The pair with a headline, and sometimes a date, in front, as the index feeds its passages."""
    names = re.findall(r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)*", pair.passage)
    if len(names) < 2:
        return pair
    head = " ".join(dict.fromkeys(rng.sample(names, min(3, len(names))))) + "\n"
    if rng.random() < 0.4:
        head += f"{rng.choice(MONTHS)} {rng.randint(1, 28)}, {rng.randint(1990, 2024)}\n"
    shift = len(head) if pair.start >= 0 else 0
    return replace(
        pair, passage=head + pair.passage, start=pair.start + shift, end=pair.end + shift
    )
