"""Who stops listening to an answer that is being written leaves no thread and no connection behind."""

import gc
from collections.abc import Callable, Generator, Iterator

import pytest

from bot.build import build_engine
from bot.engine import Engine
from bot.page.chat.session import ChatState, ask
from index.settings import Settings
from tests.bot.llm.llm_server import STALL, Say, assert_nothing_is_left, serve

QUESTION = "Where did Obama say Assad must go?"
WRITTEN = "Obama said it in his speech to the United Nations General Assembly. He "


def from_the_engine(engine: Engine) -> Iterator[object]:
    return engine.stream(QUESTION)


def from_the_page(engine: Engine) -> Iterator[object]:
    frames = ask(engine, QUESTION, ChatState())
    next(frames)  # the question alone
    return frames


def close(listener: Iterator[object]) -> None:
    assert isinstance(listener, Generator)
    listener.close()


def drop(listener: Iterator[object]) -> None:
    """The caller has the only other reference, and gives it up."""


@pytest.mark.parametrize(
    ("kind", "listen", "leave"),
    [
        ("ollama", from_the_page, drop),
        ("anthropic", from_the_page, drop),
        ("openai-like", from_the_page, drop),
        ("openai-like", from_the_page, close),
        ("openai-like", from_the_engine, drop),
        ("openai-like", from_the_engine, close),
    ],
)
def test_who_leaves_in_the_middle_leaves_nothing_behind(
    sample_settings: Settings,
    loaded_models: None,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    listen: Callable[[Engine], Iterator[object]],
    leave: Callable[[Iterator[object]], None],
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve((Say(WRITTEN), STALL)) as server:
        llm = f"{kind}:m@{server.url}{'/v1' if kind == 'openai-like' else ''}"
        if kind == "anthropic":
            pytest.importorskip("anthropic", reason="see requirements-anthropic.txt")
            monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
            monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
            llm = "anthropic:claude-sonnet-4-5"
        update = {"llm": llm, "llm_timeout_s": 20.0}
        engine = build_engine(sample_settings.model_copy(update=update))
        gc.disable()  # nothing may depend on it
        try:
            listener = listen(engine)
            next(listener)
            assert server.connections == 1
            leave(listener)
            del listener
            assert_nothing_is_left(server)
        finally:
            gc.enable()
            engine.close()
