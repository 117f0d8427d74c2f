"""Inject faults into syncs, many times: `python -m tests.faults.harness --kills 100`.

After each fault a check must report the damage, one sync must repair it, and then the folder, the catalog,
the full-text index and Chroma must agree. A reader asks questions meanwhile; each quote must have been in its
file.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import numpy as np
from chromadb.api.collection_configuration import (
    CreateCollectionConfiguration,
    CreateHNSWConfiguration,
)
from numpy.typing import NDArray

from index.catalog.sqlite.schema import FILE_NAME
from index.errors import BylineError
from index.models.encoder import Encoder
from index.sync.check import CheckReport, check
from index.sync.report import SyncReport
from index.sync.sync import sync
from tests.faults.town import Town
from tests.index.workshop import CONFIG, ROOT, Workshop

# Chroma persists its graph every few vectors, so that kills often interrupt that.
OFTEN = CreateCollectionConfiguration(
    hnsw=CreateHNSWConfiguration(space="cosine", ef_search=200, sync_threshold=12, batch_size=6)
)
# The program itself, with small batches; it prints its phase.
WATCHED = """
import sys
import index.sync.sync as sync, index.__main__ as program
from index.state.index_state import IndexState
from index.catalog.catalog import Catalog
from index.models.encoder import Encoder
from index.chroma.store import VectorStore
import index.chroma.store, index.settings
from functools import partial
from index.sync.index_config import IndexConfig
from tests.index.workshop import CONFIG
from tests.faults.harness import OFTEN
sync.BATCH_PASSAGES = 6
index.settings.IndexConfig = partial(IndexConfig, CONFIG.passage_words, CONFIG.overlap_words)
index.chroma.store._HNSW = OFTEN
def tell(owner, name, mark):
    real = getattr(owner, name)
    def told(*a, **k):
        print("@" + mark, flush=True)
        return real(*a, **k)
    setattr(owner, name, told)
