"""A real Chroma server on loopback, and a proxy before it that can fall silent, for tests."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from index.chroma.server import Server

CHROMA = Path(sys.executable).with_name("chroma")


class ChromaServer:
    """`chroma run` over a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = Server("127.0.0.1", free_port())
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "ChromaServer":
        host, port = self.server.host, str(self.server.port)
        self._process = subprocess.Popen(
            [str(CHROMA), "run", "--path", str(self.folder), "--host", host, "--port", port],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"ANONYMIZED_TELEMETRY": "False"},
            start_new_session=True,
        )
        for _ in range(600):
            try:
                socket.create_connection((host, int(port)), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("chroma run did not start")

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class Proxy:
    """Hands bytes on to `server`, until it falls silent; while it is `slow`, answers byte by byte."""

    def __init__(self, server: Server) -> None:
        self._target = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.server = Server("127.0.0.1", self._listener.getsockname()[1])
        self.silent = self.slow = False
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection((self._target.host, self._target.port))
            self._sockets += [near, far]
            for one, other, answers in ((near, far, False), (far, near, True)):
                thread = threading.Thread(
                    target=self._hand_on, args=(one, other, answers), daemon=True
                )
                self._threads.append(thread)
                thread.start()

    def _hand_on(self, one: socket.socket, other: socket.socket, answers: bool) -> None:
        try:
            while data := one.recv(65536):
                if self.silent:
                    return
                while answers and self.slow and data:
                    other.sendall(data[:1])
                    data = data[1:]
                    time.sleep(0.1)
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self) -> None:
        self._listener.close()
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for one in self._sockets:
            one.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
