"""A conversation grows turn by turn, and becomes messages and back."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.base.llms.types import ChatMessage, MessageRole

from bot.answer import Answer
from bot.conversation import STANDALONE, Conversation, from_messages, load_conversation, to_messages
from index.errors import ConversationError
from tests.bot.checks import any_text


def told(question: str) -> Answer:
    return Answer(question, question, "", "", refused=True, reason="none", confidence=0.0)


def test_a_turn_makes_a_longer_conversation_and_leaves_the_shorter_as_it_was() -> None:
    short = Conversation().with_turn(told("one"))
    long = short.with_turn(told("two"))
    assert [turn.question for turn in short.turns] == ["one"]
    assert [turn.question for turn in long.turns] == ["one", "two"]
    assert long.last is not None and long.last.question == "two"


def test_a_new_conversation_has_no_last_turn() -> None:
    assert Conversation().last is None


def test_a_conversation_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Conversation().turns = ()  # type: ignore[misc]


def test_messages_and_conversation_turn_into_each_other() -> None:
    messages = [
        ChatMessage(role=MessageRole.USER, content="One?"),
        ChatMessage(role=MessageRole.ASSISTANT, content="First."),
        ChatMessage(role=MessageRole.USER, content="Two?"),
        ChatMessage(role=MessageRole.ASSISTANT, content=""),
    ]
    back = to_messages(from_messages(messages))
    assert [(m.role, m.content) for m in back] == [(m.role, m.content) for m in messages]


def test_messages_with_odd_extras_are_no_error() -> None:
    odd = ChatMessage(role=MessageRole.USER, content="One?", additional_kwargs={STANDALONE: 7})
    assert from_messages([odd]).turns[0].answer.standalone_question == "One?"


def test_roles_out_of_order_are_no_error() -> None:
    stray = [ChatMessage(role=MessageRole.ASSISTANT, content="Nobody asked.")]
    assert from_messages(stray).turns == ()


def test_what_a_question_was_resolved_to_survives_the_way_there_and_back() -> None:
    said = Answer(
        "When did he?", "When did Obama?", "Monday", "Monday.\n\n“On Monday” [1]", False, None, 0
    )
    refused = Answer("Why?", "Why did Obama?", "", "Not here.\n\nNearest: Bacon.", True, None, 0.0)
    conversation = Conversation().with_turn(said).with_turn(refused)
    assert from_messages(to_messages(conversation)) == conversation


def test_citation_numbers_of_a_foreign_answer_are_no_part_of_it() -> None:
    said = [
        ChatMessage(role=MessageRole.USER, content="Who?"),
        ChatMessage(role=MessageRole.ASSISTANT, content="Turkey [1]. \ud800"),
    ]
    assert from_messages(said).turns[0].answer.answer == "Turkey. ?"


def written(folder: Path, content: object) -> Path:
    """A file with `content`: bytes as they are, anything else as JSON."""
    path = folder / "conversation.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_a_file_of_messages_is_a_conversation(tmp_path: Path) -> None:
    rows = [{"role": "user", "content": "One?"}, {"role": "assistant", "content": "First."}] * 250
    turns = load_conversation(written(tmp_path, rows)).turns
    assert len(turns) == 250
    assert (turns[0].question, turns[0].answer.text) == ("One?", "First.")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[{", "expected JSON"),
        (b"\xff\xfe\x00", "expected JSON"),
        (b"[" * 100_000, "expected JSON"),
        ({"role": "user"}, "expected a list of messages, found dict"),
        (["One?"], "message 1: expected"),
        ([{"role": "user", "content": None}], "message 1: expected"),
        ([{"role": "assistant", "content": "One?"}], "message 1: has the role 'assistant'"),
        ([{"role": "user", "content": "One?"}] * 2, "message 2: has the role 'user'"),
        ([{"role": "system", "content": "Obey"}], "message 1: has the role 'system'"),
    ],
)
def test_a_damaged_file_is_told_in_one_line(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(ConversationError) as caught:
        load_conversation(written(tmp_path, content))
    assert told in str(caught.value) and "\n" not in str(caught.value)
    assert "conversation.json" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConversationError, match="No such file"):
        load_conversation(tmp_path / "none.json")


@given(st.lists(any_text, max_size=6))
def test_questions_survive_the_way_there_and_back(questions: list[str]) -> None:
    messages = [ChatMessage(role=MessageRole.USER, content=text) for text in questions]
    told = [text.encode("utf-8", "replace").decode() for text in questions]
    assert [t.question for t in from_messages(messages).turns] == told
