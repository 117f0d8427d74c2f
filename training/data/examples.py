"""Pairs as input for a network: tokens, start of the passage, position of the answer, batches.

It knows the tokeniser and the limits on length, and nothing of networks.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from index.models.encoder import EMBEDDER
from index.models.session import open_tokenizer, special_tokens
from training.data.pairs import Pair

LENGTH = 320  # tokens of question and passage; a longer passage is cut to a window with the answer
# Some passages are cut shorter, so that margins do not depend on length.
SHORT, SHORT_SHARE = 176, 0.3
QUESTION = 64  # tokens
BATCH_TOKENS = 4096
POOL = 4096  # pairs sorted by length at a time
UNIT = 3  # questions on one passage that stay together
HISTORY = 48  # tokens of the earlier turns, after the question
STEP = 16  # lengths are rounded up to this, because every new shape costs memory and time


def padded(length: int) -> int:
    """Tokens, rounded up to a multiple of STEP."""
    return -(-length // STEP) * STEP


@dataclass(frozen=True, slots=True)
class Example:
    """A pair in tokens: `ids` with special tokens, `base` where the passage begins, the answers' ends.

    Every start and end counts in `ids`. Both are [0], the first token, when there is no answer, and
    empty when there is one at an unknown position.
    """

    ids: list[int]
    base: int
    starts: tuple[int, ...] = (0,)
    ends: tuple[int, ...] = (0,)
    verdict: str = ""
    group: str = ""

    @property
    def width(self) -> int:
        """The padded length."""
        return padded(len(self.ids))

    @property
    def is_answered(self) -> bool:
        """True when the position of the answer is known."""
        return bool(self.starts) and self.starts != (0,)

    @property
    def is_unanswered(self) -> bool:
        """True when the passage holds no answer."""
        return self.starts == (0,)


class Wide(Protocol):
    """Anything that a batch pads to a width."""

    @property
    def width(self) -> int:
        """Tokens, padding included."""
        ...


Padded = TypeVar("Padded", bound=Wide)


class Tokens:
    """Turns pairs into examples."""

    def __init__(self, folder: Path) -> None:
        """Loads `folder`/tokenizer.json."""
        self._tokenizer = open_tokenizer(folder, EMBEDDER)
        self._first, self._between = special_tokens(self._tokenizer)

    def example(self, pair: Pair, rng: random.Random) -> Example | None:
        """The example, or None when the answer does not fit.

        A long passage is cut at random: around its answer, or, without one, around the part that shares
        the most words with the question, where a near miss would be. Title and date stay in front.
        """
        asked = self._asked(pair)
        passage = self._encode(pair.passage)
        length = SHORT if rng.random() < SHORT_SHARE else LENGTH
        base, room = len(asked) + 1, length - len(asked) - 2
        spans = (
            [_inside(passage.offsets, span) for span in [(pair.start, pair.end), *pair.others]]
            if pair.start >= 0
            else []
        )
        if any(not tokens for tokens in spans[:1]):
            return None
        head = sum(left < pair.head for left, _ in passage.offsets)
        body, room = passage.ids[head:], room - head
        cut = self._cut(
            body, [t - head for t in spans[0] if t >= head] if spans else [], room, asked, rng
        )
        if cut is None:
            return None
        ids = [self._first, *asked, *passage.ids[:head], *body[cut : cut + room], self._between]

        def moved(token: int) -> int | None:
            if token < head:
                return base + token
            return base + token - cut if cut <= token - head < cut + room else None

        ends = [(moved(span[0]), moved(span[-1])) for span in spans if span]
        kept = [(first, last) for first, last in ends if first is not None and last is not None]
        if not spans:
            kept = [] if pair.kind == "supported" else [(0, 0)]
        return Example(
            ids,
            base,
            tuple(first for first, _ in kept),
            tuple(last for _, last in kept),
            pair.verdict,
            pair.group,
        )

    def _asked(self, pair: Pair) -> list[int]:
        """Question and history, the latest turn first, a separator after each."""
        asked = [*self._encode(pair.question).ids[:QUESTION], self._between]
        for turn in pair.history:
            ids = self._encode(turn).ids
            if len(asked) + len(ids) + 1 > QUESTION + HISTORY:
                break
            asked += [*ids, self._between]
        return asked

    def _encode(self, text: str) -> Any:
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _cut(
        self, body: list[int], inside: list[int], room: int, asked: list[int], rng: random.Random
    ) -> int | None:
        """The start of the part of the body to keep; None when the answer is longer than `room`."""
        last = max(0, len(body) - room)
        if inside:
            if inside[-1] - inside[0] >= room:
                return None
            return rng.randint(max(0, inside[-1] - room + 1), min(last, inside[0]))
        if not last:
            return 0
        shared = set(asked)
        hits = np.cumsum([0] + [token in shared for token in body])
        scores = hits[room : room + last + 1] - hits[: last + 1]
        best = np.flatnonzero(scores >= scores.max() - 1)
        return int(rng.choice(list(best)))


def _inside(offsets: Sequence[tuple[int, int]], span: tuple[int, int]) -> list[int]:
    """The tokens that overlap the span."""
    return [n for n, (left, right) in enumerate(offsets) if left < span[1] and right > span[0]]


def batches(pairs: Sequence[Pair], tokens: Tokens, epoch: int) -> Iterator[list[Example]]:
    """One epoch in batches of similar lengths, shuffled with the epoch's number as seed.

    Two or three questions on one passage stay together, so that the loss can contrast them.
    """
    rng = random.Random(100 + epoch)
    units = _units(pairs, rng)
    rng.shuffle(units)
    for first in range(0, len(units), POOL):
        made = [
            [e for e in (tokens.example(pair, rng) for pair in unit) if e]
            for unit in units[first : first + POOL]
        ]
        ordered = sorted((unit for unit in made if unit), key=lambda u: max(e.width for e in u))
        packed = pack([example for unit in ordered for example in unit])
        rng.shuffle(packed)
        yield from packed


def _units(pairs: Sequence[Pair], rng: random.Random) -> list[list[Pair]]:
    """Pairs of one group in runs of at most UNIT, shuffled; a pair without a group is a run of one."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    alone = []
    for pair in pairs:
        if pair.group:
            groups[pair.group].append(pair)
        else:
            alone.append([pair])
    units = alone
    for group in groups.values():
        # misses are spread evenly, so that most runs have one next to an answered question
        group = sorted(group, key=lambda p: (p.start >= 0, rng.random()))
        runs = -(-len(group) // UNIT)
        units += [group[n::runs] for n in range(runs)]
    return units


def pack(examples: Sequence[Padded]) -> list[list[Padded]]:
    """Batches of at most BATCH_TOKENS padded tokens, of examples sorted by length."""
    packed: list[list[Padded]] = []
    widest = 0
    for example in examples:
        widest = max(widest, example.width)
        if packed and widest * (len(packed[-1]) + 1) <= BATCH_TOKENS:
            packed[-1].append(example)
        else:
            packed.append([example])
            widest = example.width
    return packed
