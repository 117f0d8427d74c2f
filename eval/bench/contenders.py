"""Ways to embed, run in turn on the same texts: ours and Chroma's default.

What counts is their ratio in one run; the figures themselves depend on the machine.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.bench.chroma_default import ChromaDefault
from eval.bench.machine import resident_mb
from index.models.encoder import Encoder

ROUNDS = 5
QUESTIONS = 20  # a round
SETTLE = 0.05  # seconds: a session's threads spin on for a moment, at the next contender's cost
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass
class Contender:
    """One way to embed, with its times: passages/s of each round, ms of each question."""

    name: str
    encode: Encode
    rss_mb: float | None = None
    rates: list[float] = field(default_factory=list)
    question_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Median passages per second over the rounds."""
        return statistics.median(self.rates)

    @property
    def question_p50(self) -> float:
        """Median milliseconds to embed one question."""
        return statistics.median(self.question_ms)


def contenders(embedder: Path, fp32: Path, passages: Sequence[str]) -> list[Contender]:
    """Ours, then Chroma's default where its model is there, each run once untimed."""
    found = [_started("ours", lambda: Encoder(embedder).encode, passages)]
    if fp32.is_file():
        tokenizer = embedder / "tokenizer.json"
        found.append(
            _started("Chroma's default", lambda: ChromaDefault(fp32, tokenizer).encode, passages)
        )
    return found


def _started(name: str, make: Callable[[], Encode], passages: Sequence[str]) -> Contender:
    """Load a contender and run it once untimed; the memory it took is what the process grew by."""
    before = resident_mb()
    contender = Contender(name, make())
    contender.encode(passages[:32])
    after = resident_mb()
    if before is not None and after is not None:
        contender.rss_mb = after - before
    return contender


def time_in_turn(
    contenders: Sequence[Contender], passages: Sequence[str], questions: Sequence[str]
) -> None:
    """Time every contender in every round, so that a slow moment of the machine affects all."""
    for number in range(ROUNDS):
        start = number * QUESTIONS
        asked = list(islice(cycle(questions), start, start + QUESTIONS))
        for contender in contenders:
            time.sleep(SETTLE)
            contender.rates.append(len(passages) / (_ms(contender, passages) / 1000))
            contender.question_ms += [_ms(contender, [question]) for question in asked]


def _ms(contender: Contender, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    contender.encode(texts)
    return (time.perf_counter() - started) * 1000
