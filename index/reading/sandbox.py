"""Readers run in a subprocess with time and memory limits: hostile bytes can crash it, and nothing else.

The process starts when it is first needed, serves many requests, and is replaced when it has died. It takes
bytes and returns JSON; this side knows no formats.
"""

import atexit
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import CorpusError, UnreadableError
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.text.noticed import notice

_ROOT = Path(__file__).resolve().parents[2]
# The limit is CPU time, which passes more slowly on a busy machine. By the clock a reader gets so many times
# as long, and so many seconds to start.
_PATIENCE, _START = 5, 60
_CHUNK = 1 << 20
READY = b"ready..."  # what the process writes when it is ready


class Sandbox:
    """A subprocess that reads files. Safe to call from several threads, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, suffix: str, data: bytes, limits: Limits) -> Iterator[Extracted]:
        """The articles that the reader of `suffix` finds in `data`.

        Raises UnreadableError like the reader, and when it exceeds the limits of time or memory or crashes;
        CorpusError when the process cannot be started.
        """
        with self._lock:
            try:
                answer = self._ask(suffix, data, limits)
            except _CrashError:  # an earlier file may be the cause, so try once in a new process
                answer = self._ask(suffix, data, limits)
            if answer.get("overrun"):
                self._stop()  # the memory it has used must not count for the next file
        if "refused" in answer:
            raise UnreadableError(answer["refused"])
        notice(*answer["noticed"])
        for found in answer["found"]:
            for name in ("published", "updated"):
                found[name] = date.fromisoformat(found[name]) if found[name] else None
            found["pages"] = tuple(found["pages"])
            yield Extracted(**found)

    def _ask(self, suffix: str, data: bytes, limits: Limits) -> dict[str, Any]:
        head = {"suffix": suffix, "length": len(data), "limits": asdict(limits)}
        process = self._running()
        deadline = time.monotonic() + limits.seconds * _PATIENCE
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(head).encode() + b"\n" + data)
            process.stdin.flush()
            size = int.from_bytes(self._receive(process, 8, deadline), "big")
            # JSON takes at most six bytes per character; more cannot be a valid reply.
            if size > 6 * limits.unpacked_bytes + _CHUNK:
                raise ValueError
            answer: dict[str, Any] = json.loads(self._receive(process, size, deadline))
            return answer
        except TimeoutError:
            self._stop()
            raise UnreadableError(_too_long(limits)) from None
        except (OSError, EOFError, ValueError):
            if self._stop() == -signal.SIGXCPU:
                raise UnreadableError(_too_long(limits)) from None
            raise _CrashError("crashes its reader: expected an intact file") from None
        except BaseException:  # interrupted: half a reply must not be read as the next one
            self._stop()
            raise

    def _running(self) -> "subprocess.Popen[bytes]":
        """The process, started if necessary."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from index.reading.sandbox_worker import serve; serve()"],
                cwd=_ROOT,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            deadline = time.monotonic() + _START
            if self._receive(self._process, len(READY), deadline) != READY:
                raise EOFError("an unexpected first message")
        except (OSError, EOFError) as error:
            self._stop()
            raise CorpusError(
                f"the process that reads files does not start ({error}); expected it ready within "
                f"{_START} s; check the memory and the installation"
            ) from None
        return self._process

    def _receive(self, process: "subprocess.Popen[bytes]", size: int, deadline: float) -> bytes:
        """Exactly `size` bytes. Raises EOFError when the process ends first, or TimeoutError."""
        assert process.stdout is not None
        handle, pieces = process.stdout.fileno(), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while len(pieces) < size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                piece = os.read(handle, min(_CHUNK, size - len(pieces)))
                if not piece:
                    raise EOFError("it has ended")
                pieces += piece
        return bytes(pieces)

    def _stop(self) -> int | None:
        """End the process; returns its exit code, or None without a process."""
        process, self._process = self._process, None
        if process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)  # a crashed process has an exit code of its own
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        return process.wait()

    def close(self) -> None:
        """End the process; the next request starts another."""
        with self._lock:
            self._stop()


def _environment() -> dict[str, str]:
    """The variables that a reader needs; no API keys, because hostile bytes reach this process."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {
        **{name: value for name, value in os.environ.items() if name in kept or name[:3] == "LC_"},
        "PYTHONPATH": str(_ROOT),
    }


class _CrashError(UnreadableError):
    """The process crashed on a file."""


def _too_long(limits: Limits) -> str:
    return f"takes longer than {limits.seconds} s to read: expected less; split the file"


# One per program, to start it only once: its results depend on the bytes alone.
SANDBOX = Sandbox()
atexit.register(SANDBOX.close)
