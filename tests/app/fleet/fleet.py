"""Several web processes of `python app.py` behind a real nginx, as docs/serving.md says."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.app.nginx import documented, free_port, nginx
from tests.browser.serving import ANNOUNCED, ROOT, started

PATIENCE = 300  # seconds until a process serves: about five, and many more on a busy machine


@dataclass(frozen=True)
class Fleet:
    """The address of nginx, those of the processes behind it, and their log."""

    address: str
    workers: tuple[str, ...]
    log: Path

    def kill(self, number: int) -> float:
        """Kill a process at once; when that was."""
        port = httpx.URL(self.workers[number]).port
        assert port is not None
        os.kill(_listener(port), signal.SIGKILL)
        return time.monotonic()

    def starts(self, number: int) -> int:
        """How often a process has begun to serve."""
        return self.log.read_text().count(f"{ANNOUNCED}{self.workers[number]}")

    def client(self, worker: int | None = None, **cookies: str) -> httpx.Client:
        """A client of one process, or of nginx."""
        address = self.address if worker is None else self.workers[worker]
        return httpx.Client(base_url=address, cookies=cookies, timeout=60, trust_env=False)


@contextmanager
def fleet(
    folder: Path,
    url: str,
    count: int = 2,
    corpus: Path = ROOT / "corpus",
    environment: Mapping[str, str] = {},
    flags: Sequence[str] = (),
) -> Iterator[Fleet]:
    """`count` processes over `corpus` that share the database at `url`."""
    storage = folder / f"fleet-{folder.name}"
    log = folder / f"{storage.name}.log"
    environment = {"BYLINE_DATABASE": url, "BYLINE_THREADS": "1", **environment}
    with started(corpus, storage, environment, flags=[*flags, "--workers", str(count)]):
        assert eventually(lambda: len(_announced(log)) == count), log.read_text()
        workers = tuple(sorted(_announced(log)))
        port = free_port()
        with nginx(folder / "nginx", _block(port, workers)):
            yield Fleet(f"http://localhost:{port}/", workers, log)


def eventually(holds: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """True once it holds; False if it does not within `patience` seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def _announced(log: Path) -> set[str]:
    return set(re.findall(rf"^{ANNOUNCED}(\S+)", log.read_text(), re.MULTILINE))


def _block(port: int, workers: Sequence[str]) -> str:
    """The documented configuration, for these processes and without a certificate."""
    block = next(one for one in documented() if "upstream" in one)
    block = block.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    block = re.sub(r"server_name .*;|ssl_certificate.*;", "", block)
    server = re.findall(r"server 127\.0\.0\.1:\d+( .*)?;", block)[0]
    lines = [f"server {httpx.URL(one).netloc.decode()}{server};" for one in workers]
    return re.sub(r"(?:server 127\.0\.0\.1:\d+.*\n\s*)+", "\n".join(lines), block, count=1)


def _listener(port: int) -> int:
    """The process that listens at a port."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inode = next(row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A")
    for files in Path("/proc").glob("[0-9]*/fd"):
        with suppress(OSError):
            if any(os.readlink(file) == f"socket:[{inode}]" for file in files.iterdir()):
                return int(files.parent.name)
    raise AssertionError(f"nobody listens at {port}")
