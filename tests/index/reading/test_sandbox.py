"""The sandbox survives hostile bytes or is replaced; the program is never affected."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from index.errors import CorpusError, UnreadableError
from index.formats.limits import Limits
from index.reading.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[3]
PAGE = (
    b"<html><body><p>The minister opened the new bridge over the river on Monday.</p></body></html>"
)


@pytest.fixture
def apart():
    apart = Sandbox()
    yield apart
    apart.close()


@pytest.fixture
def sabotaged(monkeypatch, tmp_path):
    """A process apart whose reader of HTML obeys: sleep, spin, fill memory, crash, talk."""
    code = tmp_path / "sabotage.py"
    code.write_text(
        "import os, time\n"
        "from index.formats import registry\n"
        "from index.formats.extracted import Extracted\n"
        "def obey(data, limits):\n"
        "    exec(data.decode())\n"
        "    yield Extracted('obeyed')\n"
        "registry.READERS['.html'] = obey\n"
        "from index.reading.sandbox_worker import serve\n"
        "serve()\n"
    )
    real = subprocess.Popen

    def popen(command, **more):
        return real([sys.executable, str(code)], **more)

    monkeypatch.setattr(subprocess, "Popen", popen)
    apart = Sandbox()
    yield lambda order, **limits: list(apart.read(".html", order.encode(), Limits(**limits)))
    apart.close()


def test_a_page_is_read_again_and_again_by_one_process(apart):
    first = [found.text for found in apart.read(".html", PAGE, Limits())]
    process = apart._process
    for _ in range(20):
        assert [found.text for found in apart.read(".html", PAGE, Limits())] == first
    assert apart._process is process


def test_one_that_was_killed_is_replaced(apart):
    before = list(apart.read(".html", PAGE, Limits()))
    os.kill(apart._process.pid, signal.SIGKILL)
    apart._process.wait()
    assert list(apart.read(".html", PAGE, Limits())) == before


def test_several_threads_take_turns(apart):
    found = []

    def ask(number):
        data = json.dumps([{"text": f"words {number}"}]).encode()
        found.append((number, [one.text for one in apart.read(".json", data, Limits())]))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(number, [f"words {number}"]) for number in range(20)]


def test_a_reader_that_spins_is_ended(sabotaged):
    began = time.monotonic()
    with pytest.raises(match=r"takes longer than 1 s to read: .*split the file"):
        sabotaged("while True: pass", seconds=1)
    assert time.monotonic() - began < 20
    assert sabotaged("pass")[0].text == "obeyed"


def test_a_reader_that_sleeps_is_ended(sabotaged, monkeypatch):
    monkeypatch.setattr("index.reading.sandbox._PATIENCE", 1)
    with pytest.raises(match="takes longer than 2 s"):
        sabotaged("time.sleep(100)", seconds=2)


def test_a_reader_that_fills_memory_is_refused(sabotaged):
    with pytest.raises(match=r"takes more than 600 MB of memory .*split the file"):
        sabotaged("x = bytearray(10**9)", memory_bytes=600_000_000)
    assert sabotaged("pass")[0].text == "obeyed"


@pytest.mark.parametrize("order", ["os.abort()", "os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_a_reader_that_crashes_is_told(sabotaged, order):
    with pytest.raises(match="crashes its reader: expected an intact file"):
        sabotaged(order)
    assert sabotaged("pass")[0].text == "obeyed"


def test_a_crash_that_an_earlier_file_left_behind_is_not_held_against_the_next(sabotaged, tmp_path):
    once = f"p = {str(tmp_path / 'seen')!r}; e = os.path.exists(p); open(p, 'w').close(); e or os.abort()"
    assert sabotaged(once)[0].text == "obeyed"


def test_a_process_that_does_not_start_is_no_file_s_fault(apart, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(CorpusError, match="the process that reads files does not start") as caught:
        list(apart.read(".html", PAGE, Limits()))
    assert not isinstance(caught.value, UnreadableError)
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    with pytest.raises(CorpusError, match="No such file"):
        list(apart.read(".html", PAGE, Limits()))


def test_what_a_reader_prints_or_asks_disturbs_nothing(sabotaged):
    orders = ("print('x' * 10_000, flush=True)", "os.write(1, b'x')", "os.read(0, 5)")
    for order in orders:
        assert sabotaged(order)[0].text == "obeyed"


def test_whatever_a_reader_raises_is_one_line(sabotaged):
    with pytest.raises(UnreadableError) as caught:
        sabotaged("raise ZeroDivisionError('a\\nb')")
    assert str(caught.value) == "damaged (a b): expected an intact file"


def test_it_knows_no_keys(sabotaged, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "secret")
    with pytest.raises(UnreadableError, match="'SOME_API_KEY'"):
        sabotaged("os.environ['SOME_API_KEY']")


def test_it_ends_with_its_program():
    code = (
        "from index.reading.articles import parse_file\n"
        "from index.reading.sandbox import SANDBOX\n"
        "parse_file('a.json', b'[]')\nprint(SANDBOX._process.pid)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.stdout), 0)


def test_it_ends_when_its_program_is_killed():
    code = (
        "import os\nfrom index.reading.articles import parse_file\n"
        "from index.reading.sandbox import SANDBOX\n"
        "parse_file('a.json', b'[]')\nprint(SANDBOX._process.pid, flush=True)\nos.kill(os.getpid(), 9)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    process = int(told.stdout)
    for _ in range(100):
        status = Path(f"/proc/{process}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    raise AssertionError("still running")
