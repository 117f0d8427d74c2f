"""Kill the servers of an index, many times: `python -m tests.faults.servers --kills 20`.

PostgreSQL, a Chroma server or the sync itself dies at a random moment of a sync in another process; a server
starts again at once, after a while, or when the sync has ended. The vectors are in Chroma's files, on the
server or in PostgreSQL. The sync must succeed or end with one line, and the next one must leave what a
fresh index in files has.
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
from contextlib import closing
from pathlib import Path

from index.catalog.postgres.address import Address
from index.errors import StorageBusyError, StorageError
from index.library import Library
from index.state.vector_copy import Place
from index.sync.check import check
from index.sync.sync import sync
from tests.faults.town import Town
from tests.index.catalog.postgres.cluster import Cluster, running, why_not
from tests.index.catalog.postgres.test_sync import found
from tests.index.chroma.chroma_server import ChromaServer
from tests.index.fake_encoder import FakeEncoder
from tests.index.workshop import CONFIG, ROOT

ALL = 10_000  # fewer would cut texts of equal score as they were numbered, which is history
# The program's own sync with small batches; it prints how many files are done.
PROGRAM = """
import sys
from pathlib import Path
import index.sync.sync as syncing
from index.catalog.postgres.address import Address
from index.chroma.server import Server
from index.console import exit_code
from tests.index.fake_encoder import FakeEncoder
from tests.index.workshop import CONFIG
syncing.BATCH_PASSAGES = 6
corpus, storage, database, vectors = sys.argv[1:]
place = None
if vectors == "pgvector":
    place = Address(database)
elif vectors:
    place = Server("127.0.0.1", int(vectors))
tell = lambda done, of: print(done, flush=True)
how = {"server": place, "database": Address(database)}
def run():
    print("start", flush=True)
    syncing.sync(Path(corpus), Path(storage), FakeEncoder(), CONFIG, tell, **how)
    return 0
