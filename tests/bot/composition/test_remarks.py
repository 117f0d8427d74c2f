"""Replies to remarks, asked in a conversation over a small newsroom."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import open_engine
from bot.answer import Answer
from bot.conversation import Conversation
from bot.engine import Engine
from tests.bot.checks import check_citations

FERRY = """---
title: The ferry sinks off Oban
date: 2015-03-07
publisher: Evening Post
author: Ada Pell
---

It had rained all night. The ferry Marlin sank off Oban on Friday with 40 cars on board. Nobody was hurt. The
captain said that a door had been left open. Divers will look at the wreck.
"""
PLAIN = (
    "Bridge opens\n\nThe bridge in Leith was opened by the mayor of Wick on a rainy afternoon.\n"
)
SANK = "How many cars were on board the ferry Marlin?"
OPENED = "Who opened the bridge in Leith?"


@pytest.fixture
def engine(make_corpus: Callable[..., Path], tmp_path: Path) -> Iterator[Engine]:
    corpus = make_corpus({"ferry.md": FERRY, "bridge.txt": PLAIN})
    with open_engine(corpus, storage=tmp_path / "index") as engine:
        yield engine


def asked(engine: Engine, *questions: str) -> Answer:
    """The answer to the last one, in the conversation of those before."""
    conversation = Conversation()
    for question in questions:
        answer = engine.answer(question, conversation)
        conversation = conversation.with_turn(answer)
    return answer


@pytest.mark.parametrize(
    ("remark", "answer"),
    [
        ("When was that published?", "March 7, 2015"),
        ("Who wrote it?", "Ada Pell"),
        ("Which paper is that from?", "Evening Post: “The ferry sinks off Oban”"),
    ],
)
def test_what_an_article_says_of_itself_is_told_with_the_citation_again(
    engine: Engine, remark: str, answer: str
) -> None:
    found = asked(engine, SANK, remark)
    assert found.answer == answer and answer in found.text and not found.refused
    assert [one.file for one in found.citations] == ["ferry.md"]
    check_citations(found, engine.library.corpus)


def test_more_of_the_text_is_shown_each_time(engine: Engine) -> None:
    first = asked(engine, SANK)
    more = asked(engine, SANK, "Show me more")
    most = asked(engine, SANK, "Show me more", "Show me more")
    assert first.citations[0].quote in more.citations[0].quote
    assert "Nobody was hurt." in more.text and "Divers will look" not in more.text
    assert "Divers will look" in most.text
    check_citations(most, engine.library.corpus)


def test_how_sure_an_answer_is_and_who_agrees(engine: Engine) -> None:
    first, sure = asked(engine, SANK), asked(engine, SANK, "Are you sure?")
    assert sure.confidence == first.confidence and f"{round(first.confidence * 100)} %" in sure.text
    assert "No other article found says the same." in sure.text
    assert sure.citations[0].quote == first.citations[0].quote


@pytest.mark.parametrize("remark", ["When was that published?", "Who wrote it?"])
def test_what_the_article_does_not_say_is_said_plainly(engine: Engine, remark: str) -> None:
    found = asked(engine, OPENED, remark)
    assert found.refused and "the article does not say" in found.text
    assert found.nearest == (("bridge.txt", "Bridge opens"),)


def test_after_a_refusal_there_is_nothing_to_tell(engine: Engine) -> None:
    found = asked(engine, "Who invented the telephone?", "When was that published?")
    assert found.refused and "the question before was not answered" in found.text


def test_a_file_that_changed_since_is_not_quoted_again(engine: Engine) -> None:
    conversation = Conversation().with_turn(engine.answer(SANK))
    (engine.library.corpus / "ferry.md").write_text("Another story.", encoding="utf-8")
    found = engine.answer("Show me more", conversation)
    assert found.refused and "has changed or is gone" in found.text and not found.citations


@pytest.mark.parametrize("courtesy", ["thanks", "Hello", "What can you do?"])
def test_a_courtesy_is_returned_without_a_search(engine: Engine, courtesy: str) -> None:
    found = asked(engine, courtesy)
    assert not found.refused and found.text and not found.citations and not found.candidates


def test_a_conversation_goes_on_after_a_courtesy(engine: Engine) -> None:
    assert asked(engine, SANK, "thanks", SANK).answer == asked(engine, SANK).answer
    assert asked(engine, SANK, "thanks", "When was that published?").answer == "March 7, 2015"
