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
    "policyqa_test": 0.4,
    "policyqa_dev": 0.4,
    "friendsqa": 0.5,
    "covidqa": 0.5,
    "squadshifts_amazon_reviews": 0.8,
    "squadshifts_reddit": 0.8,
}
LONGEST_ANSWER = 400  # characters
NEAR_SHARE = 0.28  # of the answered questions, the share that also gets a near wrong passage
SWAP_SHARE = 0.35
ADVERSARIAL_TIMES = 2  # the human unanswerable questions are few and good
HEADED_SHARE = 0.3  # of all pairs, the share that gets a headline in front
MONTHS = (
    "January February March April May June July August September October November December".split()
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage; `start`..`end` is the answer in it, both -1 when there is none.

    `kind` tells where a pair without an answer comes from.
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
        *adversarial * ADVERSARIAL_TIMES,
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
