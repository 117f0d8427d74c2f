"""What one epoch of the reader's training consists of, and in which shares.

It knows which pairs and negatives are used; the order comes later.
"""

import calendar
import random
import re
from dataclasses import replace
from pathlib import Path

from index.encoder import Encoder
from training.negatives import (
    cut_negatives,
    near_negatives,
    swapped_negatives,
    turned_negatives,
)
from training.pairs import Pair, adversarial_pairs, answered_pairs, judged_pairs

ADVERSARIAL_TIMES = 4  # the human unanswerable questions are few and good
HEADED_SHARE = 0.25  # of all pairs, the share that gets a headline in front
MONTHS = calendar.month_name[1:]


def training_pairs(data: Path, encoder: Encoder, seed: int = 0) -> list[Pair]:
    """Every pair of one epoch, negatives included, in no particular order but always the same."""
    answered = answered_pairs(data, random.Random(seed))
    adversarial = adversarial_pairs(data, kept_back=False)
    pairs = [
        *answered,
        *near_negatives(answered, encoder, random.Random(seed + 1)),
        *swapped_negatives(answered, random.Random(seed + 2)),
        *turned_negatives(answered, random.Random(seed + 4)),
        *cut_negatives(answered, random.Random(seed + 5)),
        *adversarial * ADVERSARIAL_TIMES,
        *judged_pairs(data),
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
        pair, passage=head + pair.passage, start=pair.start + shift, end=pair.end + shift
    )
