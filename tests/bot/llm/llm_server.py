"""A language model's server as a script: real HTTP on 127.0.0.1, as OpenAI, Ollama and Anthropic speak it.

A request plays the next script; the last one plays again and again. A script is a row of steps.
"""

import json
import select
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Status:
    """Answers with this code and no text. The body says the key aloud, as careless servers do.

    `retry_after` is said in the header; a number is turned into the date that many seconds from now.
    """

    code: int
    retry_after: str | float | None = None


@dataclass(frozen=True)
class Say:
    text: str


@dataclass(frozen=True)
class Think:
    """Reasoning, which is no part of the answer."""

    text: str


@dataclass(frozen=True)
class Wait:
    seconds: float


@dataclass(frozen=True)
class Raw:
    """Bytes as they are, in a chunk of their own."""

    data: bytes


@dataclass(frozen=True)
class Endless:
    """`step` again and again until the reader is gone."""

    step: Say | Raw
    pause: float = 0.0


@dataclass(frozen=True)
class Error:
    """An error told within the stream, with the key in it."""


@dataclass(frozen=True)
class End:
    """The protocol's own end, with the reason it gives."""

    reason: str = "stop"


@dataclass(frozen=True)
class Cut:
    """The connection is gone in the middle of a chunk."""


@dataclass(frozen=True)
class Hush:
    """The body ends properly, but the protocol's own end never came."""


PROTOCOLS = {
    "/v1/chat/completions": "openai",
    "/api/chat": "ollama",
    "/v1/messages": "anthropic",
}
# What Anthropic calls the reasons that the others call so.
STOP_REASONS = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}

Step = Status | Say | Think | Wait | Raw | Endless | Error | End | Cut | Hush
MESSAGE = {
    "id": "1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
STALL = Wait(60)  # ends when the server does


def answer(*pieces: str, pause: float = 0.0) -> tuple[Step, ...]:
    """A good answer in these pieces, `pause` seconds before each."""
    said = [step for piece in pieces for step in (Wait(pause), Say(piece))]
    return (*said, End())


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class LlmServer:
    """What the server was asked, and whether a reader left before the end."""

    scripts: list[Sequence[Step]]
    port: int = 0
    connections: int = 0  # open now
    accepted: int = 0  # in all
    said_at: float = 0.0  # when the last text was sent, by the monotonic clock
    requests: list[Request] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, request: Request) -> Sequence[Step]:
        with self.lock:
            self.requests.append(request)
            return self.scripts[min(len(self.requests), len(self.scripts)) - 1]


@contextmanager
def serve(*scripts: Sequence[Step], port: int = 0) -> Iterator[LlmServer]:
    server = LlmServer(list(scripts))

    class Bound(Handler):
        script = server

    http = ThreadingHTTPServer(("127.0.0.1", port), Bound)
    http.daemon_threads = True
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        http.shutdown()
        http.server_close()
        thread.join(5)


def closed_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def assert_nothing_is_left(server: LlmServer) -> None:
    """Within a second nobody reads any more, and no connection is open."""
    deadline = time.monotonic() + 1
    while reading := [t for t in threading.enumerate() if t.name == "language-model"]:
        assert time.monotonic() < deadline, f"still reading: {reading}"
        time.sleep(0.01)
    while server.connections:
        assert time.monotonic() < deadline, "a connection is still open"
        time.sleep(0.01)


