"""Nothing is asked of another machine: each program runs with every way out shut, in a process of its own."""

import subprocess
import sys
from pathlib import Path

from index.settings import ROOT

# Shuts the ways out before anything of ours is imported. Unix sockets and loopback are no network.
SHUT = """
import socket, sys

def shut(*arguments, **options):
    raise SystemExit(f"reached for the network: {arguments}")

real = socket.socket
class Shut(real):
    def connect(self, address):
        if self.family != socket.AF_UNIX:
            shut(address)
        return super().connect(address)
    def connect_ex(self, address):
        if self.family != socket.AF_UNIX:
            shut(address)
        return super().connect_ex(address)
    def sendto(self, *arguments):
        if self.family != socket.AF_UNIX:
            shut(*arguments)
        return super().sendto(*arguments)
socket.socket = Shut
for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "create_connection"):
    setattr(socket, name, shut)

# Python's own compiled module is seen by an audit hook; a socket opened by Rust or C++ is not.
def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto") or (
        event == "socket.connect" and arguments[0].family != socket.AF_UNIX
    ):
        shut(event, arguments[1:])
sys.addaudithook(watch)
"""
HEAVY = ("torch", "transformers", "sentence_transformers", "tensorflow", "openai")


def run(code: str, *arguments: str) -> str:
    """What `code` prints with the network shut; it must end well."""
    done = subprocess.run(
        [sys.executable, "-c", SHUT + code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_guard_stops_what_would_go_out() -> None:
    for attempt in (
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.socket().connect(('127.0.0.1', 9))",
        "import _socket; _socket.socket().connect(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://localhost:9')",
    ):
        done = subprocess.run(
            [sys.executable, "-c", SHUT + attempt], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1 and "reached for the network" in done.stderr


def test_sync_ask_chat_and_search_need_no_network_and_no_framework(tmp_path: Path) -> None:
    said = run(
        f"""
import io
from index.__main__ import main as index
from bot.__main__ import main as bot
flags = ["--corpus", sys.argv[1], "--storage", sys.argv[2]]
assert index(["sync", *flags]) == 0
assert bot(["ask", "Where did Obama say Assad must go?", *flags]) == 0
assert bot(["search", "Raqqa", "--json", *flags]) == 0
sys.stdin = io.TextIOWrapper(io.BytesIO(b"Who is Putin?"))
assert bot(["chat", "--json", *flags]) == 0
print("loaded:", [name for name in {HEAVY!r} if name in sys.modules])
""",
        str(ROOT / "corpus"),
        str(tmp_path / "storage"),
    )
    assert "General Assembly" in said
    assert said.endswith("loaded: []\n")


def test_the_page_is_imported_and_built_without_a_connection(tmp_path: Path) -> None:
    said = run(
        f"""
import app
from contextlib import ExitStack
from index.sync.corpus import sync_corpus
from bot.page.web.application import Site
from index.settings import load_settings
settings = load_settings(corpus=sys.argv[1], storage=sys.argv[2])
sync_corpus(settings)
with ExitStack() as opened:
    served = app._application(settings, Site("127.0.0.1", 7860), opened)
    import time
    time.sleep(1)  # what a thread at start would ask, it has asked by now
pages = [route.app.blocks for route in served.routes if hasattr(getattr(route, "app", 0), "blocks")]
import os
print("analytics:", os.environ.get("GRADIO_ANALYTICS_ENABLED"), pages[0].analytics_enabled)
print("loaded:", [name for name in {HEAVY!r} if name in sys.modules])
""",
        str(ROOT / "corpus"),
        str(tmp_path / "storage"),
    )
    assert "analytics: False False" in said
    assert said.endswith("loaded: []\n")
