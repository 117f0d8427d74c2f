"""The training data of one epoch of the reader, and its shares.

It knows which pairs and negatives are used, not their order.
"""

import calendar
import random
import re
from dataclasses import replace
from pathlib import Path

from index.models.encoder import Encoder
from training.data.negatives import (
    cut_negatives,
    near_negatives,
    swapped_negatives,
    turned_negatives,
)
from training.data.pairs import Pair, adversarial_pairs, answered_pairs, judged_pairs
from training.data.stories import story_pairs
from training.data.written import with_strange_histories, written_pairs

ADVERSARIAL_TIMES = 4  # the human unanswerable questions are few and good
HEADED_SHARE = 0.25  # of all pairs, the share that gets a headline in front
PLAIN_SHARE = (
    0.3  # of the follow-ups, those read with their history alone; the others name their subject
)
STRANGE_SHARE = 0.05  # of the written standalone questions
STORIES = 10_000  # made up, about six questions each
MONTHS = calendar.month_name[1:]


def training_pairs(
    data: Path, encoder: Encoder, seed: int = 0, public: float = 1.0, stories: int = STORIES
) -> list[Pair]:
    """Every pair of one epoch, with the negatives, in a fixed but arbitrary order.

    `public` is the share of the public pairs; all written pairs are used. `stories` are made up.
    """
    return [
        *public_pairs(data, encoder, seed, public),
        *news_pairs(data, encoder, seed),
        *story_pairs(stories, random.Random(seed + 10)),
    ]


def news_pairs(data: Path, encoder: Encoder, seed: int = 0) -> list[Pair]:
    """The written questions, some with an unrelated history or with a near but wrong passage."""
    rng = random.Random(seed + 12)
    written = [
        pair
        for pair in written_pairs(data)
        if pair.kind != "follow-up" or rng.random() < PLAIN_SHARE
    ]
    answered = [pair for pair in written if pair.start >= 0 and not pair.history]
    return [
        *written,
        *with_strange_histories(written, STRANGE_SHARE, random.Random(seed + 6)),
        *near_negatives(answered, encoder, random.Random(seed + 7)),
        *cut_negatives(answered, random.Random(seed + 11)),
        *unsettled(written, random.Random(seed + 8)),
    ]


def unsettled(written: list[Pair], rng: random.Random) -> list[Pair]:
    """Each written yes-or-no question with a passage that does not settle it."""
    asked = [pair for pair in written if pair.verdict]
    shuffled = rng.sample(asked, len(asked))
    return [
        replace(
            other, question=pair.question, start=-1, end=-1, verdict="neither", group="", others=()
        )
        for pair, other in zip(asked, shuffled, strict=True)
        if pair.group != other.group
    ]


def public_pairs(data: Path, encoder: Encoder, seed: int, share: float) -> list[Pair]:
    """A share of the public questions, with their negatives."""
    rng = random.Random(seed + 9)

    def some(pairs: list[Pair]) -> list[Pair]:
        return rng.sample(pairs, int(share * len(pairs))) if share < 1 else pairs

    answered = some(answered_pairs(data, random.Random(seed)))
    adversarial = some(adversarial_pairs(data, kept_back=False) * ADVERSARIAL_TIMES)
    pairs = [
        *answered,
        *near_negatives(answered, encoder, random.Random(seed + 1)),
        *swapped_negatives(answered, random.Random(seed + 2)),
        *turned_negatives(answered, random.Random(seed + 4)),
        *cut_negatives(answered, random.Random(seed + 5)),
        *adversarial,
        *some(judged_pairs(data)),
    ]
    rng = random.Random(seed + 3)
    return [headed(pair, rng) if rng.random() < HEADED_SHARE else pair for pair in pairs]


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
        pair,
        passage=head + pair.passage,
        start=pair.start + shift,
        end=pair.end + shift,
        head=len(head),
    )