def _event(kind: str, **content: object) -> bytes:
    """One of Anthropic's events."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind} | content)}\n\n".encode()


class GoneError(Exception):
    """The reader has left, or the server closes."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: LlmServer

    def handle(self) -> None:
        with self.script.lock:
            self.script.connections += 1
            self.script.accepted += 1
        try:
            super().handle()
        finally:
            with self.script.lock:
                self.script.connections -= 1

    def log_message(self, *arguments: object) -> None:
        """Nothing on the terminal."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        steps = self.script.take(Request(self.path, dict(self.headers), body))
        self.protocol = PROTOCOLS.get(self.path, "")
        self.block: str | None = None  # Anthropic's, that is open
        self.blocks = 0  # closed
        try:
            if not self.protocol:
                self._whole(404, {"error": f"no such path: {self.path}"})
            elif isinstance(steps[0], Status):
                error = {"error": {"message": self._careless}}
                self._whole(steps[0].code, error, steps[0].retry_after)
            elif body.get("stream"):
                self._stream(steps)
            else:
                self._whole(200, self._plain("".join(s.text for s in steps if isinstance(s, Say))))
        except (GoneError, BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            if not self.script.closing.is_set():
                self.script.left.set()

    def _whole(
        self, code: int, content: dict[str, Any], retry_after: str | float | None = None
    ) -> None:
        data = json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if isinstance(retry_after, float):
            retry_after = self.date_time_string(time.time() + retry_after)
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(data)

    def _plain(self, text: str) -> dict[str, Any]:
        message = {"role": "assistant", "content": text}
        if self.protocol == "openai":
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            return {"id": "1", "object": "chat.completion", "created": 1, "model": "m",
                    "choices": [choice]}  # fmt: skip
        if self.protocol == "anthropic":
            content = [{"type": "text", "text": text}]
            return MESSAGE | {"content": content, "stop_reason": "end_turn"}
        return {"model": "m", "message": message, "done": True, "done_reason": "stop"}

    def _stream(self, steps: Sequence[Step]) -> None:
        while isinstance(steps[0], Wait):  # before the status line, as a model that is loaded
            self._wait(steps[0].seconds)
            steps = steps[1:]
        self.send_response(200)
        kind = "application/x-ndjson" if self.protocol == "ollama" else "text/event-stream"
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if self.protocol == "anthropic":
            self._play(Raw(_event("message_start", message=MESSAGE)))
        for step in steps:
            self._play(step)
        self.wfile.write(b"0\r\n\r\n")

    def _play(self, step: Step) -> None:
        if isinstance(step, Wait):
            self._wait(step.seconds)
        elif isinstance(step, Endless):
            while not self.script.closing.is_set():
                self._play(step.step)
                self._wait(step.pause)
        elif isinstance(step, Cut):
            self.wfile.write(b"ff\r\nhalf")
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            raise GoneError
        elif not isinstance(step, Hush):
            if isinstance(step, Say):
                self.script.said_at = time.monotonic()
            data = step.data if isinstance(step, Raw) else self._chunk(step)
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

    def _chunk(self, step: Say | Think | Error | End) -> bytes:
        return getattr(self, f"_{self.protocol}")(step)

    def _openai(self, step: Say | Think | Error | End) -> bytes:
        content: dict[str, Any] = {"id": "1", "object": "chat.completion.chunk", "created": 1}
        if isinstance(step, Error):
            content = {"error": {"message": self._careless}}
        else:
            delta = {"content": step.text} if isinstance(step, Say) else {}
            if isinstance(step, Think):
                delta = {"reasoning_content": step.text}
            reason = step.reason if isinstance(step, End) else None
            choice = {"index": 0, "delta": delta, "finish_reason": reason}
            content |= {"model": "m", "choices": [choice]}
        end = b"data: [DONE]\n\n" if isinstance(step, End) else b""
        return b"data: " + json.dumps(content).encode() + b"\n\n" + end

    def _ollama(self, step: Say | Think | Error | End) -> bytes:
        message = {"role": "assistant", "content": step.text if isinstance(step, Say) else ""}
        content: dict[str, Any] = {"model": "m", "message": message, "done": False}
        if isinstance(step, Error):
            content = {"error": self._careless}
        elif isinstance(step, Think):
            message["thinking"] = step.text
        elif isinstance(step, End):
            content |= {"done": True, "done_reason": step.reason}
        return json.dumps(content).encode() + b"\n"

    def _anthropic(self, step: Say | Think | Error | End) -> bytes:
        """Thought and text stand in blocks of their own."""
        if isinstance(step, Error):
            error = {"type": "api_error", "message": self._careless}
            return _event("error", error=error)
        if isinstance(step, End):
            delta = {"stop_reason": STOP_REASONS[step.reason], "stop_sequence": None}
            usage = {"output_tokens": 1}
            end = _event("message_delta", delta=delta, usage=usage) + _event("message_stop")
            return self._block_ends() + end
        kind = "text" if isinstance(step, Say) else "thinking"
        delta = {"type": f"{kind}_delta", kind: step.text}
        return self._block_begins(kind) + _event(
            "content_block_delta", index=self.blocks, delta=delta
        )

    def _block_begins(self, kind: str) -> bytes:
        if kind == self.block:
            return b""
        before = self._block_ends()
        self.block = kind
        block = {"type": kind, kind: ""} | ({"signature": ""} if kind == "thinking" else {})
        return before + _event("content_block_start", index=self.blocks, content_block=block)

    def _block_ends(self) -> bytes:
        if self.block is None:
            return b""
        self.block, self.blocks = None, self.blocks + 1
        return _event("content_block_stop", index=self.blocks - 1)

    @property
    def _careless(self) -> str:
        return f"you sent {self.headers.get('Authorization') or self.headers.get('X-Api-Key')}"

    def _wait(self, seconds: float) -> None:
        """Waits, and notices a reader who leaves meanwhile."""
        while seconds > 0:
            if self.script.closing.wait(min(seconds, 0.02)):
                raise GoneError
            seconds -= 0.02
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise GoneError
