"""Several processes that serve the page, each at a port of its own: all are kept running until interrupted.

It does not know what they serve, nor how requests reach them: a proxy stands in front of them.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Final

from index.console import end_on_sigterm

# A worker gets its number, from 1, its port, and what to call once it answers.
Work = Callable[[int, int, Callable[[], None]], None]
PATIENCE = 10.0  # seconds that a worker has to end
REFUSED = 2  # a worker's exit code for an error that it has printed
LONGEST = 30.0  # seconds until one that cannot start is tried again; at first 1, then twice as many
_SPAWN: Final = multiprocessing.get_context("spawn")  # a fork would copy locks of threads


def keep_running(work: Work, ports: Sequence[int], say: Callable[[str], None]) -> bool:
    """Run one process for each port and start again those that end, until interrupted.

    False if one of them printed an error before any could serve: what is wrong with it is wrong with all.
    `work` must be picklable. Raises KeyboardInterrupt, after all processes have ended.
    """
    end_on_sigterm()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    workers = [_Worker(work, number, port) for number, port in enumerate(ports, 1)]
    try:
        while True:
            now = time.monotonic()
            for worker in workers:
                worker.start_if_due(now)
            due = min(worker.due for worker in workers)
            running = [worker.process.sentinel for worker in workers if worker.process]
            wait(running, None if due == _NEVER else max(0.0, due - now))
            for worker in workers:
                worker.listen()  # to all, before one that could not start is judged
            for worker in workers:
                code = worker.ended()
                if code is None:
                    continue
                if code == REFUSED and not any(one.has_served for one in workers):
                    return False
                say(worker.line(code))
    finally:
        _stop(workers)


_NEVER: Final = float("inf")


class _Worker:
    """One process after the other at the same port."""

    def __init__(self, work: Work, number: int, port: int) -> None:
        self.process: multiprocessing.process.BaseProcess | None = None
        self.due = 0.0  # when it is started
        self.has_served = False  # any of its processes
        self._work, self._number, self._port = work, number, port
        self._failures = 0
        self._reader: Connection | None = None
        self._serves = False  # the newest process

    def start_if_due(self, now: float) -> None:
        """Start it when it is time."""
        if self.process or self.due > now:
            return
        self._reader, writer = _SPAWN.Pipe(duplex=False)
        self._serves = False
        arguments = self._work, self._number, self._port, writer
        self.process, self.due = _SPAWN.Process(target=_begun, args=arguments), _NEVER
        self.process.start()
        writer.close()

    def ended(self) -> int | None:
        """The exit code of a process that has ended; it is started again at once if it had served."""
        self.listen()
        if self.process is None or self.process.exitcode is None:
            return None
        code, self.process = self.process.exitcode, None
        self._failures = 0 if self._serves else self._failures + 1
        pause = min(LONGEST, 2.0 ** (self._failures - 1)) if self._failures else 0.0
        self.due = time.monotonic() + pause
        return code

    def listen(self) -> None:
        """Notice that the newest process has said that it serves."""
        if self._reader is None or self._serves or not self._reader.poll():
            return
        try:
            self._serves = self.has_served = bool(self._reader.recv())
        except (EOFError, OSError):
            self._reader = None  # it has ended

    def line(self, code: int) -> str:
        """The line about a process that has ended."""
        how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        left = round(self.due - time.monotonic())
        when = f"in {left} s" if left > 0 else "now"
        return f"web process {self._number} (port {self._port}) ended ({how}); starting it again {when}"


def _begun(work: Work, number: int, port: int, writer: Connection) -> None:
    """The process: it ends when it is asked to, or when the one that started it has ended."""
    end_on_sigterm()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(KeyboardInterrupt):
        work(number, port, lambda: writer.send(True))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def _stop(workers: Sequence[_Worker]) -> None:
    running = [worker.process for worker in workers if worker.process]
    for process in running:
        process.terminate()
    until = time.monotonic() + PATIENCE
    for process in running:
        process.join(max(0.0, until - time.monotonic()))
        if process.exitcode is None:
            process.kill()
            process.join()
