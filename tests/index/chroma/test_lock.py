"""One writer at a time, across processes, and a killed one leaves no lock."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.chroma.lock import ChromaLock
from index.errors import StorageBusyError, StorageError, UnreachableError
from index.state.writer_lock import writer_lock

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys
from pathlib import Path
from index.chroma.lock import ChromaLock
from index.state.writer_lock import writer_lock
folder = Path(sys.argv[2])
with writer_lock(folder) if sys.argv[1] == "sync" else ChromaLock(folder / "turns", 1.0):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(*arguments):
    """Another process that holds a lock until its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout.readline() == b"held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the writer's lock of `tmp_path`."""
    with another_process("sync", tmp_path) as process:
        yield process


def test_a_second_process_is_refused_at_once(holder, tmp_path):
    with (
        pytest.raises(StorageBusyError, match=r"another process is syncing .* wait") as caught,
        writer_lock(tmp_path),
    ):
        pass
    assert str(tmp_path) in str(caught.value)


def test_a_killed_holder_leaves_no_lock(holder, tmp_path):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with writer_lock(tmp_path):
        pass


def test_the_lock_is_given_back_even_after_an_error(tmp_path):
    with pytest.raises(KeyboardInterrupt), writer_lock(tmp_path):
        raise KeyboardInterrupt
    with writer_lock(tmp_path):
        pass


def test_the_same_process_cannot_take_it_twice(tmp_path):
    with writer_lock(tmp_path), pytest.raises(StorageBusyError), writer_lock(tmp_path):
        pass


def test_the_folder_is_made(tmp_path):
    with writer_lock(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("below", ["", "below"])
def test_a_file_in_the_folders_place_is_named(tmp_path, below):
    (tmp_path / "file").touch()
    with (
        pytest.raises(StorageError, match="expected a folder that can be written, see --storage"),
        writer_lock(tmp_path / "file" / below),
    ):
        pass


def test_another_process_waits_for_its_turn_and_no_longer_than_it_will(tmp_path):
    turns = ChromaLock(tmp_path / "turns", 0.2)
    with another_process("turns", tmp_path) as process:
        began = time.monotonic()
        with (
            pytest.raises(UnreachableError, match=r"another process has used .* 0\.2 s") as caught,
            turns,
        ):
            pass
        assert 0.2 <= time.monotonic() - began < 5
        assert str(tmp_path) in str(caught.value)
        threading.Timer(0.1, process.kill).start()  # a killed process leaves its turn to the next
        with ChromaLock(tmp_path / "turns", 30.0):
            pass


def test_a_turn_holds_until_the_outermost_end_and_then_no_longer(tmp_path):
    turns, others = ChromaLock(tmp_path / "turns", 0.0), ChromaLock(tmp_path / "turns", 0.0)
    with turns:
        with turns:
            pass
        with pytest.raises(UnreachableError), others:
            pass
    with others:
        pass


def test_threads_take_turns_also_without_a_file():
    turns, inside, most = ChromaLock(None, 0.0), [], []

    def enter():
        for _ in range(50):
            with turns:
                inside.append(1)
                most.append(len(inside))
                time.sleep(0)
                inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1


def test_where_nothing_can_be_locked_nobody_waits(tmp_path):
    with ChromaLock(tmp_path / "missing" / "turns", 0.0):
        assert not (tmp_path / "missing").exists()
