"""The one place where a question of a kind other than a fact is answered, by the module of its kind."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.answer import Answer, Candidate
from bot.composition.compose import Verify
from bot.composition.kinds.articles import answer_articles
from bot.composition.kinds.asked import find_asked
from bot.composition.kinds.comparison import answer_comparison
from bot.composition.kinds.quotations import answer_quotations
from bot.composition.kinds.request import Read, Request
from bot.composition.kinds.summary import answer_summary
from bot.composition.kinds.text.kind import Asked, Kind
from bot.composition.kinds.text.question_patterns import ONE
from bot.composition.kinds.timeline import answer_timeline
from bot.conversation import Conversation, Resolved, Turn
from bot.english.names import find_names
from bot.english.question import Question
from bot.retrieval.sources import Scope, Sources

_PRONOUN = re.compile(r"\b(?:he|she|they|it|him|her|them)\b", re.IGNORECASE)
_ANSWERING: Mapping[Kind, Callable[[Request], Answer | None]] = {
    Kind.ARTICLES: answer_articles,
    Kind.COUNT: answer_articles,
    Kind.QUOTATIONS: answer_quotations,
    Kind.COMPARISON: answer_comparison,
    Kind.TIMELINE: answer_timeline,
    Kind.SUMMARY: answer_summary,
}


def find_kind(typed: str, resolved: Resolved, last: Turn | None = None) -> Asked:
    """What the question asks for, as typed, or with the words that it takes from earlier turns.

    "What did he say about Assad?" asks for the words of the person that the earlier turns name, and "And
    Obama?" after it for Obama's. `last` is the turn before: after a list of articles "the newest one" is an
    article.
    """
    if last and last.answer.kind in (Kind.COUNT, Kind.ARTICLES):
        typed = ONE.sub(lambda found: f"{found[1]} article{found[2] or ''}", typed, count=1)
    others = find_names(typed) if resolved.form else []
    like = find_asked(resolved.form) if others else Asked()
    if like.kind is Kind.QUOTATIONS and like.sides:
        return replace(like, sides=(others[0], *like.sides[1:]))
    named = next((one for one in resolved.taken if find_names(one)), "")
    replaced = _PRONOUN.sub(named.removeprefix("the "), typed, count=1) if named else typed
    # a question of its own is the same in all three forms, and looked at once
    found = map(find_asked, dict.fromkeys((typed, replaced, resolved.text)))
    return next((asked for asked in found if asked.kind is not Kind.FACT), Asked())


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
        found = answering(
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
        is_sure = found is None or found.refused or found.confidence >= self._min_confidence
        return found if is_sure else None
