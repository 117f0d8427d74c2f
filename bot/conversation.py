"""The turns so far, immutable: an answer is a function of the question, the conversation and the index.

Every browser session and every conversation on standard input holds its own; nothing is shared.
"""

from dataclasses import dataclass
from typing import Protocol

from bot.answer import Answer
from index.catalog.selection import EVERYTHING, Selection


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with the answer it got, `within` the articles that were asked."""

    question: str
    answer: Answer
    within: Selection = EVERYTHING


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far, oldest first."""

    turns: tuple[Turn, ...] = ()

    def with_turn(self, answer: Answer, within: Selection = EVERYTHING) -> "Conversation":
        """A conversation that goes one turn further; this one stays as it is."""
        return Conversation((*self.turns, Turn(answer.question, answer, within)))

    @property
    def last(self) -> Turn | None:
        """The newest turn, or None at the start."""
        return self.turns[-1] if self.turns else None


class QuestionResolver(Protocol):
    """Makes a follow-up stand on its own."""

    def resolve(self, question: str, conversation: Conversation) -> str:
        """The standalone question; equal to `question` when there is nothing to resolve.

        Raises ModelError when a model of its own fails.
        """
        ...

    def close(self) -> None:
        """Releases what it opened for itself."""
        ...
