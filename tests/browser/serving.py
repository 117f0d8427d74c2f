"""`python app.py` as a program of its own, on a free port, for as long as a test needs it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds; a start takes about five
ANNOUNCED = "Byline is at "


# The program with a shorter rest between two runs of the index's jobs.
HASTY = """
import runpy, sys
import bot.page.api.jobs
bot.page.api.jobs.REST = float(sys.argv.pop(1))
runpy.run_path("app.py", run_name="__main__")
"""


@contextmanager
def served(
    corpus: Path,
    storage: Path,
    environment: Mapping[str, str] = {},
    rest: float | None = None,
    flags: Sequence[str] = (),
) -> Iterator[str]:
    """The address of a page over `corpus`; the program is interrupted, and has ended, afterwards."""
    with started(corpus, storage, environment, rest, flags) as (address, _):
        yield address


@contextmanager
def started(
    corpus: Path,
    storage: Path,
    environment: Mapping[str, str] = {},
    rest: float | None = None,
    flags: Sequence[str] = (),
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of a page and its program, which may have been killed when it is interrupted."""
    log = storage.parent / f"{storage.name}.log"
    program_of = ["app.py"] if rest is None else ["-c", HASTY, str(rest)]
    command = [sys.executable, *program_of, "--corpus", str(corpus), "--storage", str(storage)]
    with log.open("w") as output:
        program = subprocess.Popen(
            [*command, "--port", "0", *flags],
            cwd=ROOT,
            stdout=output,
            stderr=output,
            env={**os.environ, **environment},
            # A shell that runs the tests in the background has them ignore interrupts, and their children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        try:
            yield _address(program, log), program
        finally:
            killed = program.poll() == -signal.SIGKILL  # by the test
            program.send_signal(signal.SIGINT)
            try:
                code = program.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                program.kill()
                raise
    assert killed or code == 0, log.read_text()


def _address(program: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + PATIENCE
    while program.poll() is None and time.monotonic() < until:
        for line in log.read_text().splitlines():
            if line.startswith(ANNOUNCED):
                address = line.removeprefix(ANNOUNCED)
                assert httpx.get(f"{address}healthz", trust_env=False).status_code == 200
                return address
        time.sleep(0.1)
    raise AssertionError(f"the page did not start:\n{log.read_text()}")
