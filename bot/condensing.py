"""Follow-ups put by a language model: its question is taken only when it brings nothing new into the talk.

Whatever it invents, leaves out or fails at, the question as the rules and the small model put it stands.
"""

import logging
from collections.abc import Sequence
from contextlib import closing

from llama_index.core.llms import LLM, ChatMessage, MessageRole

from bot.claims import claims_of
from bot.conversation import Conversation, QuestionResolver
from bot.faults import Grounds, find_faults
from bot.stream import StreamLimits, stream_text
from bot.terms import terms
from index.errors import BylineError
from prompts import CONDENSE
from prompts.loader import load_prompt

TURNS_READ = 6  # of a conversation, the newest
ANSWER_READ = 300  # characters of each answer
LONGER = 200  # characters by which the question may grow
FOREIGN = 0.34  # share of its words that need not stand in the conversation: "said" for "told"
_INVENTED = frozenset(("number", "date", "name", "quotation"))
_log = logging.getLogger(__name__)


class CondensingResolver:
    """Asks a language model for the standalone question, and checks what it says."""

    def __init__(self, resolver: QuestionResolver, llm: LLM, limits: StreamLimits) -> None:
        """`resolver` answers for it when the model does not; `llm` outlives this."""
        self._resolver, self._llm, self._limits = resolver, llm, limits

    def resolve(self, question: str, conversation: Conversation) -> str:
        """See QuestionResolver."""
        own = self._resolver.resolve(question, conversation)
        if conversation.last is None:
            return own
        told = _told(conversation)
        try:
            prompt = load_prompt("condense", CONDENSE).format(
                history="\n".join(told), question=question
            )
            message = ChatMessage(role=MessageRole.USER, content=prompt)
            with closing(stream_text(self._llm, [message], self._limits)) as pieces:
                put = " ".join("".join(pieces).split()).strip("\"“”'* ")
        except BylineError as error:
            _log.warning("the question was not condensed: %s", error)
            return own
        return put if _is_faithful(put, question, told) else own


def _told(conversation: Conversation) -> list[str]:
    """The turns as the prompt has them, a line for each question and each answer."""
    lines = []
    for turn in conversation.turns[-TURNS_READ:]:
        lines.append("Reader: " + " ".join(turn.answer.standalone_question.split()))
        said = " ".join(turn.answer.answer.split())[:ANSWER_READ]
        lines.append("Byline: " + (said or "The articles do not answer this."))
    return lines


def _is_faithful(put: str, question: str, told: Sequence[str]) -> bool:
    """True for one question with all that `question` names and nothing that nobody has said.

    Names, figures, dates and quotations must stand in the conversation, and so must most other words.
    """
    if not put.endswith("?") or put.count("?") > 1 or len(put) > len(question) + LONGER:
        return False
    said = [*told, question]
    asks, asked = claims_of(put), claims_of(question)
    faults = (
        *find_faults(asks, Grounds(tuple(said), ())),
        *find_faults(asked, Grounds((put,), ())),
    )
    if any(fault.kind in _INVENTED for fault in faults) or bool(asks.denied) != bool(asked.denied):
        return False
    words, known = terms(put), terms(" ".join(said))
    return bool(words) and len(words - known) <= FOREIGN * len(words)
