"""The answer of a language model is streamed, within limits of time and length, or fails with one error.

It works for every LlamaIndex `LLM`, and does not know what is asked.
"""

import random
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from llama_index.core.llms import LLM, ChatMessage, ChatResponse

from bot.llm.connections import Connections
from bot.llm.failure import AttemptError, explain
from bot.llm.thinking import Thinking
from index.errors import LanguageModelError

CUT_BY_LENGTH = frozenset(("length", "max_tokens"))
CUT_BY_PROVIDER = frozenset(("content_filter", "refusal"))


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Limits of time, length and retries.

    `total_s` is the whole of it in seconds, retries and pauses included; `first_s` what one attempt has
    until its first text; a server that loads its model for the first question needs nearly all of it.
    `chars` bounds the answer. `pause_s` comes before the first retry and doubles with each.
    """

    total_s: float
    first_s: float
    chars: int = 8_000
    retries: int = 2
    pause_s: float = 0.5


def stream_text(
    llm: LLM, messages: Sequence[ChatMessage], limits: StreamLimits
) -> Generator[str, None, None]:
    """The pieces of one chat completion as they arrive, without its reasoning; none is empty.

    Asks when the first piece is taken; time runs from then on. What may pass (a refused connection, a
    time-out, 429, 5xx) is tried again as long as no piece has arrived, no sooner than the server asks, and
    not when that is too late. Closing the generator stops the reading and lets the connection go at once.
    Raises LanguageModelError, after the pieces that did arrive, when the answer is not whole: the server
    failed, the time is up, the answer is empty, too long or cut. Its text never holds the key.
    """
    end = time.monotonic() + limits.total_s
    for attempt in range(limits.retries + 1):
        begun = False
        reading = _Reading(llm, messages, limits.chars)
        try:
            with closing(reading.pieces(limits, end)) as pieces:
                for piece in pieces:
                    begun = True
                    yield piece
            return
        except AttemptError as caught:
            failure = caught
        finally:
            reading.stop()
        left = end - time.monotonic()
        # Jitter: clients that failed together should not retry together.
        pause = max(failure.wait_s, limits.pause_s * 2**attempt * random.uniform(0.8, 1.2))
        if begun or attempt == limits.retries or pause >= left or not failure.passes:
            break
        time.sleep(pause)
    late = failure.passes and failure.wait_s > max(0.0, left)
    why = f", longer than is left of {limits.total_s:g} s" if late else ""
    # Outside the except clause: a traceback that showed the client's error could show the key with it.
    raise LanguageModelError(f"{_name(llm)} {failure.clause}{why}")


class _Reading:
    """One attempt, read in a thread of its own: a client's time-out starts again with every byte.

    Before a server has sent its headers, nothing wakes that thread but the client's own time-out.
    """

    def __init__(self, llm: LLM, messages: Sequence[ChatMessage], chars: int) -> None:
        self._llm = llm
        self._messages = messages
        self._chars = chars
        self._length = 0
        self._stopped = threading.Event()
        self._connections = Connections()
        self._arrived: SimpleQueue[str | AttemptError | None] = SimpleQueue()
        threading.Thread(target=self._run, name="language-model", daemon=True).start()

    def pieces(self, limits: StreamLimits, end: float) -> Generator[str, None, None]:
        """The pieces until `end`, in seconds of the monotonic clock. Raises AttemptError."""
        first = time.monotonic() + limits.first_s
        while True:
            # With an `end` in the past, take what has arrived: the caller was slow, not the server.
            wait = max(0.0, min(first, end) - time.monotonic())
            try:
                item = self._arrived.get(timeout=wait)
            except Empty:
                late = (
                    f"took longer than {limits.first_s:g} s to begin its answer"
                    if first < end
                    else f"took longer than {limits.total_s:g} s"
                )
                remedy = "raise BYLINE_LLM_TIMEOUT_S or take a faster model"
                raise AttemptError(f"{late}; {remedy}", passes=True) from None
            if item is None:
                return
            if isinstance(item, AttemptError):
                raise item
            first = end
            yield item

    def stop(self) -> None:
        """Stop reading: the thread ends."""
        self._stopped.set()
        self._connections.wake()

    def _run(self) -> None:
        try:
            with self._connections:
                self._read()
            self._arrived.put(None)
        except AttemptError as failure:
            self._arrived.put(failure)
        except Exception as error:  # each integration has errors of its own
            self._arrived.put(explain(error))

    def _read(self) -> None:
        ending, thinking = _Ending(), Thinking()
        responses = self._llm.stream_chat(self._messages)
        try:
            for response in responses:
                if self._stopped.is_set():
                    return
                ending.see(response)
                self._put(thinking.said(response.delta or ""))
        finally:
            with suppress(Exception):  # an iterator need not be a generator
                responses.close()
        self._put(thinking.end())
        ending.check()
        thinking.check()

    def _put(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > self._chars:
            raise AttemptError(
                f"wrote more than {self._chars:,} characters and was cut off; "
                "ask for less, or take another model"
            )
        if piece:
            self._arrived.put(piece)


class _Ending:
    """Whether an answer is complete, if the integration passes on what the server reports."""

    def __init__(self) -> None:
        self._reports_end = False  # the server is of a kind that says when it is done
        self._reason: str | None = None

    def see(self, response: ChatResponse) -> None:
        raw = response.raw
        if isinstance(raw, dict):
            self._reports_end = (
                self._reports_end or "done" in raw or "type" in raw
            )  # Ollama or Anthropic
            reason = raw.get("done_reason") or "stop" if raw.get("done") else None
            reason = reason or response.message.additional_kwargs.get("stop_reason")
        else:
            choices = getattr(raw, "choices", None)  # OpenAI
            self._reports_end = self._reports_end or choices is not None
            reason = choices[0].finish_reason if choices else None
        self._reason = reason or self._reason

    def check(self) -> None:
        """Raises AttemptError when the answer was cut."""
        if self._reason in CUT_BY_LENGTH:
            raise AttemptError(
                "used up its tokens before the end of its answer; take another model"
            )
        if self._reason in CUT_BY_PROVIDER:
            raise AttemptError(f"declined to answer ({self._reason}); ask differently")
        if self._reports_end and self._reason is None:
            raise AttemptError("broke off in the middle of its answer; ask again", passes=True)


def _name(llm: LLM) -> str:
    """The model's name in messages: its server, without the rest of the address."""
    address = getattr(llm, "api_base", None) or getattr(llm, "base_url", None)
    if not address:
        return f"the language model {llm.metadata.model_name}"
    url = urlsplit(str(address))
    return f"the language model at {url.scheme}://{url.netloc.rpartition('@')[2]}"
