"""The judging model as LlamaIndex's evaluators ask it: whole replies, each within its time-out.

It reads as answers are read, by `stream_text`: what a model says to itself is dropped, and an error is one
line without the key.
"""

from collections.abc import Sequence
from typing import Any

from llama_index.core.llms import (
    LLM,
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    CompletionResponseGen,
    CustomLLM,
    LLMMetadata,
    MessageRole,
)
from pydantic import PrivateAttr

from bot.llm.stream import StreamLimits, stream_text

RETRIES = 1
CHARACTERS = 20_000


class JudgeLLM(CustomLLM):
    """`llm` behind LlamaIndex's interface. Raises LanguageModelError when a reply is not whole."""

    _llm: LLM = PrivateAttr()
    _limits: StreamLimits = PrivateAttr()

    def __init__(self, llm: LLM, timeout_s: float) -> None:
        """`timeout_s` is what one request has, retries included; `llm` stays its owner's to close."""
        super().__init__()
        self._llm = llm
        self._limits = StreamLimits(timeout_s, timeout_s, CHARACTERS, RETRIES)

    @property
    def metadata(self) -> LLMMetadata:
        """What the model is, and how much it takes."""
        return self._llm.metadata

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """The reply to `messages`."""
        said = "".join(stream_text(self._llm, messages, self._limits))
        return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=said))

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The reply to one message."""
        said = self.chat([ChatMessage(role=MessageRole.USER, content=prompt)]).message.content
        return CompletionResponse(text=said or "")

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        """The same in one piece."""
        yield self.complete(prompt)
