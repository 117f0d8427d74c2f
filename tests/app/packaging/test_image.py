"""The Dockerfile copies what the program needs and no more, and its settings are those of the program."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import app
from bot.page.web.application import OURS
from bot.page.web.guard import is_loopback
from index.settings import ROOT, Settings, load_settings
from tests.app.packaging.containerfile import command, copied, environment, instructions, is_sent
from tests.test_layers import FREE


def test_every_file_that_is_copied_exists_and_reaches_the_builder() -> None:
    sources = copied()
    assert [path for path in sources if not (ROOT / path).exists()] == []
    assert [path for path in sources if not is_sent(path)] == []
    inside = [file for path in sources for file in sorted((ROOT / path).rglob("*"))]
    names = [file.relative_to(ROOT).as_posix() for file in inside if "__pycache__" not in str(file)]
    assert len(names) > 200 and [name for name in names if not is_sent(name)] == []


def test_every_package_of_the_program_is_copied() -> None:
    needed = {*FREE, "app.py", "models", "requirements.txt", "constraints.txt"} - {
        "app",
        "training",
    }
    assert needed <= set(copied())


@pytest.mark.parametrize(
    "path",
    [
        *(
            ".git",
            ".git/config",
            ".venv/bin/python",
            ".env",
            "accounts",
            "storage/x/catalog.sqlite3",
        ),
        *("tests/conftest.py", "training/README.md", "build/llama/stamp", "docs/api.md"),
        *(
            "bot/__pycache__/engine.pyc",
            "index/text/__pycache__/x.pyc",
            "bottom/x.py",
            "app.py.orig",
        ),
    ],
)
def test_what_the_image_does_not_need_is_not_sent(path: str) -> None:
    assert not is_sent(path)


def test_the_settings_of_the_image_are_settings_of_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert [str(settings.port)] == instructions("EXPOSE")
    assert settings.port == Settings.model_fields["port"].default
    volumes = command(instructions("VOLUME")[0])
    assert volumes == [str(settings.corpus), str(settings.storage)]


def test_the_image_needs_a_login_because_it_can_be_reached() -> None:
    assert not is_loopback(environment()["BYLINE_HOST"]) and environment()["BYLINE_AUTH"]


def test_the_program_runs_without_the_rights_of_root() -> None:
    user, group = map(int, instructions("USER")[-1].split(":"))
    assert user > 0 and group > 0  # numbers, because Kubernetes cannot look a name up


def test_the_command_is_one_that_the_program_understands() -> None:
    program, *words = command(instructions("CMD")[0])
    assert (program, words[0]) == ("python", "app.py")
    app._parser().parse_args(words[1:])


def test_the_packages_that_can_be_added_are_copied() -> None:
    named = {path.stem.partition("-")[2] for path in ROOT.glob("requirements-*.txt")}
    in_image = {path for path in copied() if path.startswith("requirements-")}
    # left out: those of the tests and of training, and one that needs --no-deps
    left_out = {"dev", "train", "anthropic"}
    assert in_image == {f"requirements-{name}.txt" for name in named - left_out}


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[str]]]:
    """A server on loopback that answers every request with `status`; its port and the paths asked."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, paths
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def health(port: int) -> int:
    """The exit code of the image's health check for a program at `port`."""
    words = command(instructions("HEALTHCHECK")[0])
    assert words[0] == "python"
    run = [sys.executable, *words[1:]]
    variables = {"BYLINE_PORT": str(port), "http_proxy": "http://127.0.0.1:9"}
    return subprocess.run(run, env=variables, capture_output=True, timeout=60).returncode


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_asks_a_route_of_the_page(status: int, code: int) -> None:
    with answering(status) as (port, paths):
        assert health(port) == code
    assert paths == ["/healthz"] and paths[0] in OURS


def test_the_health_check_fails_when_nothing_listens() -> None:
    with answering(200) as (port, _):
        pass
    assert health(port) == 1
