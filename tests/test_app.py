"""app.py as a program: it serves what it should, nothing else, and says in one line what is wrong."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from gradio_client import Client

from app import SAMPLE, SAMPLE_QUESTIONS, main
from bot.build import build_engine, sync_corpus
from index.lock import writer_lock
from index.settings import load_settings
from tests.browser.serving import served


class Listener:
    """A port that remembers who called, by the first line of what was said."""

    def __init__(self) -> None:
        self.calls: list[bytes] = []
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
    assert reply.status_code == 403 and reply.text.count("\n") == 1


def test_no_file_is_taken(address: str) -> None:
    for path in ("gradio_api/upload", "upload"):
        reply = httpx.post(f"{address}{path}", files={"files": ("a.txt", b"words")})
        assert (reply.status_code, reply.text) == (403, "This page takes no files.\n")


def test_files_of_the_machine_are_not_served(address: str) -> None:
    for path in ("/etc/passwd", str(Path(__file__).resolve()), "app.py"):
        assert httpx.get(f"{address}gradio_api/file={path}").status_code in (403, 404)


def test_the_page_names_no_other_machine_for_its_look(address: str) -> None:
    page = httpx.get(address).text + httpx.get(f"{address}theme.css").text
    assert "fonts.googleapis.com/css" not in page and "@import url" not in page


def test_nothing_is_asked_of_another_machine(address: str, proxy: Listener) -> None:
    assert httpx.get(address, trust_env=False).status_code == 200
    time.sleep(15)  # libraries that report home do so some ten seconds after they are loaded
    assert proxy.calls == []


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


@pytest.mark.parametrize("host", ["", "  ", "no.such.host.invalid", "..", "192.0.2.1"])
def test_an_address_that_is_none_is_a_line_and_2(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYLINE_HOST", host)
    assert main(["--port", "0"]) == 2
    said = capsys.readouterr().err
    assert "BYLINE_HOST" in said and "attempting" not in said and said.count("\n") == 1
    assert ("expected an address" in said) == (not host.strip())


def test_at_an_open_address_one_line_says_that_there_is_no_login(tmp_path: Path) -> None:
    with served(SAMPLE, tmp_path / "storage", {"BYLINE_HOST": "0.0.0.0"}) as page:
        port = httpx.URL(page).port
        local = f"http://127.0.0.1:{port}/"
        assert httpx.get(local, headers={"Host": "mine.example"}).status_code == 200
        assert httpx.get(local, headers={"Origin": "http://evil.example"}).status_code == 403
    lines = (tmp_path / "storage.log").read_text().splitlines()
    assert [line for line in lines if "no login" in line] == [
        f"app.py: there is no login: anybody who reaches 0.0.0.0:{port} can read the articles"
    ]


def test_a_port_out_of_range_is_a_line_and_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "99999"]) == 2
    assert "99999" in capsys.readouterr().err
