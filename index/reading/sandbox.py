"""Readers run in a process apart: hostile bytes may hang it, fill its memory or crash it, and no more.

The process is started when first needed, asked again and again, and replaced when it has died. It gets
bytes and gives JSON; this side knows no formats.
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

_ROOT = Path(__file__).resolve().parents[2]
# The limit in seconds is of the processor, and those pass more slowly on a busy machine: by the clock a
# reader gets this many times as long, and this many seconds to start.
_PATIENCE, _START = 5, 60
_CHUNK = 1 << 20
READY = b"ready..."  # what the process says once it can be asked


class Sandbox:
    """A process that reads. Safe to call from several threads, which take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, suffix: str, data: bytes, limits: Limits) -> Iterator[Extracted]:
        """What the reader of `suffix` finds in `data`.

        Raises UnreadableError as the reader does, and when it takes longer or more memory than the limits
        allow, or crashes; CorpusError when no process can be started.
        """
        with self._lock:
            try:
                answer = self._ask(suffix, data, limits)
            except _CrashError:  # it may be what an earlier file left behind: a fresh one tells
                answer = self._ask(suffix, data, limits)
            if answer.get("overrun"):
                self._stop()  # what it has used up must not count against the next file
        if "refused" in answer:
            raise UnreadableError(answer["refused"])
        for found in answer["found"]:
            day = found.pop("published")
            found["pages"] = tuple(found["pages"])
            yield Extracted(**found, published=date.fromisoformat(day) if day else None)

    def _ask(self, suffix: str, data: bytes, limits: Limits) -> dict[str, Any]:
        head = {"suffix": suffix, "length": len(data), "limits": asdict(limits)}
        process = self._running()
        deadline = time.monotonic() + limits.seconds * _PATIENCE
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(head).encode() + b"\n" + data)
            process.stdin.flush()
            size = int.from_bytes(self._receive(process, 8, deadline), "big")
            # JSON takes at most six bytes for a character; more is not what the reader was asked for.
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
            raise _CrashError("crashes its reader: expected a sound file") from None
        except BaseException:  # stopped by the user: half an answer must not be taken for the next
            self._stop()
            raise

    def _running(self) -> "subprocess.Popen[bytes]":
        """The process, started when there is none."""
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
                raise EOFError("it says something else than that it is ready")
        except (OSError, EOFError) as error:
            self._stop()
            raise CorpusError(
                f"the process that reads files does not start ({error}); expected it ready within "
                f"{_START} s; look at memory and at the installation"
            ) from None
        return self._process

    def _receive(self, process: "subprocess.Popen[bytes]", size: int, deadline: float) -> bytes:
        """Exactly `size` bytes. Raises EOFError when the process ends before, TimeoutError."""
        assert process.stdout is not None
        handle, pieces = process.stdout.fileno(), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while len(pieces) < size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                piece = os.read(handle, min(_CHUNK, size - len(pieces)))
                if not piece:
                    raise EOFError("it ended")
                pieces += piece
        return bytes(pieces)

    def _stop(self) -> int | None:
        """Ends the process and returns how it ended; None when there was none."""
        process, self._process = self._process, None
        if process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)  # one that died tells why
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        return process.wait()

    def close(self) -> None:
        """Ends the process; the next question starts another."""
        with self._lock:
            self._stop()


def _environment() -> dict[str, str]:
    """What a reader needs of the environment: no keys for a process that hostile bytes reach."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {
        **{name: value for name, value in os.environ.items() if name in kept or name[:3] == "LC_"},
        "PYTHONPATH": str(_ROOT),
    }


class _CrashError(UnreadableError):
    """The process has died over a file."""


def _too_long(limits: Limits) -> str:
    return f"takes longer than {limits.seconds} s to read: expected less; split the file"


# One for the whole program: what it reads is a function of the bytes, so nothing is shared but the start.
SANDBOX = Sandbox()
atexit.register(SANDBOX.close)
