import dataclasses

import pytest

from bot.answer import Answer
from bot.conversation import Conversation


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
