"""app.py as a program: it serves what it should, nothing else, and says in one line what is wrong."""

import socket
import threading
from collections.abc import Iterator
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
    """A port that remembers whether anybody called."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
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
def address(tmp_path_factory: pytest.TempPathFactory, proxy: Listener) -> Iterator[str]:
    names = ("http_proxy", "https_proxy", "all_proxy")
    environment = {name: proxy.address for name in (*names, *map(str.upper, names))}
    with served(SAMPLE, tmp_path_factory.mktemp("app") / "storage", environment) as page:
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


def test_files_of_the_machine_are_not_served(address: str) -> None:
    for path in ("/etc/passwd", str(Path(__file__).resolve()), "app.py"):
        assert httpx.get(f"{address}gradio_api/file={path}").status_code in (403, 404)


def test_the_page_names_no_other_machine_for_its_look(address: str) -> None:
    page = httpx.get(address).text + httpx.get(f"{address}theme.css").text
    assert "fonts.googleapis.com/css" not in page and "@import url" not in page


def test_nothing_is_asked_of_another_machine(address: str, proxy: Listener) -> None:
    assert httpx.get(address, trust_env=False).status_code == 200
    assert proxy.calls == 0


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
    assert f"127.0.0.1:{port}" in said and "--port" in said and said.count("\n") == 1
    assert not (tmp_path / "storage").exists()


def test_a_port_out_of_range_is_a_line_and_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "99999"]) == 2
    assert "99999" in capsys.readouterr().err
