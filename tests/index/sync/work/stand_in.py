"""What directs the workers, without Ray: it reads the groups itself, a few at a time, the last one first."""

import pickle
import sys
from dataclasses import replace
from multiprocessing.connection import Connection

import numpy as np

from index.sync.work.batches import ReadFile, Unread, read_file
from index.sync.work.messages import Done, Failed, Group, Staff, Work
from tests.index.fake_encoder import FakeEncoder


def serve(handle: int, fault: str) -> None:
    """`fault`: `` for none, `lost` to end in the middle, `silent` to answer no more, or what to fail with."""
    line = Connection(handle)
    line.recv()
    line.send(Staff(2))
    held: list[Group] = []
    done = 0
    try:
        while True:
            if line.poll(0.2) and len(held) < 4:
                held.append(line.recv())
                continue
            while held:
                group = held.pop()
                if fault == "lost" and done > 6:
                    print("the head has gone", flush=True)
                    sys.exit(1)
                if fault == "silent" and done >= 4:
                    continue
                if fault and fault not in ("lost", "silent"):
                    line.send(Failed(fault))
                    return
                work = pickle.loads(group.work)
                read_files = [read(file, work) for file in work.files]
                line.send(Done(group.number, pickle.dumps(read_files)))
                done += 1
    except (EOFError, OSError):
        return


def read(file: Unread, work: Work) -> ReadFile:
    """The same as in this process, with its vectors."""
    found = read_file(file, work.config)
    vectors = FakeEncoder().encode(found.texts) if found.texts else np.empty((0, 8), np.float32)
    return replace(found, vectors=vectors)
