"""A local server with the API of S3 on loopback, from moto in an environment of its own."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

PROGRAM = Path(__file__).resolve().parents[4] / "build" / "moto" / "bin" / "moto_server"
BUCKET = "archive"
# moto asks for a signature and does not check it
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


class ObjectServer:
    """The server and its one bucket."""

    def __init__(self, address: str) -> None:
        self.address = address

    @property
    def variables(self) -> dict[str, str]:
        """The environment with which it is found."""
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret-word",
            "AWS_REGION": "us-east-1",
        }

    def put(self, name: str, data: bytes | str = b"") -> None:
        self._ask("PUT", name, data.encode() if isinstance(data, str) else data)

    def remove(self, name: str) -> None:
        self._ask("DELETE", name)

    def reset(self) -> None:
        urlopen(Request(f"{self.address}/moto-api/reset", data=b"", method="POST")).close()
        self._ask("PUT", "")

    def _ask(self, method: str, name: str, data: bytes = b"") -> None:
        place = f"{self.address}/{BUCKET}" + f"/{quote(name)}" * bool(name)
        headers = {"Content-Type": "application/octet-stream", "Authorization": SIGNED}
        urlopen(Request(place, data=data, method=method, headers=headers)).close()


@contextmanager
def serving() -> Iterator[ObjectServer]:
    """A server, or the tests are skipped."""
    program = PROGRAM if PROGRAM.exists() else shutil.which("moto_server")
    if program is None or find_spec("obstore") is None:
        pytest.skip("no obstore or no moto: run `make fleet-test`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [str(program), "-H", "127.0.0.1", "-p", str(port)],
        env={name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server, deadline = ObjectServer(f"http://127.0.0.1:{port}"), time.monotonic() + 60
        while True:
            try:
                server.reset()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(30)
