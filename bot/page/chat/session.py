"""The state of a browser's chat, and answering a question in it.

States are immutable, so they are replaced and never shared. It does not know Gradio.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from bot.answer import Answer
from bot.conversation import Conversation
from bot.page.view.message import answer_markdown, notice_markdown, question_markdown
from bot.page.view.sources import articles_of
from bot.retrieval.sources import CORPUS, Scope
from index.errors import BylineError
from index.text.article import Article

Message = dict[str, str]  # {"role": "user" | "assistant", "content": Markdown}
APOLOGY = "Sorry, something went wrong and the question was not answered. Please try again."
STOPPED = "Stopped. Your question is back in the box."
_NOTHING_YET = Conversation()
_log = logging.getLogger(__name__)


class AnsweringEngine(Protocol):
    """The part of the engine that the page uses."""

    def answer(self, question: str, conversation: Conversation = ..., scope: Scope = ...) -> Answer:
        """The answer to a question in its conversation; raises BylineError."""
        ...

    def stream(
        self, question: str, conversation: Conversation = ..., scope: Scope = ...
    ) -> Generator[Answer, None, None]:
        """The answer to a question in its conversation as it grows; raises BylineError."""
        ...

    @property
    def sources(self) -> "ArticleSources":
        """The articles that questions are searched in."""
        ...


class ArticleSources(Protocol):
    """The part of the engine's sources that the page uses."""

    def count(self, scope: Scope) -> int:
        """The number of articles that are searched for a question in `scope`."""
        ...

    def article(self, path: str, owner: str = ..., sha256: str = ...) -> Article | None:
        """The article at a path of the corpus, or with this content, or an upload of the owner's, or None."""
        ...


@dataclass(frozen=True, slots=True)
class ChatState:
    """The turns so far and the messages that show them; a failed question does not change it.

    `key` is the id of the stored conversation, "" before the first answer; its first `kept` turns are
    stored. `rewritten` is True if stored turns are no longer part of the chat. `pending` is the question
    that is being answered, and `growing` the messages of it so far.
    """

    conversation: Conversation = _NOTHING_YET
    messages: tuple[Message, ...] = ()
    key: str = ""
    kept: int = 0
    rewritten: bool = False
    pending: str = ""
    growing: tuple[Message, ...] = ()

    def before(self, turn: int) -> "ChatState":
        """The state before turn number `turn`, from 0."""
        turns = self.conversation.turns[:turn]
        return ChatState(
            Conversation(turns),
            self.messages[: 2 * turn],
            self.key,
            min(self.kept, len(turns)),
            self.rewritten or len(turns) < self.kept,
        )

    def idle(self) -> "ChatState":
        """The state without a running answer."""
        return replace(self, pending="", growing=())

    def stopped(self) -> tuple[Message, ...]:
        """The messages after a running answer is stopped."""
        return (*self.messages, *self.growing, _notice(STOPPED)) if self.pending else self.messages


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of the page during an answer; `answer` is set in the last frame."""

    draft: str
    messages: tuple[Message, ...]
    state: ChatState
    answer: Answer | None = None

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The messages as Gradio's chat expects them."""
        return [dict(message) for message in self.messages]


def ask(
    engine: AnsweringEngine, question: str, state: ChatState, scope: Scope = CORPUS
) -> Iterator[Frame]:
    """Answer `question`; the last frame has the complete answer.

    A known error is shown in the chat; an unexpected one is logged and an apology shown. In both cases the
    question goes back into the box and the state does not change. Never raises.
    """
    state = state.idle()  # an earlier answer may have broken off
    new: tuple[Message, ...] = ()
    if question.strip():
        new = ({"role": "user", "content": question_markdown(question)},)
        yield _growing(state, question, new)
    try:
        find = _finder(engine, scope.owner)
        with closing(engine.stream(question, state.conversation, scope)) as versions:
            for answer in versions:
                articles = articles_of(answer, find)
                searched = engine.sources.count(scope) if answer.refused else None
                markdown = answer_markdown(answer, articles, searched)
                said = (*new, {"role": "assistant", "content": markdown})
                if answer.statements or answer.growing:
                    yield _growing(state, question, said)
    except BylineError as error:
        yield _failed(str(error), question, new, state)
        return
    except Exception:
        _log.exception("a question could not be answered")
        yield _failed(APOLOGY, question, new, state)
        return
    # The candidates are not needed any more; the state lives as long as the page is open.
    answer = replace(answer, candidates=())
    after = replace(
        state,
        conversation=state.conversation.with_turn(answer, scope.selection),
        messages=(*state.messages, *said),
    )
    yield Frame("", after.messages, after, answer)


def reopened(
    engine: AnsweringEngine, key: str, conversation: Conversation, owner: str
) -> ChatState:
    """The state of a stored conversation; links are made for the articles as they are now."""
    messages: list[Message] = []
    find = _finder(engine, owner)
    for turn in conversation.turns:
        markdown = answer_markdown(turn.answer, articles_of(turn.answer, find))
        messages.append({"role": "user", "content": question_markdown(turn.question)})
        messages.append({"role": "assistant", "content": markdown})
    return ChatState(conversation, tuple(messages), key, kept=len(conversation.turns))


def _finder(engine: AnsweringEngine, owner: str) -> Callable[[str, str], Article | None]:
    """Finds each article of an answer once, by its path or content."""
    return cache(lambda path, sha256: engine.sources.article(path, owner, sha256))


def _growing(state: ChatState, question: str, new: Sequence[Message]) -> Frame:
    shown = replace(state, pending=question, growing=tuple(new))
    return Frame("", (*state.messages, *new), shown)


def _failed(line: str, question: str, new: Sequence[Message], state: ChatState) -> Frame:
    return Frame(question, (*state.messages, *new, _notice(line)), state)


def _notice(line: str) -> Message:
    return {"role": "assistant", "content": notice_markdown(line)}
