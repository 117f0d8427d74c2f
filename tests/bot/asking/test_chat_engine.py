import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from llama_index.core.base.llms.types import ChatMessage, MessageRole

from bot.asking.chat_engine import BylineChatEngine
from bot.build import build_engine
from bot.engine import Engine
from index.errors import QuestionError
from index.settings import load_settings
from index.sync.corpus import sync_corpus

WHERE = "Where did Obama say Assad must go?"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    storage: Path = tmp_path_factory.mktemp("chat-engine")
    settings = load_settings(storage=storage)
    sync_corpus(settings)
    engine = build_engine(settings)
    yield engine
    engine.close()


def test_an_answer_carries_its_cited_passages_and_the_json_answer(engine: Engine) -> None:
    response = BylineChatEngine(engine).chat(WHERE)
    assert "General Assembly" in response.response
    assert response.metadata is not None
    cited = {citation["file"] for citation in response.metadata["citations"]}
    assert {node.metadata["file"] for node in response.source_nodes} == cited
    quote = response.metadata["citations"][0]["quote"]
    assert any(quote in node.node.get_content() for node in response.source_nodes)


def test_streamed_answers_equal_plain_ones(engine: Engine) -> None:
    plain = BylineChatEngine(engine).chat(WHERE)
    streamed = BylineChatEngine(engine).stream_chat(WHERE)
    assert "".join(streamed.response_gen) == plain.response
    assert [n.node_id for n in streamed.source_nodes] == [n.node_id for n in plain.source_nodes]


def test_asynchronous_answers_equal_plain_ones(engine: Engine) -> None:
    async def both() -> tuple[str, str]:
        answered = await BylineChatEngine(engine).achat(WHERE)
        streamed = await BylineChatEngine(engine).astream_chat(WHERE)
        return answered.response, "".join([part async for part in streamed.async_response_gen()])

    assert asyncio.run(both()) == (BylineChatEngine(engine).chat(WHERE).response,) * 2


def test_a_follow_up_is_read_in_its_conversation_and_reset_forgets_it(engine: Engine) -> None:
    chat = BylineChatEngine(engine)
    chat.chat(WHERE)
    followed = chat.chat("When did he say it?")
    assert followed.metadata is not None
    assert "Obama" in followed.metadata["standalone_question"]
    assert [m.role for m in chat.chat_history] == [MessageRole.USER, MessageRole.ASSISTANT] * 2
    chat.reset()
    assert chat.chat_history == []
    alone = chat.chat("When did he say it?")
    assert alone.metadata is not None
    assert alone.metadata["standalone_question"] == "When did he say it?"


def test_a_given_history_replaces_the_conversation(engine: Engine) -> None:
    chat = BylineChatEngine(engine)
    chat.chat("Who left during Putin's speech?")
    history = [
        ChatMessage(role=MessageRole.SYSTEM, content="be brief"),
        ChatMessage(role=MessageRole.USER, content=WHERE),
        ChatMessage(role=MessageRole.ASSISTANT, content="At the UN."),
    ]
    answer = chat.chat("When did he say it?", chat_history=history)
    assert answer.metadata is not None
    assert "Obama" in answer.metadata["standalone_question"]
    assert len(chat.chat_history) == 4


def test_an_empty_message_is_refused_and_leaves_the_history_as_it_was(engine: Engine) -> None:
    chat = BylineChatEngine(engine)
    with pytest.raises(QuestionError, match="empty"):
        chat.chat("  ")
    assert chat.chat_history == []
