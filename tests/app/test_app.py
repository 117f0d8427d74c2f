"""app.py as a program: it serves what it should, nothing else, and says in one line what is wrong."""

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen

import httpx
import pytest
from gradio_client import Client
from mcp import Client as McpClient
from mcp.types import CallToolResult

from app import SAMPLE, SAMPLE_QUESTIONS, _sync, main
from bot.build import build_engine
from bot.page.web.errors import NOTHING
from index.errors import ObjectsError
from index.settings import load_settings
from index.state.writer_lock import writer_lock
from index.sync.corpus import sync_corpus
from tests.browser.serving import ROOT, _address, served


class Listener:
    """A port that remembers who called, by the first line of what was said."""

    def __init__(self) -> None:
        self.calls: list[bytes] = []
        self.since = 0.0  # when the page was there
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            caller.settimeout(5)
            self.calls.append(b"")
            with suppress(OSError):
                self.calls[-1] = caller.recv(200).partition(b"\r\n")[0]
            caller.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def proxy() -> Iterator[Listener]:
    """Stands where every request to another machine would have to pass."""
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the program at `address` says."""
    return tmp_path_factory.mktemp("app") / "storage.log"


@pytest.fixture(scope="module")
def address(log: Path, proxy: Listener) -> Iterator[str]:
    names = ("http_proxy", "https_proxy", "all_proxy")
    environment = {name: proxy.address for name in (*names, *map(str.upper, names))}
    with served(SAMPLE, log.with_name("storage"), environment) as page:
        proxy.since = time.monotonic()
        yield page


def test_the_chat_is_the_one_public_name_and_gives_the_json_contract(address: str) -> None:
    client = Client(address, verbose=False, analytics_enabled=False)
    try:
        assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/chat"]
        reply = client.predict(SAMPLE_QUESTIONS[0], api_name="/chat")
        assert reply["refused"] is False and "United Nations" in reply["answer"]
        assert reply["citations"][0]["number"] == 1
        with pytest.raises(Exception, match="the question is empty"):
            client.predict(" ", api_name="/chat")
    finally:
        client.close()


@pytest.mark.parametrize("sent", [{"a": 1}, None, 123, ["x"]])
def test_a_question_that_is_no_text_is_refused_without_a_traceback(
    address: str, log: Path, sent: object
) -> None:
    call = httpx.post(f"{address}gradio_api/call/chat", json={"data": [sent]}).json()
    reply = httpx.get(f"{address}gradio_api/call/chat/{call['event_id']}").text
    assert "event: error" in reply and "expected the question as text" in reply
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example:7978"}, {"Origin": "http://evil.example"}, {"Origin": "null"}],
)
@pytest.mark.parametrize("path", ["", "config", "gradio_api/info"])
def test_what_another_site_sends_is_refused_in_a_line(
    address: str, headers: dict[str, str], path: str
) -> None:
    reply = httpx.get(f"{address}{path}", headers=headers)
    assert reply.status_code == 403 and "\n" not in reply.json()["error"]


def test_a_file_is_taken_for_the_one_who_adds_it_and_nowhere_else(address: str) -> None:
    for path in ("gradio_api/upload", "upload"):
        reply = httpx.post(f"{address}{path}", files={"files": ("a.txt", b"words")})
        assert (reply.status_code, reply.json()) == (404, {"error": NOTHING})
    story = b"The harbour bridge of Crail was opened by Ada Pell in May 2015.\n"
    question = {"question": "Who opened the harbour bridge of Crail?"}
    with httpx.Client(base_url=address) as ann, httpx.Client(base_url=address) as bob:
        assert ann.post("api/uploads", params={"name": "crail.txt"}, content=story).is_success
        assert [one["name"] for one in ann.get("api/uploads").json()["uploads"]] == ["crail.txt"]
        assert bob.get("api/uploads").json()["uploads"] == []
        assert "Ada Pell" in ann.post("api/ask", json=question).json()["answer"]
        assert bob.post("api/ask", json=question).json()["refused"]
        assert ann.delete("api/uploads/crail.txt").status_code == 204


def test_what_people_leave_behind_is_in_a_folder_of_nobody_else_from_the_start(
    tmp_path: Path,
) -> None:
    with served(ROOT / "corpus", tmp_path / "storage"):
        assert (tmp_path / "storage" / "people").stat().st_mode & 0o077 == 0


def test_files_of_the_machine_are_not_served(address: str) -> None:
    for path in ("/etc/passwd", str(Path(__file__).resolve()), "app.py"):
        assert httpx.get(f"{address}gradio_api/file={path}").status_code == 404


def test_the_page_names_no_other_machine_for_its_look(address: str) -> None:
    page = httpx.get(address).text + httpx.get(f"{address}theme.css").text
    assert "fonts.googleapis.com/css" not in page and "@import url" not in page


def test_every_example_question_is_answered_rightly_from_the_sample(tmp_path: Path) -> None:
    expected = ("United Nations", "against terrorism", "220,000", "Russia, Iraq, Iran and Syria")
    settings = load_settings(corpus=SAMPLE, storage=tmp_path / "storage")
    sync_corpus(settings)
    engine = build_engine(settings)
    try:
        for question, fact in zip(SAMPLE_QUESTIONS, expected, strict=True):
            answer = engine.answer(question)
            assert not answer.refused and fact in answer.citations[0].quote, question
    finally:
        engine.close()


def test_while_another_program_writes_the_index_is_shown_as_it_stands(tmp_path: Path) -> None:
    storage = tmp_path / "storage"
    sync_corpus(load_settings(corpus=SAMPLE, storage=storage))
    with writer_lock(storage), served(SAMPLE, storage) as page:
        assert httpx.get(page).status_code == 200
    assert "showing the index as it stands" in (tmp_path / "storage.log").read_text()


def test_while_object_storage_is_away_the_index_is_shown_as_it_stands_if_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_: object) -> None:
        raise ObjectsError("s3://archive/corpus: no answer")

    settings = load_settings(corpus=SAMPLE, storage=tmp_path / "full")
    sync_corpus(settings)
    monkeypatch.setattr("index.sync.corpus._copied", away)
    with pytest.raises(ObjectsError):
        _sync(load_settings(corpus=SAMPLE, storage=tmp_path / "empty"))
    assert _sync(settings) is None
    assert capsys.readouterr().err == (
        "app.py: s3://archive/corpus: no answer; showing the index as it stands\n"
    )


def test_a_missing_corpus_is_a_line_on_stderr_and_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = str(tmp_path / "storage")
    flags = ["--corpus", str(tmp_path / "none"), "--storage", storage, "--port", "0"]
    assert main(flags) == 2
    said = capsys.readouterr().err
    assert said.startswith("app.py: ") and said.count("\n") == 1 and "none" in said


def test_a_port_in_use_is_told_before_anything_is_indexed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--storage", str(tmp_path / "storage"), "--port", port]) == 2
    said = capsys.readouterr().err
    assert said == (
        f"app.py: 127.0.0.1:{port}: Address already in use; "
        "stop the program that uses it, or give another --port (BYLINE_PORT)\n"
    )
    assert not (tmp_path / "storage").exists()


def test_an_address_that_is_none_is_a_line_and_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYLINE_HOST", "no.such.host.invalid")
    assert main(["--port", "0"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("app.py: ") and "BYLINE_HOST" in said and said.count("\n") == 1


def test_at_an_open_address_one_line_says_that_there_is_no_login(tmp_path: Path) -> None:
    with served(SAMPLE, tmp_path / "storage", {"BYLINE_HOST": "0.0.0.0"}) as page:
        port = httpx.URL(page).port
        local = f"http://127.0.0.1:{port}/"
        assert httpx.get(local, headers={"Host": "mine.example"}).status_code == 200
        assert httpx.get(local, headers={"Origin": "http://evil.example"}).status_code == 403
    lines = (tmp_path / "storage.log").read_text().splitlines()
    assert [line for line in lines if "no login" in line] == [
        f"app.py: there is no login: anybody who reaches 0.0.0.0:{port} can read the articles; "
        "set BYLINE_AUTH"
    ]


def test_several_processes_without_a_database_are_a_line_and_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = ["--corpus", str(tmp_path), "--storage", str(tmp_path / "index"), "--workers", "3"]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("app.py: BYLINE_WORKERS=3: ") and said.count("\n") == 1
    assert "set BYLINE_DATABASE" in said and not list(tmp_path.iterdir())


def test_a_port_out_of_range_is_a_line_and_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "99999"]) == 2
    assert "99999" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "No such file"), ("ann:secret\n", "line 1"), ("", "expected at least one account")],
)
def test_accounts_that_cannot_be_read_are_a_line_and_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    told: str,
) -> None:
    file = tmp_path / "accounts"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("BYLINE_AUTH", str(file))
    assert main(["--storage", str(tmp_path / "storage"), "--port", "0"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("app.py: BYLINE_AUTH: ") and told in said and said.count("\n") == 1
    assert "secret" not in said
    assert not (tmp_path / "storage").exists()


def test_a_page_that_is_asked_to_end_says_that_it_stopped(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "app.py", "--port", "0", "--storage", str(tmp_path / "storage")]
    with log.open("w") as output, Popen(command, cwd=ROOT, stdout=output, stderr=output) as program:
        _address(program, log)
        program.terminate()  # as containers and service managers do
        assert program.wait(60) == 0
    assert log.read_text().endswith("Stopped.\n")


@contextmanager
def served_with_models(storage: Path) -> Iterator[str]:
    """The address of a page that was started with --mcp."""
    log = storage.with_suffix(".log")
    command = [sys.executable, "app.py", "--mcp", "--port", "0", "--storage", str(storage)]
    with log.open("w") as output, Popen(command, cwd=ROOT, stdout=output, stderr=output) as program:
        try:
            yield _address(program, log)
        finally:
            program.terminate()


def test_models_are_answered_at_mcp_with_the_guard_in_front(tmp_path: Path) -> None:
    async def asked(url: str) -> CallToolResult:
        async with McpClient(url) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == {
                "ask",
                "search_articles",
            }
            return await client.call_tool("ask", {"question": SAMPLE_QUESTIONS[0]})

    with served_with_models(tmp_path / "storage") as page:
        found = asyncio.run(asked(f"{page}mcp")).structured_content
        assert found["refused"] is False and "United Nations" in found["answer"]
        assert found["citations"][0]["quote"]
        for headers in ({"host": "evil.example"}, {"origin": "http://evil.example"}):
            assert httpx.post(f"{page}mcp", headers=headers).status_code == 403


def test_without_the_package_for_models_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name == "mcp" or name.startswith("mcp.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    storage = tmp_path / "storage"
    assert main(["--storage", str(storage), "--port", "0", "--mcp"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("app.py: the MCP server needs a package") and said.count("\n") == 1
    assert "requirements-mcp.txt" in said and not storage.exists()


def test_nothing_was_asked_of_another_machine(address: str, proxy: Listener) -> None:
    """The last test here: what a library reports home, it does some ten seconds after it is loaded."""
    assert httpx.get(address, trust_env=False).status_code == 200
    time.sleep(max(0.0, proxy.since + 15 - time.monotonic()))
    assert proxy.calls == []
