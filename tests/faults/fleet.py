"""Kill what takes part in syncs through Ray, many times: `python -m tests.faults.fleet --kills 20`.

Up to three workers of one sync, the sync itself up to three times, the process that directs its workers, or
the head of the cluster die at random moments. Then one more sync, by itself or through Ray, must leave the
same index as a fresh one: nothing lost and nothing stale. Of a sync that died no worker may remain.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from index.models.encoder import Encoder
from index.sync.check import check
from index.sync.sync import sync
from index.sync.work.worker import ROOT
from tests.faults.town import Town
from tests.index.sync.work.cluster import Cluster, kill
from tests.index.workshop import CONFIG, CountingEncoder, Workshop

IN_TURN = 3  # kills of one kind before the index is mended
# The program's own sync with small groups and batches; it prints how many files are done.
PROGRAM = """
import sys
from contextlib import closing
from pathlib import Path
import index.sync.sync as syncing, index.sync.work.fleet as fleets
from index.console import exit_code
from index.models.encoder import Encoder
from index.sync.work.worker import ROOT
from tests.index.workshop import CONFIG
syncing.BATCH_PASSAGES, fleets.GROUP_FILES = 12, 2
corpus, storage, address = sys.argv[1:]
def run():
    models = ROOT / "models" / "embedder"
    tell = lambda done, of: print("@", done, flush=True)
    with closing(Encoder(models)) as encoder, closing(
        fleets.Fleet(address, models, encoder, CONFIG)
    ) as fleet:
        print("@ start", flush=True)
        syncing.sync(Path(corpus), Path(storage), encoder, CONFIG, tell, reading=fleet)
    return 0
sys.exit(exit_code("sync", run))
"""


class Harness:
    """One town, its index and a cluster."""

    def __init__(self, folder: Path, seed: int, articles: int, encoder: Encoder) -> None:
        self.dice = random.Random(seed)
        self.folder, self.encoder = folder, encoder
        self.town = Town(folder / "town", self.dice, articles)
        self.storage = folder / "index"
        self.cluster = Cluster(2)
        self.times = Counter[str]()
        self.moments = Counter[str]()
        self.wrong: list[str] = []
        self.dead = set[int]()  # workers

    def fault(self, what: str, times: int) -> None:
        """Let `times` things of one kind die, and the next sync mend it."""
        if self.dice.random() < 0.3:
            shutil.rmtree(self.storage, ignore_errors=True)
        if what == "worker":
            self._meet(what, times)
        else:
            for _ in range(times):
                self._meet(what, 1)
        self._mend(what)

    def _meet(self, what: str, times: int) -> None:
        """One sync meets the fault."""
        few = len(self.town.paths()) // 4
        self.town.change(self.dice.randrange(few, 2 * few))
        process = self._started()
        assert process.stdout is not None
        moment = self.dice.randrange(-1, 3)  # lines: 0 is the start of Ray, the others are batches
        seen = hits = 0
        while seen <= moment and process.stdout.readline():
            seen += 1
        time.sleep(self.dice.random() * (2.0 if seen < 2 else 0.3))
        while hits < times and process.poll() is None and self._hit(what, process):
            hits += 1
        _, err = process.communicate(timeout=600)
        self.times[what] += hits
        self.moments[f"after {seen} lines" if hits else "too late"] += 1
        self._judge(what, bool(hits), process.returncode, err)
        if what == "head" and hits:
            self.cluster.close()
            self.cluster = Cluster(2)
        elif self._remain():
            self.wrong.append(f"{what}: workers remain a minute after their sync")

    def close(self) -> None:
        self.cluster.close()

    def _started(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                sys.executable,
                "-c",
                PROGRAM,
                str(self.town.folder),
                str(self.storage),
                self.cluster.address,
            ],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _hit(self, what: str, process: "subprocess.Popen[str]") -> bool:
        if what == "head":
            self.cluster.kill("head")
            return True
        if what == "sync":
            return kill(process.pid)
        if what == "foreman":
            tasks = Path(f"/proc/{process.pid}/task").glob("*/children")  # a thread starts it
            children = [int(child) for task in tasks for child in task.read_text().split()]
            return bool(children) and kill(max(children))
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if workers := sorted({*self.cluster.workers()} - self.dead):
                self.dead.add(chosen := self.dice.choice(workers))
                return kill(chosen)
            time.sleep(0.01)
        return False

    def _judge(self, what: str, hit: bool, code: int, err: str) -> None:
        """The sync itself: unharmed by the loss of a worker, otherwise one line."""
        expected = {"sync": {-signal.SIGKILL}, "worker": {0}}.get(what, {0, 2}) if hit else {0}
        if code not in expected:
            self.wrong.append(f"{what}: the sync ended with {code}: {err.strip()[-300:]}")
        if err.count("\n") > 1 or (code == 2 and "finished batches are kept" not in err):
            self.wrong.append(f"{what}: more than one line: {err[-600:]}")

    def _remain(self) -> bool:
        """True when workers are there that no sync needs any more."""
        deadline = time.monotonic() + 60
        while self.cluster.workers(b"ray::Worker"):
            if time.monotonic() > deadline:
                return True
            time.sleep(0.2)
        return False

    def _mend(self, what: str) -> None:
        """One more sync, and the index is that of the folder."""
        if self.dice.random() < 0.7:
            sync(self.town.folder, self.storage, self.encoder, CONFIG)
        else:
            process = self._started()
            _, err = process.communicate(timeout=600)
            if process.returncode:
                self.wrong.append(
                    f"{what}: the next sync ended with {process.returncode}: {err.strip()[-300:]}"
                )
        found = check(self.town.folder, self.storage, self.encoder.fingerprint, CONFIG)
        self.wrong += [f"{what}: {one.line}" for one in found.findings]
        fresh = self.folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        sync(self.town.folder, fresh, self.encoder, CONFIG)
        workshop = Workshop(self.town.folder, self.storage, CountingEncoder(self.encoder))
        mended, expected = workshop.contents(), workshop.contents(fresh)
        for part in ("articles", "passages", "vectors", "chroma", "count", "in step"):
            if mended[part] != expected[part]:
                self.wrong.append(f"{what}: other {part} than in a fresh index")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.fleet", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="of workers, and as many of the sync")
    parser.add_argument(
        "--others", type=int, default=3, help="of the head, and of what directs workers"
    )
    parser.add_argument("--articles", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    due = dict.fromkeys(("worker", "sync"), arguments.kills)
    due |= dict.fromkeys(("head", "foreman"), arguments.others)
    encoder = Encoder(ROOT / "models" / "embedder")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        harness = Harness(Path(folder), arguments.seed, arguments.articles, encoder)
        while left := {
            what: n - harness.times[what] for what, n in due.items() if n > harness.times[what]
        }:
            what = harness.dice.choice(sorted(left))
            harness.fault(what, min(left[what], IN_TURN))
            print(dict(harness.times), *harness.wrong, sep="\n  ", file=sys.stderr)
        harness.close()
    encoder.close()
    print(dict(harness.times), dict(harness.moments))
    print(*harness.wrong or ["nothing lost, nothing stale"], sep="\n")
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if harness.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
