"""The seat of every reader: one method that finds the answering words in retrieved passages.

ExtractiveReader is the one that needs no LLM; whatever else answers takes the same seat.
"""

from collections.abc import Sequence
from typing import Protocol

from bot.answer import Candidate, Evidence


class Reader(Protocol):
    """Finds where, if anywhere, a question is answered."""

    def read(self, question: str, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """Evidence from `candidates`, best first; empty when nothing bears on the question.

        `question` stands on its own. The same arguments always give the same evidence.
        """
        ...

    def close(self) -> None:
        """Releases the reader's models."""
        ...
