"""Interfaces of readers, which find the answering words in passages, and of writers, which phrase them.

ExtractiveReader is the one that needs no LLM; any other reader has the same interface.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.answer import Candidate, Evidence, Verdict
from bot.english.question import Question

Embed = Callable[[Sequence[str]], NDArray[np.float32]]  # texts → unit vectors, (n, dimension)


class Reader(Protocol):
    """Finds where, if anywhere, a question is answered."""

    def read(self, question: Question, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """Evidence from `candidates`, best first; empty when nothing bears on the question.

        The same arguments always give the same evidence.
        """
        ...

    def close(self) -> None:
        """Releases the reader's models."""
        ...


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence that was written, what the check says of it and why, and the words that bear it out."""

    text: str
    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Growing:
    """The sentence that is being written, as far as it can be shown; nothing has checked it yet."""

    text: str


class Writer(Protocol):
    """Puts an answer into sentences of its own, each checked against the candidates."""

    def write(
        self, question: str, candidates: Sequence[Candidate], spent_s: float = 0.0
    ) -> Generator[Drafted | Growing, None, None]:
        """The sentences as they are ready, and between them what grows; no sentence when nothing answers.

        `spent_s` seconds of the time it has went into the question before.

        Raises BylineError when nothing more can be written.
        """
        ...
