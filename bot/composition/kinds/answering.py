"""The one place where a question of a kind other than a fact is answered, by the module of its kind."""

from collections.abc import Callable, Mapping

from bot.answer import Answer, Candidate
from bot.composition.compose import Verify
from bot.composition.kinds.articles import answer_articles
from bot.composition.kinds.asked import Asked, Kind, find_asked
from bot.composition.kinds.request import Read, Request
from bot.composition.kinds.summary import answer_summary
from bot.conversation import Conversation, Resolved
from bot.english.question import Question
from bot.retrieval.sources import Scope, Sources

_ANSWERING: Mapping[Kind, Callable[[Request], Answer | None]] = {
    Kind.ARTICLES: answer_articles,
    Kind.COUNT: answer_articles,
    Kind.SUMMARY: answer_summary,
}


def find_kind(typed: str, resolved: Resolved) -> Asked:
    """What the question asks for, as typed or with the words that it takes from earlier turns."""
    asked = find_asked(typed)
    return asked if asked.kind is not Kind.FACT else find_asked(resolved.text)


class Kinds:
    """Answers questions of every kind but facts. Safe to call from several threads."""

    def __init__(self, sources: Sources, read: Read, verify: Verify, min_confidence: float) -> None:
        """The parts of the engine that answers are made with; they stay the engine's."""
        self._sources = sources
        self._read = read
        self._verify = verify
        self._min_confidence = min_confidence

    def answer(
        self,
        question: Question,
        asked: Asked,
        draft: Answer,
        candidates: tuple[Candidate, ...],
        conversation: Conversation,
        scope: Scope,
    ) -> Answer | None:
        """The answer of the kind asked for; None if the question turns out to ask for a fact.

        `draft` is the answer to a fact where that is part of the reply, else an empty one.
        """
        answering = _ANSWERING.get(asked.kind)
        if answering is None:
            return None
        return answering(
            Request(
                question,
                asked,
                draft,
                candidates,
                conversation,
                scope,
                self._sources,
                self._read,
                self._verify,
                self._min_confidence,
            )
        )
