"""Byline with real language models behind a real server.

A base model of 270 million parameters rambles; one of 135 million that was taught to follow instructions
answers, and is often wrong. What they write is not known beforehand, so the tests say what must hold
whatever it is.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.build import build_engine
from bot.engine import Engine
from index.settings import Settings
from tests.app.llm.llama_server import BASE, INSTRUCT, LlamaServer, is_installed

pytestmark = pytest.mark.skipif(not is_installed(), reason="`make llm-test` installs the server")

QUESTIONS = (
    "Where did Obama say Assad must go?",
    "Who walked out of Putin's speech?",
    "When did the Russian plane go down?",
    "How many people were killed in Paris?",
)
UNANSWERABLE = "Who won the men's final at Wimbledon?"
TIMEOUT_S = 120.0
Open = Callable[..., Engine]


@pytest.fixture(scope="module", params=[BASE, INSTRUCT])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LlamaServer]:
    server = LlamaServer(tmp_path_factory.mktemp("llama") / "server.log", model=request.param)
    yield server
    server.kill()


@pytest.fixture
def open_engine(sample_settings: Settings) -> Iterator[Open]:
    opened: list[Engine] = []

    def make(server: LlamaServer, **more: object) -> Engine:
        llm = f"openai-like:{server.model}@{server.url}"
        update = {"llm": llm, "llm_timeout_s": TIMEOUT_S, **more}
        opened.append(build_engine(sample_settings.model_copy(update=update)))
        return opened[-1]

    yield make
    for engine in opened:
        engine.close()


def assert_exact(engine: Engine, answer: Answer) -> None:
    """Every quote stands in its file, and every sentence that is believed has one."""
    for citation in answer.citations:
        article = engine.sources.article(citation.file)
        assert article and article.text[citation.start : citation.end] == citation.quote
    numbers = {citation.number for citation in answer.citations}
    for statement in answer.statements:
        if statement.verdict == "supported":
            assert statement.numbers and set(statement.numbers) <= numbers, statement
        else:
            assert statement.reason, statement


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_sentence_is_checked_and_each_quote_is_exact(
    server: LlamaServer, open_engine: Open, question: str
) -> None:
    engine = open_engine(server)
    answer = engine.answer(question)
    assert answer.citations or answer.refused  # the model may say that it finds no answer
    assert_exact(engine, answer)


def test_the_answer_arrives_in_pieces(server: LlamaServer, open_engine: Open) -> None:
    updates = list(open_engine(server).stream(QUESTIONS[0]))
    assert len(updates) > 2


def test_what_the_articles_do_not_hold_is_refused_without_asking_the_model(
    tmp_path: Path, open_engine: Open
) -> None:
    server = LlamaServer(tmp_path / "server.log")
    engine = open_engine(server)
    server.kill()  # it would be noticed if it were asked
    answer = engine.answer(UNANSWERABLE)
    assert answer.refused and not answer.statements and answer.notice == ""


def test_who_stops_in_the_middle_leaves_no_thread_behind(
    server: LlamaServer, open_engine: Open
) -> None:
    engine = open_engine(server)
    engine.answer(UNANSWERABLE)
    before = threading.active_count()
    listener = engine.stream(QUESTIONS[0])
    next(listener)
    listener.close()
    end = time.monotonic() + 60
    while threading.active_count() > before and time.monotonic() < end:
        time.sleep(0.1)
    assert threading.active_count() <= before
    assert_exact(engine, engine.answer(QUESTIONS[1]))  # and the next one is answered


def test_a_server_that_dies_in_the_middle_leaves_the_articles_own_words(
    tmp_path: Path, open_engine: Open
) -> None:
    server = LlamaServer(tmp_path / "server.log")
    engine = open_engine(server)
    killer = threading.Timer(1.0, server.kill)
    killer.start()
    answer = engine.answer(QUESTIONS[0])
    killer.join()
    assert_exact(engine, answer)
    assert answer.notice and answer.citations and not answer.refused


def test_a_prompt_longer_than_the_window_leaves_the_articles_own_words(
    tmp_path: Path, open_engine: Open
) -> None:
    server = LlamaServer(tmp_path / "server.log", context=512)
    try:
        engine = open_engine(server)
        answer = engine.answer(QUESTIONS[0])
    finally:
        server.kill()
    assert_exact(engine, answer)
    assert answer.notice and answer.citations and not answer.refused
