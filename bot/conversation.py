"""Turns, conversations, and how a conversation becomes LlamaIndex messages or JSON and back.

A conversation is immutable, and every browser session and every command holds its own.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from llama_index.core.base.llms.types import ChatMessage, MessageRole

from bot.answer import Answer
from index.catalog.selection import EVERYTHING, Selection
from index.errors import ConversationError

# Keys of additional_kwargs: the standalone question of a user's message, an assistant's short answer.
STANDALONE, SHORT = "standalone_question", "answer"
_MARKER = re.compile(r"\s*\[\d+\]")
_ADDED = re.compile(r" \(([^()]*)\)$")
LARGEST_FILE = 20_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer; `within` is the selection that was searched."""

    question: str
    answer: Answer
    within: Selection = EVERYTHING


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far, oldest first."""

    turns: tuple[Turn, ...] = ()

    def with_turn(self, answer: Answer, within: Selection = EVERYTHING) -> "Conversation":
        """A new conversation with one more turn."""
        return Conversation((*self.turns, Turn(answer.question, answer, within)))

    @property
    def last(self) -> Turn | None:
        """The newest turn, or None at the start."""
        return self.turns[-1] if self.turns else None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question in its conversation.

    `text` stands alone and is searched for; `asked` is what the reader is asked, together with `history`,
    the earlier turns, the latest first. `taken` are the words that `text` has from earlier turns. `follows`
    is False for a question that needs none of them. `form` is the earlier question that one such as "And
    Obama?" repeats with another subject, else "".
    """

    text: str
    asked: str
    history: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    follows: bool = False
    form: str = ""

    @classmethod
    def alone(cls, question: str) -> "Resolved":
        """A question that needs nothing said before."""
        return cls(question, question)


def added_to(standalone: str) -> tuple[str, ...]:
    """The words taken from earlier turns, which stand in brackets at the end of a standalone question."""
    found = _ADDED.search(standalone)
    return tuple(filter(None, found[1].split(", "))) if found else ()


def bare(standalone: str) -> str:
    """The question without the words in brackets at its end."""
    return _ADDED.sub("", standalone)


class QuestionResolver(Protocol):
    """Makes a standalone question of a follow-up."""

    def resolve(self, question: str, conversation: Conversation) -> Resolved:
        """The question as it is searched for and read.

        Raises ModelError when a model of its own fails.
        """
        ...

    def close(self) -> None:
        """Releases what it opened for itself."""
        ...


def to_messages(conversation: Conversation) -> list[ChatMessage]:
    """Two messages for each turn, the user's and the assistant's, oldest first.

    What a question was resolved to and the short answer go with them, so that the way back loses nothing
    that the next question is resolved by; citations are lost.
    """
    messages = []
    for turn in conversation.turns:
        asked = ChatMessage(role=MessageRole.USER, content=turn.question)
        if turn.answer.standalone_question != turn.question:
            asked.additional_kwargs[STANDALONE] = turn.answer.standalone_question
        answered = ChatMessage(role=MessageRole.ASSISTANT, content=turn.answer.text)
        answered.additional_kwargs[SHORT] = turn.answer.answer
        messages += [asked, answered]
    return messages


def from_messages(messages: Sequence[ChatMessage]) -> Conversation:
    """A conversation of the user's messages, each with the assistant's message that follows it.

    Other roles (system, tool) are passed over. Messages carry no citations, so the turns have none.
    """
    turns: list[Turn] = []
    for message in messages:
        # A lone surrogate can be neither encoded nor printed.
        text = (message.content or "").encode("utf-8", "replace").decode()
        if message.role == MessageRole.USER:
            standalone = message.additional_kwargs.get(STANDALONE)
            asked = standalone if isinstance(standalone, str) else text
            turns.append(Turn(text, Answer(text, asked, "", "", False, None, 0.0)))
        elif message.role == MessageRole.ASSISTANT and turns:
            short = message.additional_kwargs.get(SHORT)
            short = short if isinstance(short, str) else _MARKER.sub("", text)
            answer = replace(turns[-1].answer, answer=short, text=text, refused=not short)
            turns[-1] = replace(turns[-1], answer=answer)
    return Conversation(tuple(turns))


def load_conversation(path: Path) -> Conversation:
    """The conversation in a JSON file: `[{"role": "user", "content": "…"}, …]`.

    Roles are user and assistant, by turns, beginning with a user's. Raises ConversationError, which names
    the file, the message that is wrong and what was expected.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ConversationError(
                f"{path}: has {size:,} bytes, expected at most {LARGEST_FILE:,}; keep the newest turns"
            )
        rows = json.loads(path.read_bytes())
    except OSError as error:
        raise ConversationError(f"{path}: {error.strerror}; expected a JSON file") from None
    except (ValueError, RecursionError) as error:
        raise ConversationError(f"{path}: expected JSON in UTF-8 ({error})") from None
    return parse_conversation(rows, str(path))


def parse_conversation(rows: object, name: str) -> Conversation:
    """The conversation in a list of messages, as `load_conversation` takes them.

    Raises ConversationError, which begins with `name`: where the list was found.
    """
    if not isinstance(rows, list):
        raise ConversationError(f"{name}: expected a list of messages, found {type(rows).__name__}")
    return from_messages([_message(name, number, row) for number, row in enumerate(rows)])


def _message(path: str, number: int, row: Any) -> ChatMessage:
    """Message `number`, from 0: a user's where that is even, else an assistant's."""
    expected = "assistant" if number % 2 else "user"
    what = f"{path}: message {number + 1}"
    if not isinstance(row, dict) or not isinstance(row.get("content"), str):
        raise ConversationError(f'{what}: expected {{"role": "{expected}", "content": "…"}}')
    if row.get("role") != expected:
        raise ConversationError(
            f"{what}: has the role {row.get('role')!r}, expected {expected!r}; user and assistant take turns"
        )
    return ChatMessage(role=MessageRole(expected), content=row["content"])
