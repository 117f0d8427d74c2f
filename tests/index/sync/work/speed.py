"""How fast a sync with Ray is: measured on this machine, and simulated for more nodes.

`python -m tests.index.sync.work.speed --corpus FOLDER` syncs the folder by itself and through two nodes of
one core each, in turns, and compares the indexes. Then it measures how long a worker takes for each group of
files, and the sync for each passage, and simulates the same scheduling with more nodes, as if the folder
were many times as large.
"""

import argparse
import os
import pickle
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from pathlib import Path
from statistics import median

from index.catalog.sqlite.schema import FILE_NAME
from index.models.encoder import Encoder
from index.sync.index_config import IndexConfig
from index.sync.sync import BATCH_PASSAGES, sync
from index.sync.work.batches import Here, ReadFile, Unread
from index.sync.work.fleet import ROOM, in_groups
from index.sync.work.messages import Work
from index.sync.work.worker import ROOT, Worker, place_of, stamp
from tests.index.sync.work.cluster import running
from tests.index.sync.work.tables import tables
from tests.index.workshop import story

MODELS = ROOT / "models" / "embedder"
NODES = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True)
class Costs:
    """Seconds and passages of each group at a worker; seconds per passage at the sync."""

    groups: list[tuple[float, int]]
    writing: float


def synced(corpus: Path, storage: Path, *words: str) -> tuple[float, float]:
    """Seconds of a sync in a process of its own, as it says, and of its processors; workers do not count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "index", "sync", "--corpus", corpus, "--storage", storage, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = re.search(r"embedded in ([\d.]+) s", done.stdout)
    assert seconds, done.stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return float(seconds[1]), used


def compare(corpus: Path, rounds: int, folder: Path) -> float:
    """Print the times of both, in turns, and their ratio. Returns the processor's seconds of a sync with Ray.

    Those of its start are left out, by the sync of one small file.
    """
    ratios, used = [], []
    small = folder / "small"
    small.mkdir()
    (small / "a.txt").write_text(story(1), "utf-8")
    with running(2) as cluster:
        local, _ = synced(small, folder / "small here")
        start, start_used = synced(small, folder / "small ray", "--ray", cluster.address)
        start -= local
        print(f"the start of the workers takes {start:.1f} s")
        for number in range(rounds):
            times = {}
            for kind in ("here", "ray") if number % 2 else ("ray", "here"):
                words = ("--ray", cluster.address) if kind == "ray" else ()
                times[kind] = synced(corpus, folder / f"{kind}{number}", *words)
            ratios.append(times["here"][0] / times["ray"][0])
            used.append(times["ray"][1] - start_used)
            print(
                f"here {times['here'][0]:.1f} s, two nodes {times['ray'][0]:.1f} s: "
                f"{ratios[-1]:.2f} of the speed, without the start "
                f"{times['here'][0] / (times['ray'][0] - start):.2f}; load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
            one, other = (tables(folder / f"{kind}{number}" / FILE_NAME) for kind in times)
            print("the same" if one == other else "DIFFERENT", flush=True)
    print(f"median {median(ratios):.2f}")
    return median(used)


def measure(corpus: Path, folder: Path) -> Costs:
    """What a worker and the sync cost, each with nothing beside it."""
    encoder, config = Encoder(MODELS, 1), IndexConfig()
    worker = Worker()
    assert not worker.prepare(place_of(MODELS), stamp(encoder, config), config)
    groups: list[tuple[float, int]] = []
    answers: list[bytes] = []
    found: list[ReadFile] = []

    def reading(files: Iterator[Unread], config: IndexConfig) -> Iterator[ReadFile]:
        for group in in_groups(files):
            work = pickle.dumps(Work(group, config))
            began = time.process_time()
            answer = worker.read(work)
            seconds = time.process_time() - began
            assert isinstance(answer, bytes)
            read: list[ReadFile] = pickle.loads(answer)
            groups.append((seconds, sum(len(file.texts) for file in read)))
            answers.append(answer)
            found.extend(read)
        yield from found  # not before, so that nothing is written beside the workers

    def received(files: Iterator[Unread], config: IndexConfig) -> Iterator[ReadFile]:
        for group, answer in zip(in_groups(files), answers, strict=True):
            pickle.dumps(Work(group, config))
            yield from pickle.loads(answer)

    sync(corpus, folder / "first", encoder, config, reading=Measured(reading))
    began = time.process_time()
    report = sync(corpus, folder / "second", encoder, config, reading=Measured(received))
    return Costs(groups, (time.process_time() - began) / report.passages)


@dataclass(frozen=True)
class Measured(Here):
    """Reads with the function `how`."""

    how: Callable[[Iterator[Unread], IndexConfig], Iterator[ReadFile]]

    def read(self, files: Iterator[Unread], config: IndexConfig) -> Iterator[ReadFile]:
        return self.how(files, config)


def simulate(costs: Costs, nodes: int, times: int) -> float:
    """Seconds of a sync of the groups, `times` over, with `nodes` workers.

    As in `Fleet.read`, a group is sent when there is room and results are taken in order; as in `sync`, one
    batch is collected while one is written.
    """
    groups = costs.groups * times
    free = [0.0] * nodes
    heapify(free)
    taken: list[float] = []  # when each group's result was taken
    now = written = before = 0.0  # before: when the batch before the last one was written
    held = 0
    for number, (seconds, passages) in enumerate(groups):
        sent = taken[number - ROOM * nodes] if number >= ROOM * nodes else 0.0
        done = max(sent, free[0]) + seconds
        heapreplace(free, done)
        now = max(now, done)
        taken.append(now)
        held += passages
        if held >= BATCH_PASSAGES or number == len(groups) - 1:
            now = max(now, before)
            before, written = written, max(now, written) + held * costs.writing
            held = 0
    return written


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.index.sync.work.speed", description=__doc__
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3, help="0 only simulates")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.rounds:
            used = compare(arguments.corpus, arguments.rounds, Path(folder))
        costs = measure(arguments.corpus, Path(folder))
    passages = sum(count for _, count in costs.groups)
    if arguments.rounds:
        print(
            f"the sync and the process that directs workers: {1000 * used / passages:.2f} ms a passage"
        )
    work = sum(seconds for seconds, _ in costs.groups)
    print(
        f"{len(costs.groups)} groups, {passages} passages: {1000 * work / passages:.2f} ms of a worker and "
        f"{1000 * costs.writing:.2f} ms of the sync for each passage"
    )
    times = max(1, 20_000 // len(costs.groups))
    alone = simulate(costs, 1, times)
    for nodes in NODES:
        seconds = simulate(costs, nodes, times)
        print(
            f"{nodes:>3} nodes: {passages * times / seconds:8.0f} passages/s, {alone / seconds:6.2f} times"
        )


if __name__ == "__main__":
    main()
