"""Pairs as a network takes them: tokens, where the passage begins, where the answer stands, in batches.

It knows the tokeniser and the limits on length, and nothing of networks.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from tokenizers import Tokenizer

from index.runtime import special_tokens
from training.pairs import Pair

LENGTH = 176  # tokens of question and passage; a longer passage is cut to a window with the answer
QUESTION = 64  # tokens
BATCH_TOKENS = 4096
POOL = 4096  # pairs that are sorted by length together
SOMEWHERE = -1
STEP = 16  # lengths are rounded up to this: every new shape costs the training memory and time


def padded(length: int) -> int:
    """Tokens, rounded up to a multiple of STEP."""
    return -(-length // STEP) * STEP


@dataclass(frozen=True, slots=True)
class Example:
    """A pair in tokens: `ids` with special tokens, `base` where the passage begins, the answer's ends.

    `start` and `end` count in `ids`; both are 0, the first token, when there is no answer, and both
    SOMEWHERE when there is one, but where is not known.
    """

    ids: list[int]
    base: int
    start: int = 0
    end: int = 0

    @property
    def width(self) -> int:
        """The length rounded up, as it is padded."""
        return padded(len(self.ids))


class Wide(Protocol):
    """Anything that is padded to a width in a batch."""

    @property
    def width(self) -> int:
        """Tokens, padding included."""
        ...


Padded = TypeVar("Padded", bound=Wide)


class Tokens:
    """Turns pairs into examples."""

    def __init__(self, folder: Path) -> None:
        """Loads `folder`/tokenizer.json."""
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._first, self._between = special_tokens(self._tokenizer)

    def example(self, pair: Pair, rng: random.Random) -> Example | None:
        """The example, or None when the answer does not fit; a long passage is cut around it at random."""
        asked = self._tokenizer.encode(pair.question, add_special_tokens=False).ids[:QUESTION]
        passage = self._tokenizer.encode(pair.passage, add_special_tokens=False)
        base, room = len(asked) + 2, LENGTH - len(asked) - 3
        inside = [
            n
            for n, (left, right) in enumerate(passage.offsets)
            if pair.start >= 0 and left < pair.end and right > pair.start
        ]
        if pair.start >= 0 and (not inside or inside[-1] - inside[0] >= room):
            return None
        low, high = 0, max(0, len(passage.ids) - room)
        if inside:
            low, high = max(low, inside[-1] - room + 1), min(high, inside[0])
        cut = rng.randint(low, high)
        ids = [self._first, *asked, self._between, *passage.ids[cut : cut + room], self._between]
        if not inside:
            where = SOMEWHERE if pair.kind == "supported" else 0
            return Example(ids, base, where, where)
        return Example(ids, base, inside[0] - cut + base, inside[-1] - cut + base)


def batches(pairs: Sequence[Pair], tokens: Tokens, epoch: int) -> Iterator[list[Example]]:
    """One epoch in batches of about equal lengths, shuffled; the same for the same epoch."""
    rng = random.Random(100 + epoch)
    order = list(range(len(pairs)))
    rng.shuffle(order)
    for first in range(0, len(order), POOL):
        some = (tokens.example(pairs[n], rng) for n in order[first : first + POOL])
        packed = pack(sorted((e for e in some if e), key=lambda e: len(e.ids)))
        rng.shuffle(packed)
        yield from packed


def pack(examples: Sequence[Padded]) -> list[list[Padded]]:
    """Batches of at most BATCH_TOKENS padded tokens, of examples sorted by length."""
    packed: list[list[Padded]] = []
    for example in examples:
        if packed and example.width * (len(packed[-1]) + 1) <= BATCH_TOKENS:
            packed[-1].append(example)
        else:
            packed.append([example])
    return packed
