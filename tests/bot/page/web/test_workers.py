"""Several processes are kept running: one that ends is started again, and none outlives the program."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.settings import ROOT


class Program:
    """A running program of three workers."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]") -> None:
        self.folder, self.process = folder, process

    def begun(self, number: int) -> int:
        """How often a worker has begun."""
        file = self.folder / str(number)
        return file.read_text().count("begun") if file.exists() else 0

    def pids(self) -> list[int]:
        """The processes of the workers."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                is_worker = b"spawn_main" in (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if int(parent) == self.process.pid and is_worker:
                found.append(int(folder.name))
        return sorted(found)


@contextmanager
def program(folder: Path, kind: str) -> Iterator[Program]:
    command = [sys.executable, "-m", "tests.bot.page.web.small_workers", str(folder), kind]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Program(folder, process)
        finally:
            process.kill()


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_one_that_is_killed_is_started_again_and_all_end_with_the_program(tmp_path: Path) -> None:
    with program(tmp_path, "serves") as three:
        assert eventually(lambda: len(list(tmp_path.glob("*.serves"))) == 3)
        assert [three.begun(number) for number in (1, 2, 3)] == [1, 1, 1]
        os.kill(three.pids()[1], signal.SIGKILL)
        assert eventually(lambda: sum(three.begun(number) for number in (1, 2, 3)) == 4)
        assert eventually(lambda: len(three.pids()) == 3)
        workers = three.pids()
        three.process.terminate()
        said = three.process.communicate(timeout=30)[0].splitlines()
    assert said[-1] == "interrupted" and len(said) == 2
    assert "ended (killed by signal 9); starting it again now" in said[0]
    assert not any(map(alive, workers))


def test_one_that_ends_by_itself_is_started_again(tmp_path: Path) -> None:
    with program(tmp_path, "ends") as three:
        assert eventually(lambda: three.begun(2) == 3)
        three.process.terminate()
        said = three.process.communicate(timeout=30)[0].splitlines()
    line = "web process 2 (port 5002) ended (exit code 0); starting it again now"
    assert said == [line, line, "interrupted"]


def test_one_that_cannot_start_is_tried_again_after_longer_and_longer(tmp_path: Path) -> None:
    with program(tmp_path, "starts late") as three:
        assert eventually(lambda: (tmp_path / "2.serves").exists())
        three.process.terminate()
        said = three.process.communicate(timeout=30)[0].splitlines()
    assert [line.rpartition("; ")[2] for line in said[:2]] == [
        "starting it again in 1 s",
        "starting it again in 2 s",
    ]
    assert "exit code 3" in said[0] and said[2:] == ["interrupted"]


def test_one_that_cannot_start_leaves_those_that_serve(tmp_path: Path) -> None:
    with program(tmp_path, "refuses late") as three:
        assert eventually(lambda: (tmp_path / "1.serves").exists())
        three.process.terminate()
        said = three.process.communicate(timeout=30)[0].splitlines()
    assert "web process 1 (port 5001) ended (exit code 2)" in said[0]
    assert said[1:] == ["interrupted"]


def test_what_is_wrong_with_the_first_start_ends_all(tmp_path: Path) -> None:
    with program(tmp_path, "refuses") as three:
        assert eventually(lambda: len(three.pids()) == 3)
        workers = three.pids()
        said = three.process.communicate(timeout=60)[0]
    assert said == "served: False\n"
    assert not any(map(alive, workers))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_the_program(tmp_path: Path, how: signal.Signals) -> None:
    with program(tmp_path, "serves") as three:
        assert eventually(lambda: len(list(tmp_path.glob("*.serves"))) == 3)
        workers = three.pids()
        three.process.send_signal(how)
        three.process.wait(30)
        assert len(workers) == 3 and eventually(lambda: not any(map(alive, workers)))
