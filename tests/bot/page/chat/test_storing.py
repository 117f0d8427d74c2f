"""A page goes on with the conversation that it shows, whatever its process knows of the person."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from bot.page.chat.session import ChatState, ask
from bot.page.chat.storing import RUNNING, caught_up, store, turn_of
from bot.page.people.conversations import ConversationStore
from bot.page.people.database import PeopleDatabase
from tests.bot.page.doubles import SmallEngine

ANNA = "v-anna"


class Desk:
    """Two processes over one store: each knows the states that it has left, the page what it shows."""

    def __init__(self, engine: SmallEngine, conversations: ConversationStore) -> None:
        self.engine, self.conversations = engine, conversations
        self.page = ("", "")

    def current(self, state: ChatState) -> ChatState:
        """What a process that knows `state` goes on with."""
        return caught_up(self.conversations, self.engine, state, self.page, ANNA)

    def ask(self, question: str, state: ChatState, turn: int | None = None) -> ChatState:
        """The state after a question, asked in place of turn number `turn`."""
        state = self.current(state)
        state = state if turn is None else state.before(turn)
        *_, last = ask(self.engine, question, state)
        return self.show(store(self.conversations, last.state, ANNA))

    def begin(self, question: str, state: ChatState) -> ChatState:
        """The state while a question is being answered."""
        return self.show(next(iter(ask(self.engine, question, self.current(state)))).state)

    def show(self, state: ChatState) -> ChatState:
        self.page = (state.key, turn_of(state))
        return state


@pytest.fixture
def desk(engine: SmallEngine, tmp_path: Path) -> Iterator[Desk]:
    people = PeopleDatabase(tmp_path / "people")
    yield Desk(engine, ConversationStore(people))
    people.close()


def questions(state: ChatState) -> list[str]:
    return [turn.question for turn in state.conversation.turns]


def kept(desk: Desk, state: ChatState) -> list[str]:
    conversation = desk.conversations.load(ANNA, state.key)
    return [turn.question for turn in conversation.turns] if conversation else []


@pytest.mark.parametrize("turn", [0, 1])
def test_what_was_asked_again_in_another_process_is_known(desk: Desk, turn: int) -> None:
    first = desk.ask("Where now?", desk.ask("Where?", ChatState()))
    second = desk.ask("Where else?", first, turn)
    while len(questions(second)) < 2:
        second = desk.ask("Where now?", second)
    after = desk.ask("Who?", first)
    assert questions(after) == [*questions(second), "Who?"] == kept(desk, after)
    assert desk.engine.heard[-1] == ("Who?", second.conversation)


def test_a_chat_begun_in_another_process_is_no_part_of_an_earlier_one(desk: Desk) -> None:
    first = desk.ask("Where?", ChatState())
    desk.show(ChatState())
    after = desk.ask("Who?", first)
    assert questions(after) == kept(desk, after) == ["Who?"] and kept(desk, first) == ["Where?"]
    desk.show(ChatState())
    desk.begin("When?", ChatState())
    assert desk.current(first) == ChatState()


def test_a_chat_that_is_gone_is_not_taken_for_another_one(desk: Desk) -> None:
    first = desk.ask("Where?", ChatState())
    desk.show(ChatState())
    second = desk.ask("Who?", ChatState())
    desk.conversations.delete(ANNA, second.key)
    assert desk.current(first) == ChatState() and desk.current(second) == second


def test_an_answer_that_broke_off_is_forgotten_once_another_process_has_answered(
    desk: Desk,
) -> None:
    first = desk.begin("Who?", desk.ask("Where?", ChatState()))
    assert desk.current(first) == first
    second = desk.ask("Where now?", ChatState())
    assert questions(desk.current(first)) == ["Where?", "Where now?"]
    desk.begin("When?", second)
    assert questions(desk.current(first)) == ["Where?", "Where now?"]


def test_an_answer_is_running_before_the_page_shows_it(desk: Desk) -> None:
    for state in (ChatState(), desk.ask("Where?", ChatState())):
        desk.show(state)
        shown = desk.page
        running = desk.begin("Who?", state)
        assert desk.page[1] == f"{shown[1]}{RUNNING}"
        desk.page = shown
        assert desk.current(running) == running


def test_a_chat_that_is_not_stored_goes_on_where_it_is_known(desk: Desk) -> None:
    stored = desk.ask("Where?", ChatState())
    alone = desk.show(replace(stored, key="", kept=0))
    assert desk.current(alone) == alone and desk.current(stored) == ChatState()


def test_gradio_changes_nothing_of_what_the_page_shows(desk: Desk) -> None:
    stored = desk.ask("Where?", ChatState())
    for state in (ChatState(), stored, replace(stored, key=""), replace(stored, pending="Who?")):
        assert gr.Markdown().postprocess(turn_of(state)) == turn_of(state)


def test_an_event_that_does_not_say_what_the_page_shows_is_of_the_known_chat(desk: Desk) -> None:
    known = desk.ask("Where?", ChatState())
    assert caught_up(desk.conversations, desk.engine, known, (), ANNA) == known
    nothing = caught_up(desk.conversations, desk.engine, ChatState(), (None, None), ANNA)
    assert nothing == ChatState()
