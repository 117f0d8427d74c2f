"""A language model rewrites follow-ups; its question is accepted only if it asks the same and adds nothing.

Otherwise, and if the model fails, the small model resolves the question.
"""

import logging
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from llama_index.core.llms import LLM, ChatMessage, MessageRole

from bot.conversation import Conversation, QuestionResolver, Resolved
from bot.english.lexicon import DENIALS, QUESTION_WORDS, TITLES, any_of, words_of
from bot.english.speakers import asked_speakers
from bot.english.words import terms, tokens
from bot.llm.checking.claims import claims_of
from bot.llm.checking.faults import Grounds, find_faults
from bot.llm.prompt import quoted
from bot.llm.provider import close_llm
from bot.llm.stream import StreamLimits, stream_text
from index.errors import BylineError
from prompts import CONDENSE
from prompts.loader import load_prompt

TURNS_READ = 6  # of a conversation, the newest
ANSWER_READ = 300  # characters of each answer
LONGER = 200  # characters by which the question may grow
FOREIGN = 0.34  # share of its words that may be missing from the conversation, such as another verb of saying
_INVENTED = frozenset(("number", "date", "name", "quotation"))
_ASKS = re.compile(
    rf"\b(?:how (?:many|much|long|old|far|often|soon|big)|{any_of(QUESTION_WORDS)})\b",
    re.IGNORECASE,
)
# Small words that change the meaning of a question if they are added or dropped.
_TURNING = DENIALS | words_of("before after since until for against by more less first last")
_LABEL = re.compile(r"^[\w -]{0,30}question\s*:\s*", re.IGNORECASE)
_log = logging.getLogger(__name__)


class CondensingResolver:
    """Asks a language model for the standalone question, and checks its reply."""

    def __init__(self, resolver: QuestionResolver, llm: LLM, limits: StreamLimits) -> None:
        """`resolver` is used if the model fails or its question is rejected; both are closed with this."""
        self._resolver, self._llm, self._limits = resolver, llm, limits

    def close(self) -> None:
        """Releases the connections."""
        self._resolver.close()
        close_llm(self._llm)

    def resolve(self, question: str, conversation: Conversation) -> Resolved:
        """See QuestionResolver."""
        own = self._resolver.resolve(question, conversation)
        # "And Merkel?" has no question word, so a model's question could not be checked.
        if conversation.last is None or not _ASKS.search(question):
            return own
        history = _history(conversation)
        try:
            prompt = load_prompt("condense", CONDENSE).format(
                history="\n".join(history), question=quoted(question)
            )
            message = ChatMessage(role=MessageRole.USER, content=prompt)
            with closing(stream_text(self._llm, [message], self._limits)) as pieces:
                rewritten = " ".join("".join(pieces).split()).strip("\"“”'* ")
        except BylineError as error:
            _log.warning("the question was not condensed: %s", error)
            return own
        rewritten = _LABEL.sub("", rewritten)
        accepted = _asks_the_same(rewritten, question) and _is_grounded(
            rewritten, question, history
        )
        return replace(own, text=rewritten, asked=rewritten, history=()) if accepted else own


def _history(conversation: Conversation) -> list[str]:
    """The turns as the prompt shows them, a line for each question and each answer."""
    lines = []
    for turn in conversation.turns[-TURNS_READ:]:
        asked = " ".join(turn.answer.standalone_question.split())
        said = " ".join(turn.answer.answer.split())[:ANSWER_READ]
        lines.append("Reader: " + quoted(asked))
        lines.append("Byline: " + (quoted(said) or "The articles do not answer this."))
    return lines


def _asks_the_same(rewritten: str, question: str) -> bool:
    """True for a single question that keeps the words of `question`, their order and their meaning."""
    if rewritten[-1:] not in ("?", "？", "؟") or len(re.findall("[?？؟]", rewritten)) > 1:
        return False
    if len(rewritten) > len(question) + LONGER or _asking(rewritten)[:1] != _asking(question)[:1]:
        return False
    asked = asked_speakers(question)
    return (
        _is_within(_content(question), _content(rewritten))
        and _turning(rewritten) == _turning(question)
        and (not asked or asked_speakers(rewritten) == asked)
        and claims_of(rewritten).denied == claims_of(question).denied
    )


def _is_grounded(rewritten: str, question: str, history: Sequence[str]) -> bool:
    """True if its names, figures, dates and quotations, and most other words, are in the conversation."""
    said = (*history, question)
    if any(
        fault.kind in _INVENTED for fault in find_faults(claims_of(rewritten), Grounds(said, ()))
    ):
        return False
    words, known = terms(rewritten), terms(" ".join(said))
    foreign = words - known - terms(" ".join(TITLES))
    return bool(words) and len(foreign) <= FOREIGN * len(words)


def _asking(text: str) -> list[str]:
    return [" ".join(found.group().lower().split()) for found in _ASKS.finditer(text)]


def _turning(text: str) -> frozenset[str]:
    words = re.sub(r"n['’]t\b", " not", text.lower())
    return _TURNING.intersection(re.findall(r"[a-z]+", words))


def _content(text: str) -> list[str]:
    return [token.stem for token in tokens(text) if not token.is_stop_word]


def _is_within(words: Sequence[str], others: Sequence[str]) -> bool:
    """True if `others` contain `words` in the same order."""
    left = iter(others)
    return all(word in left for word in words)
