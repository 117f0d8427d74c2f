"""The open connections of one attempt, so that another thread can close them at any time.

OpenAI's client closes an abandoned response only when it is garbage-collected, and only shutting down the
socket wakes a thread that waits for a byte.
"""

import socket
import threading
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Self

import httpx


class Connections:
    """Entered by the thread that reads; `wake` is for any other.

    Sees the responses of clients that were made with `HOOKS`, from their headers on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[httpx.Response] = []
        self._unwanted = False

    def __enter__(self) -> Self:
        self._token = _CURRENT.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _CURRENT.reset(self._token)
        with self._lock:
            held, self._held = self._held, []
        for response in held:
            with suppress(Exception):  # there is nothing left to do
                response.close()  # a complete response is closed already, and its connection is reused

    def hold(self, response: httpx.Response) -> None:
        """One more response to close."""
        with self._lock:
            self._held.append(response)
            if self._unwanted:
                _shut(response)

    def wake(self) -> None:
        """End every read, now or later; does nothing once the reading thread is done."""
        with self._lock:
            self._unwanted = True
            for response in self._held:
                _shut(response)


def _shut(response: httpx.Response) -> None:
    stream = response.extensions.get("network_stream")
    wire = stream.get_extra_info("socket") if stream is not None else None
    if wire is not None and not response.is_closed:
        with suppress(OSError):  # the other side closed it first
            # Not the method of the TLS socket: it would destroy the cipher while the reader uses it.
            socket.socket.shutdown(wire, socket.SHUT_RDWR)


_CURRENT: ContextVar[Connections | None] = ContextVar("connections", default=None)


def _seen(response: httpx.Response) -> None:
    current = _CURRENT.get()
    if current is not None:
        current.hold(response)


HOOKS = {"response": [_seen]}