tell(sync, "survey", "survey")
tell(Encoder, "encode", "embed")
tell(Catalog, "apply", "catalog")
tell(VectorStore, "delete", "chroma")
tell(VectorStore, "upsert", "chroma")
tell(VectorStore, "fill", "chroma")
tell(Catalog, "close", "end")
tell(IndexState, "mark_clean", "end")
program.end_on_sigterm()
print("@start", flush=True)
sys.exit(program.main(sys.argv[1:]))
"""
# Seconds after a sync until no question may fail.
CALM_AFTER = 0.2
# The phases of a kill, each as often as it is listed.
MOMENTS = (
    "start",
    "survey",
    "embed",
    "embed",
    "catalog",
    "catalog",
    "chroma",
    "chroma",
    "chroma",
    "end",
)


@dataclass
class Row:
    """One line of the table: how often a fault was injected, and with which results."""

    times: int = 0
    found: int = 0
    repaired: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class CachedEncoder:
    """The real encoder with a cache, so that a fresh index costs almost nothing."""

    real: Encoder
    known: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        return self.real.fingerprint

    @property
    def dimension(self) -> int:
        return self.real.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known.update(zip(new, self.real.encode(new), strict=True) if new else ())
        return np.stack([self.known[text] for text in texts]) if texts else self.real.encode([])


class Harness:
    """One folder, its index, a reader beside it, and the faults."""

    def __init__(self, folder: Path, seed: int, articles: int, encoder: Encoder) -> None:
        self.dice = random.Random(seed)
        self.folder = folder
        self.town = Town(folder / "corpus", self.dice, articles)
        self.storage = folder / "storage"
        self.encoder = CachedEncoder(encoder)
        self.rows: dict[str, Row] = defaultdict(Row)
        self.answers: list[dict] = []
        # periods in which the index was intact and nothing happened to it: (since, until)
        self.calm: list[tuple[float, float]] = []
        self.moments: dict[str, int] = defaultdict(int)

    # -- the index --

    def sync(self) -> SyncReport:
        return sync(self.town.folder, self.storage, self.encoder, CONFIG)

    def check(self) -> CheckReport:
        return check(self.town.folder, self.storage, self.encoder.fingerprint, CONFIG)

    def begin(self, **options: object) -> subprocess.Popen[str]:
        """The program in a subprocess."""
        arguments = ["sync", "--corpus", str(self.town.folder), "--storage", str(self.storage)]
        return subprocess.Popen(
            [sys.executable, "-c", WATCHED, *arguments],
            cwd=ROOT,
            env=os.environ | {"BYLINE_MAX_FILE_MB": "0.1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def judge(self, fault: str, must_find: bool) -> None:
        """Record what a check finds, whether one sync repairs it, and whether all agree afterwards."""
        row = self.rows[fault]
        row.times += 1
        found = self.check().findings
        row.found += bool(found)
        if must_find and not found:
            row.wrong.append("not found")
        try:
            self.sync()
        except BylineError as error:
            row.wrong.append(f"not repaired: {error}")
            return
        calm = time.monotonic() + CALM_AFTER
        left = self.check().findings
        if left:
            row.wrong.append(f"left: {left[0].line}")
        row.repaired += bool(found) and not left
        if row.times % 10 == 1 and (differs := self._differs_from_fresh()):
            row.wrong.append(differs)
        self.calm.append((calm, time.monotonic()))

    def _differs_from_fresh(self) -> str:
        """The differences from a new index of the same folder, found without the code that repairs."""
        fresh = Workshop(self.town.folder, self.folder / "fresh", self.encoder)
        shutil.rmtree(fresh.storage, ignore_errors=True)
        sync(fresh.corpus, fresh.storage, self.encoder, CONFIG)
        mine, new = fresh.contents(self.storage), fresh.contents()
        return ", ".join(
            f"{key} differs from a fresh build" for key in new if mine[key] != new[key]
        )

    # -- faults --

    def kill(self, number: int = signal.SIGKILL, fault: str = "SIGKILL") -> None:
        """Kill a sync in a random phase; try again if it had already ended."""
        moment = ""
        while not moment:
            self.town.change(self.dice.randrange(4, 12))
            moment = self._killed(number, fault)
        self.moments[f"{fault} in {moment}"] += 1
        self.judge(fault, must_find=False)

    def _killed(self, number: int, fault: str) -> str:
        """The phase in which a sync was killed, or "" if it had already ended."""
        process = self.begin()
        assert process.stdout
        moment, left, last = self.dice.choice(MOMENTS), self.dice.randrange(1, 6), "start"
        for line in process.stdout:
            last = line[1:].strip() if line.startswith("@") else last
            left -= last == moment
            if not left or (last == moment and moment in ("start", "survey", "end")):
                break
        time.sleep(self.dice.random() ** 2 * (1.5 if moment == "start" else 0.04))
        process.send_signal(number)
        said, told = process.communicate(timeout=120)
        if process.returncode not in (0, -number, 130):
            self.rows[fault].wrong.append(f"ended with {process.returncode}: {told[-200:]}")
        marks = [line[1:] for line in said.splitlines() if line.startswith("@")]
        return "" if process.returncode == 0 else [last, *marks][-1]

    def damage(self, fault: str, change: Callable[[], None]) -> None:
        self.sync()
        change()
        self.judge(fault, must_find=True)

    def chroma_gone(self) -> None:
        folder = self.storage / "chroma"

        def delete() -> None:
            while folder.exists():  # the reader may put a file there meanwhile
                shutil.rmtree(folder, ignore_errors=True)

        self.damage("Chroma's folder deleted", delete)

    def chroma_spoilt(self) -> None:
        how = self.dice.choice((self._unlink, self._cut, self._flip))
        file = self.storage / "chroma" / "chroma.sqlite3"
        self.damage(f"a file of Chroma {how.__name__[1:]}", lambda: how(file))

    def graph_spoilt(self) -> None:
        how = self.dice.choice((self._unlink, self._cut, self._flip))

        def spoil() -> None:
            # the others belong to graphs that were never put down: nobody reads them
            whole = (self.storage / "chroma").glob("*/index_metadata.pickle")
            files = sorted(file for one in whole for file in one.parent.iterdir())
            how(self.dice.choice(files)) if files else self._unlink(
                self.storage / "chroma/chroma.sqlite3"
            )

        self.damage(f"a file of the graph {how.__name__[1:]}", spoil)

    def catalog_spoilt(self) -> None:
        how = self.dice.choice((self._unlink, self._cut, self._flip))
        self.damage(f"the catalog {how.__name__[1:]}", lambda: self._alone(how))

    def rows_lost(self) -> None:
        table, key = self.dice.choice(
            (("words", "rowid"), ("passages", "number"), ("articles", "id"))
        )

        def lose() -> None:
            with contextlib.closing(sqlite3.connect(self.storage / FILE_NAME)) as db, db:
                rows = db.execute(f"SELECT {key} FROM {table}").fetchall()
                db.execute(f"DELETE FROM {table} WHERE {key} = ?", self.dice.choice(rows))

        self.damage(f"a row of {table} deleted", lose)

    def _alone(self, how: Callable[[Path], None]) -> None:
        for end in ("-wal", "-shm"):
            (self.storage / f"{FILE_NAME}{end}").unlink(missing_ok=True)
        how(self.storage / FILE_NAME)

    def _unlink(self, file: Path) -> None:
        file.unlink()

    def _cut(self, file: Path) -> None:
        os.truncate(file, self.dice.randrange(file.stat().st_size))

    def _flip(self, file: Path) -> None:
        data = bytearray(file.read_bytes())
        for _ in range(len(data) // 20):
            data[self.dice.randrange(len(data))] ^= self.dice.randrange(1, 256)
        new = file.with_name("flipped")  # a reader that has the old one open must not crash
        new.write_bytes(data)
        new.replace(file)

    def two_at_once(self) -> None:
        self.town.change(8)
        both = [self.begin(), self.begin()]
        ended = [(process, process.communicate(timeout=120)[1]) for process in both]
        row = self.rows["two syncs at once"]
        for process, told in ended:
            if (
                process.returncode == 2
                and "another process is syncing" in told
                and told.count("\n") == 1
            ):
                continue
            if process.returncode:
                row.wrong.append(f"ended with {process.returncode}: {told[-200:]}")
        self.judge("two syncs at once", must_find=False)

    def changing(self) -> None:
        """Files change while the sync runs."""
        self.town.change(6)
        process = self.begin()
        assert process.stdout
        for line in process.stdout:
            if not line.startswith("@start"):
                self.town.change(1)
        _, told = process.communicate(timeout=120)
        if process.returncode:
            self.rows["files changed during a sync"].wrong.append(told[-200:])
        self.judge("files changed during a sync", must_find=False)

    def disk_full(self) -> None:
        """A sync that runs out of room says so in one line; with room again the next one goes on."""
        fault = "disk full"
        self.town.change(4)
        with self._little_room(fault) as options:
            if options is None:
                return
            process = self.begin(**options)
            _, told = process.communicate(timeout=120)
        if process.returncode != 2 or told.count("\n") != 1:
            self.rows[fault].wrong.append(f"ended with {process.returncode}: {told[-300:]}")
        self.judge(fault, must_find=True)

    @contextmanager
    def _little_room(self, fault: str) -> Iterator[dict[str, object] | None]:
        """A disk too small for the index; where none may be mounted, a limit on the size of files."""
        aside, room = self.folder / "aside", self.dice.randrange(60, 600)
        shutil.rmtree(aside, ignore_errors=True)
        if self.storage.exists():
            self.storage.rename(aside)
        self.storage.mkdir()
        mounted = not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={room}k", "byline-faults", str(self.storage)],
            capture_output=True,
        ).returncode
        limit = (room * 1024, room * 1024)
        try:
            self.moments["disk full: tmpfs" if mounted else "disk full: file size limit"] += 1
            yield (
                {}
                if mounted
                else {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)}
            )
        finally:
            if mounted:  # what the full disk holds is what the next sync meets
                kept = self.folder / "kept"
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(self.storage, kept)
                subprocess.run(["umount", "--lazy", str(self.storage)], check=True)
                self.storage.rmdir()
                kept.rename(self.storage)

    # -- the reader --

    @contextmanager
    def reader(self) -> Iterator[None]:
        """Has questions asked while the faults are made, and judges every answer at the end."""
        with patch("index.chroma.store._HNSW", OFTEN):
            yield from self._asked()

    def _asked(self) -> Iterator[None]:
        self.sync()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.asking", str(self.town.folder), str(self.storage)],
            cwd=ROOT,
            env=os.environ | {"BYLINE_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with tempfile.TemporaryFile("w+") as said:
            process_out = subprocess.Popen(["cat"], stdin=process.stdout, stdout=said)
            try:
                yield
                self.sync()
                time.sleep(2.5)  # a last few answers, of an index that stands
            finally:
                assert process.stdin and process.stderr
                alive = process.poll() is None
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
                told = process.stderr.read()
                process.wait(60)
                process_out.wait(60)
                for pipe in (process.stdout, process.stderr):
                    if pipe is not None:
                        pipe.close()
            said.seek(0)
            self.answers = [json.loads(line) for line in said]
        row = self.rows["questions meanwhile"]
        row.times = len(self.answers)
        if not alive or process.returncode:
            row.wrong.append(f"the reader ended with {process.returncode}: {told[-400:]}")
        row.found = sum("error" in one for one in self.answers)
        row.repaired = sum(bool(one.get("cited")) for one in self.answers)
        if not self.answers or "error" in self.answers[-1]:
            row.wrong.append(f"no answer at the end: {self.answers[-1:]}")
        for one in self.answers:
            for path, start, quote in one.get("cited", ()):
                if not self.town.had(path, quote, start, one["asked"], one["answered"]):
                    row.wrong.append(f"cited what was not there: {path}: {quote[:60]}")
            if "error" in one and any(
                a <= one["asked"] <= one["answered"] <= b for a, b in self.calm
            ):
                row.wrong.append(f"an error though the index was whole: {one['error'][-160:]}")

    def table(self) -> str:
        lines = [f"{'fault':<34}{'times':>7}{'found':>7}{'repaired':>9}{'wrong':>7}"]
        for name, row in self.rows.items():
            lines.append(
                f"{name:<34}{row.times:>7}{row.found:>7}{row.repaired:>9}{len(row.wrong):>7}"
            )
        lines.append("kills and full disks by moment: " + json.dumps(self.moments))
        lines.append(
            "of questions, 'found' counts known errors, 'repaired' answers with citations:"
        )
        errors = Counter(one["error"].partition(": ")[2] for one in self.answers if "error" in one)
        lines += [f"{count:>5}  {error[:100]}" for error, count in errors.most_common(8)]
        lines += [
            f"WRONG {name}: {one}" for name, row in self.rows.items() for one in row.wrong[:10]
        ]
        return "\n".join(lines)

    def told(self) -> list[str]:
        """What went wrong, a line each."""
        return [f"WRONG {name}: {one}" for name, row in self.rows.items() for one in row.wrong]

    @property
    def wrong(self) -> int:
        return sum(len(row.wrong) for row in self.rows.values())


def run(
    folder: Path, seed: int, kills: int, others: int, articles: int, encoder: Encoder
) -> Harness:
    """`kills` kills and `others` of each other fault, in an order drawn by chance."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a job in the background hands that on
        signal.signal(signal.SIGINT, signal.default_int_handler)
    harness = Harness(folder, seed, articles, encoder)
    one = harness
    rest: tuple[Callable[[], None], ...] = (
        one.chroma_gone,
        one.chroma_spoilt,
        one.graph_spoilt,
        one.catalog_spoilt,
        one.rows_lost,
        one.two_at_once,
        one.changing,
        one.disk_full,
        lambda: one.kill(signal.SIGINT, "Ctrl-C"),
        lambda: one.kill(signal.SIGTERM, "SIGTERM"),
    )
    faults = [one.kill] * kills + [*rest] * others
    harness.dice.shuffle(faults)
    with harness.reader():
        for number, fault in enumerate(faults, 1):
            fault()
            print(f"{number} of {len(faults)}", *harness.told(), sep="\n  ", file=sys.stderr)
    return harness


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.harness", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--others", type=int, default=8, help="how many of each other fault")
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    encoder = Encoder(ROOT / "models" / "embedder")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        given = (arguments.seed, arguments.kills, arguments.others, arguments.articles)
        done = run(Path(folder), *given, encoder)
    encoder.close()
    print(done.table())
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if done.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
