"""A Ray cluster of one-core nodes on this machine, in a process of its own that ends them all.

`python -m tests.index.sync.work.cluster NODES` prints its address and then obeys the words on its input:
`node` kills the last node, `head` the first one; the end of the input ends the cluster.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
MEMORY = 100_000_000
ATTEMPTS = 3  # Ray gives a node half a minute to start, which a busy machine may exceed
# Ray's workers yield to all other work, which a comparison with a sync beside them must not suffer from.
VARIABLES = {
    "PYTHONPATH": str(ROOT),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_worker_niceness": "0",
}


class Cluster:
    """The process, seen from a test."""

    def __init__(self, nodes: int) -> None:
        for _ in range(ATTEMPTS):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.index.sync.work.cluster", str(nodes)],
                cwd=ROOT,
                env=os.environ | VARIABLES,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            self.address = self._answer()
            if self.address:
                return
            self.close()
        raise AssertionError("the cluster does not start")

    def kill(self, what: str) -> None:
        """`node` or `head`, at once."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        assert self._answer() == what

    def workers(self, title: bytes = b"ray::Worker.read") -> list[int]:
        """The processes of its workers with this title; the usual one is that of reading a group."""
        names, parents = dict[int, bytes](), dict[int, int]()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has just ended
                number = int(folder.name)
                names[number] = (folder / "cmdline").read_bytes()
                parents[number] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])

        def is_ours(number: int) -> bool:
            while number and number != self._process.pid:
                number = parents.get(number, 0)
            return bool(number)

        return [n for n in names if names[n].startswith(title) and is_ours(n)]

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(120)
        self._process.stdout.close()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("@"):
                return line[1:].strip()
        return ""


@contextmanager
def running(nodes: int = 2) -> Iterator[Cluster]:
    """A cluster, or the test is skipped."""
    if find_spec("ray") is None:
        pytest.skip("no Ray: install requirements-fleet.txt")
    cluster = Cluster(nodes)
    try:
        yield cluster
    finally:
        cluster.close()


def kill(process: int) -> bool:
    """False when it had ended already."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def main(nodes: int) -> None:
    from ray.cluster_utils import Cluster as Nodes

    options = {"num_cpus": 1, "object_store_memory": MEMORY}
    cluster = Nodes(True, head_node_args={**options, "include_dashboard": False})
    others = [cluster.add_node(**options) for _ in range(nodes - 1)]
    print(f"@{cluster.address}", flush=True)
    for line in sys.stdin:
        node = others.pop() if line.strip() == "node" else cluster.head_node
        node.kill_all_processes(check_alive=False, allow_graceful=False)
        print(f"@{line.strip()}", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
