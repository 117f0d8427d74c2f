import time

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.answer import Answer
from bot.conversation import Conversation, from_messages, to_messages
from bot.resolution.resolver import Resolver
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


def after(resolver: Resolver, *said: tuple[str, str]) -> Conversation:
    """A conversation of these questions and answers, each resolved in the light of those before."""
    conversation = Conversation()
    for question, answer in said:
        standalone = resolver.resolve(question, conversation)
        told = Answer(question, standalone, answer, answer, not answer, None, 0.0)
        conversation = conversation.with_turn(told)
    return conversation


@given(HOSTILE)
def test_a_first_question_stays_as_it_is(resolver: Resolver, question: str) -> None:
    assert resolver.resolve(question, Conversation()) == question


@hypothesis_settings(max_examples=25)
@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=5))
def test_any_turns_resolve_and_the_same_ones_the_same(
    resolver: Resolver, said: list[tuple[str, str]]
) -> None:
    assert after(resolver, *said) == after(resolver, *said)


@pytest.mark.parametrize(
    ("before", "answer", "question", "standalone"),
    [
        ("Where did Obama speak?", "", "When did he speak?", "When did Obama speak?"),
        ("What did Putin say?", "", "Who are his allies?", "Who are Putin's allies?"),
        ("Where was the G20 summit?", "Antalya", "When was it?", "When was the G20 summit?"),
        ("Who is the mayor of Oban?", "Jean Muir", "Where was she born?", "Where was Jean Muir born?"),
        ("Where did Obama speak?", "", "And Putin?", "Where did Putin speak?"),
        ("Where did Obama speak?", "", "Why?", "Why did Obama speak?"),
        ("Where did Obama speak?", "", "No, I meant Cameron", "Where did Cameron speak?"),
    ],
)  # fmt: skip
def test_a_follow_up_takes_what_it_leaves_out_from_the_turn_before(
    resolver: Resolver, before: str, answer: str, question: str, standalone: str
) -> None:
    assert resolver.resolve(question, after(resolver, (before, answer))) == standalone


def test_a_pronoun_may_go_back_several_turns(resolver: Resolver) -> None:
    said = [
        ("Who is the foreign minister of Russia?", "Sergei Lavrov"),
        ("When did he speak?", "on Wednesday"),
        ("Where was that?", "in Vienna"),
    ]
    standalone = resolver.resolve("What did he say about preconditions?", after(resolver, *said))
    assert standalone == "What did Sergei Lavrov say about preconditions?"


@pytest.mark.parametrize(
    "question",
    [
        "Who won in Raqqa?",
        "How many people died in the crash of the Russian jet?",
        "Does Putin want Assad to keep his job?",
        "What did David Cameron say on Monday?",
        "Is it true that Russia bombed hospitals in Syria?",
        "When did Cameron say he would resign?",
        "Are you sure?",
        "Is there a link between processed meat and cancer?",
        "And if Assad goes, who will rule Syria?",
    ],
)
def test_a_change_of_topic_is_left_as_it_was_typed(resolver: Resolver, question: str) -> None:
    said = [("Where was the G20 summit?", "Antalya"), ("How long did it last?", "two days")]
    assert resolver.resolve(question, after(resolver, *said)) == question


def test_after_an_empty_question_everything_stands_as_typed(resolver: Resolver) -> None:
    nothing = Conversation().with_turn(Answer("", "?", "", "", True, None, 0.0))
    assert [resolver.resolve(q, nothing) for q in ("And Putin?", "Why?")] == ["And Putin?", "Why?"]


def test_an_empty_turn_is_no_error(resolver: Resolver) -> None:
    said = [("", "00.HE"), ("@", "A1"), ("3", "0"), ("", "")]
    assert after(resolver, *said) == after(resolver, *said)


def test_messages_and_back_resolve_the_same(resolver: Resolver) -> None:
    said = Answer("Who left?", "Who left?", "Reid", "Reid.\n\n“Reid left” [1]", False, None, 0.9)
    refused = Answer("Who won?", "Who won?", "", "No.\n\nNearest: Bacon by Muir.", True, None, 0.0)
    for turn in (said, refused):
        conversation = Conversation().with_turn(turn)
        again = from_messages(to_messages(conversation))
        for question in ("Why?", "When did he leave?"):
            assert resolver.resolve(question, again) == resolver.resolve(question, conversation)


def test_asking_why_over_and_over_does_not_pile_up(resolver: Resolver) -> None:
    where = ("Where did Obama speak?", "in New York")
    once = resolver.resolve("Why?", after(resolver, where))
    assert resolver.resolve("Why?", after(resolver, where, *[("Why?", "")] * 30)) == once


def test_a_topic_handed_on_over_and_over_stays_short(resolver: Resolver) -> None:
    turns = [(f"What did the people of town {n} make of it then?", "") for n in range(25)]
    said = after(resolver, ("Where did Obama speak?", ""), *turns)
    assert len(resolver.resolve(turns[0][0], said)) < 300


def test_a_very_long_conversation_of_very_long_turns_takes_no_longer(resolver: Resolver) -> None:
    long = "What did the people of Oban make of the pier? " * 1_000  # 46,000 characters
    turn = Answer(long, long, long, long, False, None, 0.0)
    conversation = Conversation()
    for _ in range(500):
        conversation = conversation.with_turn(turn)
    began = time.process_time()
    standalone = resolver.resolve("And when was it built?", conversation)
    assert time.process_time() - began < 2  # some 30 ms; unbounded it would be minutes
    assert len(standalone) < 2_000


@pytest.mark.parametrize(
    "turn", ["no, " * 12_000, "and " * 12_000, "what about " * 5_000, "how many " * 5_000]
)
def test_patterns_take_no_longer_for_hostile_turns(resolver: Resolver, turn: str) -> None:
    said = Conversation().with_turn(Answer(turn, turn, turn, turn, False, None, 0.0))
    began = time.process_time()
    resolver.resolve(turn, said)
    resolver.resolve("Why?", said)
    resolver.resolve("No, I meant the other one", said)
    assert time.process_time() - began < 5


def test_nothing_of_one_conversation_reaches_another(resolver: Resolver) -> None:
    mine = after(resolver, ("Who is the mayor of Oban?", "Jean Muir"))
    theirs = after(resolver, ("Who is the mayor of Leith?", "Angus Reid"))
    before = resolver.resolve("Where was she born?", mine)
    resolver.resolve("Where was he born?", theirs)
    assert resolver.resolve("Where was she born?", mine) == before == "Where was Jean Muir born?"
