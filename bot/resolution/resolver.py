"""Makes a standalone question from a follow-up and the turns before it.

Rules complete an ellipsis; then a model marks the missing words, and rules insert them. A complete question
stays exactly as typed.
"""

import re

from bot.conversation import Conversation, Turn
from bot.resolution.ellipsis import complete_ellipsis
from bot.resolution.rewriting import (
    find_phrases,
    find_pronouns,
    insert_phrases,
    is_open,
    is_question,
)
from bot.resolution.tagger import TermTagger

# The probability from which a question needs words of the history: with a pronoun, and without.
OPEN, OPEN_WITHOUT = 0.5, 0.986
HINT = 0.1  # a pronoun counts if it refers to such words with this probability
TURNS_READ = 20  # the newest of a conversation, so that the work is bounded
_ADDED = re.compile(r" \([^()]*\)(?=\?|$)")


class Resolver:
    """Resolves questions with one model. Safe to call from several threads; it keeps no state."""

    def __init__(self, tagger: TermTagger) -> None:
        """`tagger` is shared and outlives this."""
        self._tagger = tagger

    def resolve(self, question: str, conversation: Conversation) -> str:
        """The standalone question; equal to `question` when there is nothing to resolve."""
        last = conversation.last
        if last is None:
            return question
        before = _asked(last)
        if not any(c.isalnum() for c in before):
            return question
        whole = complete_ellipsis(question, before, last.question, last.answer.answer) or question
        # The question before is standalone, so a question that is made of it is as well.
        is_made = whole != question and not (before == last.question and is_open(before))
        if is_made or not is_open(whole) or not is_question(whole):
            return whole
        history = [
            text
            for turn in conversation.turns[-TURNS_READ:]
            for text in (_asked(turn), turn.answer.answer)
            if text.strip()
        ]
        tagging = self._tagger.tag(history, whole)
        open_ones = set(find_pronouns(whole))
        stands = any(t.word in open_ones and t.probability >= HINT for t in tagging.stands)
        if tagging.is_open < (OPEN if stands else OPEN_WITHOUT):
            return whole
        return insert_phrases(whole, find_phrases(history, tagging.needed), tagging.stands)

    def close(self) -> None:
        """See QuestionResolver; the tagger stays open."""


def _asked(turn: Turn) -> str:
    """The question that was searched for, without the phrases that resolving appended in brackets."""
    standalone = turn.answer.standalone_question
    added = _ADDED.search(standalone)
    return (
        _ADDED.sub("", standalone) if added and added.group() not in turn.question else standalone
    )