sys.exit(exit_code("sync", run))
"""


class Harness:
    """One town, its index in servers, and the servers."""

    def __init__(self, folder: Path, seed: int, articles: int, cluster: Cluster) -> None:
        self.dice = random.Random(seed)
        self.folder = folder
        self.town = Town(folder / "town", self.dice, articles)
        self.storage = folder / "index"
        self.cluster = cluster
        self.chroma = ChromaServer(folder / "chroma").start()
        self.times = Counter[str]()
        self.ends = Counter[str]()
        self.wrong: list[str] = []

    @property
    def _database(self) -> Address:
        return Address(self.cluster.url)

    def fault(self, what: str) -> None:
        """Let one thing die during a sync, and the next sync mend it."""
        kinds = ["chroma"] if what == "chroma" else ["chroma", "files"]
        if what != "chroma" and self.cluster.has_pgvector:
            kinds.append("pgvector")
        vectors = self.dice.choice(kinds)
        if self.dice.random() < 0.3:
            self._forget()
        few = len(self.town.paths()) // 3
        self.town.change(self.dice.randrange(few, 2 * few))
        process = self._started(vectors)
        assert process.stdout is not None
        for _ in range(self.dice.randrange(1, 8)):  # the start, then batches
            process.stdout.readline()
        time.sleep(self.dice.random() * self.dice.choice((0.02, 0.2)))
        hit = process.poll() is None
        self._kill(what, process)
        if what != "sync" and self.dice.random() < 0.5:
            time.sleep(self.dice.random())
            self._restart(what)
            _, err = process.communicate(timeout=300)
        else:
            _, err = process.communicate(timeout=300)
            self._restart(what)
        if hit:
            self.times[what] += 1
            end = "killed" if process.returncode < 0 else f"ended with {process.returncode}"
            self.ends[f"{what}, vectors in {vectors}: {end}"] += 1
        self._judge(what, hit, process.returncode, err)
        self._mend(f"{what}, vectors in {vectors}", vectors)

    def close(self) -> None:
        self.chroma.kill()

    def _forget(self) -> None:
        """Begin with an empty index."""
        shutil.rmtree(self.storage, ignore_errors=True)
        self.cluster.run('DROP SCHEMA IF EXISTS "byline_index_catalog" CASCADE')

    def _place(self, vectors: str) -> Place:
        places: dict[str, Place] = {"pgvector": self._database, "chroma": self.chroma.server}
        return places.get(vectors)

    def _started(self, vectors: str) -> "subprocess.Popen[str]":
        names = {"pgvector": "pgvector", "chroma": str(self.chroma.server.port), "files": ""}
        places = str(self.town.folder), str(self.storage), self.cluster.url, names[vectors]
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *places],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _kill(self, what: str, process: "subprocess.Popen[str]") -> None:
        if what == "sync":
            process.kill()
        elif what == "chroma":
            self.chroma.kill()
        else:
            self.cluster.stop("immediate")

    def _restart(self, what: str) -> None:
        if what == "chroma":
            self.chroma.start()
        elif what == "postgres":
            self.cluster.start()

    def _sync(self, place: Place) -> None:
        """Sync as soon as the server has let go of a sync that was killed."""
        deadline = time.monotonic() + 30
        while True:
            try:
                corpus, database = self.town.folder, self._database
                sync(corpus, self.storage, FakeEncoder(), CONFIG, server=place, database=database)
                return
            except StorageBusyError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _judge(self, what: str, hit: bool, code: int, err: str) -> None:
        """The sync itself: killed, unharmed, or ended with one line."""
        expected = {-signal.SIGKILL} if what == "sync" and hit else {0, 2} if hit else {0}
        if code not in expected | ({0} if what == "sync" else set()):
            self.wrong.append(f"{what}: the sync ended with {code}: {err.strip()[-600:]}")
        if err.count("\n") != (code == 2):
            self.wrong.append(f"{what}: expected one line: {err[-600:]}")

    def _mend(self, what: str, vectors: str) -> None:
        """One more sync, and the index is that of the folder."""
        encoder, corpus, place = FakeEncoder(), self.town.folder, self._place(vectors)
        try:
            self._sync(place)
        except StorageError as error:
            self.wrong.append(f"{what}: the next sync ended with: {error}")
            return
        report = check(
            corpus, self.storage, encoder.fingerprint, CONFIG, place, database=self._database
        )
        self.wrong += [f"{what}: {one.line}" for one in report.findings]
        fresh = self.folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        sync(corpus, fresh, encoder, CONFIG)
        storage, database = self.storage, self._database
        with (
            closing(Library(corpus, storage, encoder, place, database=database)) as mended,  # type: ignore[arg-type]
            closing(Library(corpus, fresh, encoder)) as expected,  # type: ignore[arg-type]
        ):
            both = found(mended, ALL), found(expected, ALL)
            parts = "articles", "nearest", "words", "stories", "vectors"
            for part, one, other in zip(parts, *both, strict=True):
                if one != other:
                    self.wrong.append(f"{what}: other {part} than in a fresh index")
            if not mended.is_complete:
                self.wrong.append(f"{what}: not complete")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.servers", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="of each server and of the sync")
    parser.add_argument("--articles", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    if reason := why_not():
        parser.error(reason)
    kinds = "postgres", "chroma", "sync"
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, running() as cluster:
        harness = Harness(Path(folder), arguments.seed, arguments.articles, cluster)
        with closing(harness):
            while left := [what for what in kinds if harness.times[what] < arguments.kills]:
                harness.fault(harness.dice.choice(left))
                print(dict(harness.times), *harness.wrong, sep="\n  ", file=sys.stderr)
    print(dict(harness.times))
    print(*(f"{times} {end}" for end, times in sorted(harness.ends.items())), sep="\n")
    print(*harness.wrong or ["nothing lost, nothing stale"], sep="\n")
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if harness.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
