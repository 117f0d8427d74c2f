"""Have the files of a sync read and embedded by Ray's workers, in the order of the plan.

A process of its own directs them, see `index.sync.work.foreman`. This side sends it groups of files, as many
as the workers need to stay busy and no more, and receives them with their vectors.
"""

import contextlib
import os
import pickle
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from index.errors import FleetError, SettingsError
from index.models.encoder import Encoder
from index.models.session import cores
from index.sync.index_config import IndexConfig
from index.sync.work.batches import ReadFile, Unread, read_file
from index.sync.work.messages import REMEDY, Done, Failed, Group, Order, Staff, Work
from index.sync.work.worker import ROOT, place_of, stamp

# A group takes a worker about a second: long beside the sending of it, short beside a sync.
GROUP_FILES, GROUP_BYTES = 16, 32_000
ROOM = 4  # groups per worker that are being read, or read and not yet written
SILENCE = 300.0  # seconds without a sign of life from the process that directs the workers
LOST_HEAD = "20"  # seconds until Ray gives up a head that does not answer


def parse_address(text: str) -> str:
    """`local`, `auto` or host:port. Raises SettingsError."""
    host, _, port = text.rpartition(":")
    if text in ("local", "auto") or (host and "/" not in host and port.isdigit()):
        return text
    raise SettingsError(
        f"--ray {text}: expected local, auto, or the address of a Ray head such as 10.0.0.1:6379"
    )


class Fleet:
    """The workers of one sync, started when the first file is read."""

    def __init__(
        self, address: str, models: Path, encoder: Encoder, config: IndexConfig, threads: int = 0
    ) -> None:
        """`models` is the folder of `encoder`; `threads` are the workers of a cluster of its own.

        Raises SettingsError for an invalid address, FleetError without Ray.
        """
        self._address = parse_address(address)
        if find_spec("ray") is None:
            raise FleetError("--ray needs Ray; run `pip install -r requirements-fleet.txt`")
        self._models, self._encoder, self._config = models, encoder, config
        self._cores = threads or cores()
        self._workers = 0
        self._number = 0  # of the last group
        self._stopped = False
        self._alive = False  # the process has said something
        self._line: Connection[Any, Any] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        handle, name = tempfile.mkstemp()
        os.unlink(name)
        self._printed = os.fdopen(handle, "r+b")  # by the process and Ray

    def read(self, files: Iterator[Unread], config: IndexConfig) -> Iterator[ReadFile]:
        """The same files in their order, read and embedded. Raises FleetError."""
        groups, more = in_groups(files), True
        due, done = deque[int](), dict[int, list[ReadFile]]()
        while True:
            while more and len(due) < ROOM * max(1, self._workers):
                group = next(groups, None)
                if group is None:
                    more = False
                    break
                self._number += 1
                due.append(self._number)
                if group[0].copied:  # its vectors are in the index
                    done[self._number] = [read_file(file, config) for file in group]
                else:
                    work = pickle.dumps(Work(group, config), pickle.HIGHEST_PROTOCOL)
                    self._send(Group(self._number, names_of(group), work))
            if not due:
                return
            if due[0] in done:
                yield from done.pop(due.popleft())
                continue
            message = self._receive()
            if isinstance(message, Done):
                done[message.number] = pickle.loads(message.files)
            elif isinstance(message, Staff):
                self._workers = message.workers
            else:
                raise FleetError(message.line)

    def stop(self) -> None:
        """Let another thread that waits in `read` end at once, with FleetError."""
        self._stopped = True
        if self._line is not None:
            with (
                contextlib.suppress(OSError),
                socket.socket(fileno=os.dup(self._line.fileno())) as end,
            ):
                end.shutdown(socket.SHUT_RDWR)  # closing it would wake nobody

    def close(self) -> None:
        """End the process, which ends the workers."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._printed.close()

    def _send(self, group: Group) -> None:
        line = self._line or self._start()
        try:
            line.send(group)
        except OSError:
            raise self._lost() from None

    def _receive(self) -> Done | Staff | Failed:
        assert self._line is not None
        try:
            if self._line.poll(SILENCE):
                message: Done | Staff | Failed = self._line.recv()
                self._alive = True
                return message
        except (EOFError, OSError):
            raise self._lost() from None
        raise FleetError(f"Ray at {self._address}: no answer for {SILENCE:.0f} s; {REMEDY}")

    def _start(self) -> "Connection[Any, Any]":
        ours, theirs = Pipe()
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.getenv("PYTHONPATH")])]),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_gcs_rpc_server_reconnect_timeout_s": LOST_HEAD,
            "RAY_worker_niceness": "0",  # of a cluster of its own: as much as this process
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(theirs.fileno())],
            cwd=ROOT,
            env=environment,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self._printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the sync, which then ends this process
        )
        theirs.close()
        self._line = ours
        if self._stopped:  # meanwhile
            self.stop()
        place, marks = place_of(self._models), stamp(self._encoder, self._config)
        with contextlib.suppress(OSError):  # sending the first group reports it
            ours.send(Order(self._address, self._cores, place, marks, self._config))
        return ours

    def _lost(self) -> FleetError:
        """The process has ended by itself: so does Ray's driver when its cluster is gone."""
        with contextlib.suppress(EOFError, OSError):  # it may have said why
            while self._line and self._line.poll():
                if isinstance(message := self._line.recv(), Failed):
                    return FleetError(message.line)
        self._printed.seek(0)
        printed = self._printed.read()[-4000:].decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(printed) if line.strip()), "")
        what = (
            "the connection to its head was lost"
            if self._alive
            else "no head of a cluster is there, or it does not start"
        )
        return FleetError(
            f"Ray at {self._address}: {what}; {REMEDY}" + f" (Ray: {last[:200]})" * bool(last)
        )


SERVE = "import sys; from index.sync.work.foreman import serve; serve(int(sys.argv[1]))"


def in_groups(files: Iterator[Unread]) -> Iterator[tuple[Unread, ...]]:
    """The files in groups of bounded size, copied ones apart; a larger file is a group of its own."""
    group: list[Unread] = []
    size = 0
    for file in files:
        full = len(group) >= GROUP_FILES or size + len(file.data) > GROUP_BYTES
        if group and (full or file.copied != group[0].copied):
            yield tuple(group)
            group, size = [], 0
        group.append(file)
        size += len(file.data)
    if group:
        yield tuple(group)


def names_of(files: Sequence[Unread]) -> str:
    """The files as a message names them."""
    return f"{files[0].path!a}" + f" and {len(files) - 1} more files" * (len(files) > 1)
