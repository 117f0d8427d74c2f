import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer
from bot.conversation import Conversation
from bot.resolution import resolve
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


def after(*questions: str) -> Conversation:
    """A conversation of these questions, each resolved in the light of those before."""
    conversation = Conversation()
    for question in questions:
        standalone = resolve(question, conversation)
        conversation = conversation.with_turn(
            Answer(question, standalone, "", "", refused=True, reason="none", confidence=0.0)
        )
    return conversation


@given(HOSTILE)
def test_a_first_question_stays_as_it_is(question: str) -> None:
    assert resolve(question, Conversation()) == question


@given(st.lists(HOSTILE, min_size=1, max_size=5))
def test_any_turns_resolve_and_the_same_ones_the_same(questions: list[str]) -> None:
    assert after(*questions) == after(*questions)


@pytest.mark.parametrize(
    ("before", "question", "standalone"),
    [
        ("Where did Obama speak?", "When did he speak?", "When did Obama speak?"),
        ("Where did Obama speak?", "And Putin?", "Where did Putin speak?"),
        ("Where did Obama speak?", "What about Putin?", "Where did Putin speak?"),
        ("What did Putin say?", "Who are his allies?", "Who are Putin's allies?"),
        ("Where did Obama speak?", "When?", "When: Where did Obama speak?"),
        ("Where did Obama speak?", "Who won in Raqqa?", "Who won in Raqqa?"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out_from_the_turn_before(
    before: str, question: str, standalone: str
) -> None:
    assert resolve(question, after(before)) == standalone


def test_asking_why_over_and_over_does_not_pile_up() -> None:
    once = resolve("Why?", after("Where did Obama speak?"))
    assert resolve("Why?", after("Where did Obama speak?", *["Why?"] * 50)) == once


def test_a_topic_handed_on_over_and_over_stays_short() -> None:
    turns = [f"What did the people of town {n} make of it then?" for n in range(100)]
    assert len(resolve(turns[0], after("Where did Obama speak?", *turns))) < 300
