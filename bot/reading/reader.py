"""The interface of readers, which find the answering words in passages.

ExtractiveReader is the one that needs no LLM; any other reader has the same interface.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.answer import Candidate, Evidence
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
