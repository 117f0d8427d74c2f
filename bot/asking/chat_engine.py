"""The engine as a LlamaIndex `BaseChatEngine`.

It keeps one conversation, as that interface requires; `Engine` keeps none. LlamaIndex's global `Settings`
are neither read nor set.
"""

import asyncio
from collections.abc import AsyncGenerator

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.core.chat_engine.types import (
    AgentChatResponse,
    BaseChatEngine,
    StreamingAgentChatResponse,
)
from llama_index.core.schema import NodeWithScore

from bot.answer import Answer
from bot.conversation import Conversation, from_messages, to_messages
from bot.engine import Engine
from bot.retrieval.nodes import to_node


class BylineChatEngine(BaseChatEngine):
    """Answers with words of the articles.

    `source_nodes` are the passages that hold the cited words, `metadata` is the answer as JSON has it.
    """

    def __init__(self, engine: Engine) -> None:
        """`engine` is shared and stays open; every chat engine has its own conversation."""
        self._engine = engine
        self._conversation = Conversation()

    def reset(self) -> None:
        """Starts a new conversation."""
        self._conversation = Conversation()

    @property
    def chat_history(self) -> list[ChatMessage]:
        """The turns so far, a user's and an assistant's message each."""
        return to_messages(self._conversation)

    def chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> AgentChatResponse:
        """Answers `message`; `chat_history`, when given, replaces the conversation so far."""
        answer = self._turn(message, chat_history)
        return AgentChatResponse(
            response=answer.text, source_nodes=_cited(answer), metadata=answer.to_json()
        )

    def stream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """As `chat`; the answer comes in one piece, because it is shown only once it is checked."""
        answer = self._turn(message, chat_history)
        return StreamingAgentChatResponse(
            chat_stream=(delta for delta in [_delta(answer)]),
            source_nodes=_cited(answer),
            is_writing_to_memory=False,
        )

    async def achat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> AgentChatResponse:
        """As `chat`, without blocking the event loop."""
        return await asyncio.to_thread(self.chat, message, chat_history)

    async def astream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """As `stream_chat`, for asynchronous callers."""
        answer = await asyncio.to_thread(self._turn, message, chat_history)

        async def stream() -> AsyncGenerator[ChatResponse, None]:
            yield _delta(answer)

        return StreamingAgentChatResponse(
            achat_stream=stream(), source_nodes=_cited(answer), is_writing_to_memory=False
        )

    def _turn(self, message: str, chat_history: list[ChatMessage] | None) -> Answer:
        if chat_history is not None:
            self._conversation = from_messages(chat_history)
        answer = self._engine.answer(message, self._conversation)
        self._conversation = self._conversation.with_turn(answer)
        return answer


def _cited(answer: Answer) -> list[NodeWithScore]:
    """The retrieved passages that contain a cited quote."""
    spans = [(c.file, c.start, c.end) for c in answer.citations]
    return [
        to_node(candidate)
        for candidate in answer.candidates
        if any(
            candidate.article.path == file
            and candidate.passage.start <= start
            and end <= candidate.passage.end
            for file, start, end in spans
        )
    ]


def _delta(answer: Answer) -> ChatResponse:
    message = ChatMessage(role=MessageRole.ASSISTANT, content=answer.text)
    return ChatResponse(message=message, delta=answer.text, raw=answer.to_json())
