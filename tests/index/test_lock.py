"""One writer at a time, across processes, and no lock left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import StorageBusyError, StorageError
from index.lock import writer_lock

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from index.lock import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock of `tmp_path` until its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


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
