"""The state of a chat: answers are added, failures leave it unchanged, and it can be cut and reopened."""

import html
import logging
from dataclasses import replace

import pytest

from bot.conversation import Conversation
from bot.page.chat.session import APOLOGY, STOPPED, ChatState, Frame, ask, reopened
from bot.retrieval.sources import Scope
from index.text.article import Article
from tests.bot.page.doubles import QUOTE, SmallEngine

NEW = ChatState()


def last(engine: SmallEngine, question: str, state: ChatState = NEW) -> Frame:
    return list(ask(engine, question, state))[-1]


def test_an_answer_ends_in_the_talk(engine: SmallEngine) -> None:
    frames = list(ask(engine, "Where?", ChatState()))
    first, end = frames[0], frames[-1]
    assert [m["role"] for m in first.messages] == ["user"] and first.answer is None
    assert [m["role"] for m in end.messages] == ["user", "assistant"]
    assert end.messages == end.state.messages and end.draft == ""
    assert end.answer is not None and end.answer.candidates == ()
    assert [turn.question for turn in end.state.conversation.turns] == ["Where?"]


def test_the_next_question_is_asked_in_the_conversation_and_its_scope(engine: SmallEngine) -> None:
    state = last(engine, "Where?").state
    after = list(ask(engine, "Who?", state, Scope(owner="v-1")))[-1].state
    assert engine.heard[-1] == ("Who?", state.conversation) and engine.scopes[-1].owner == "v-1"
    assert len(after.messages) == 4 and len(state.messages) == 2


def test_two_talks_share_nothing(engine: SmallEngine) -> None:
    last(engine, "Where?")
    last(engine, "Who?")
    assert [conversation for _, conversation in engine.heard] == [Conversation(), Conversation()]


@pytest.mark.parametrize(("question", "line"), [("", "is empty"), ("  \n", "is empty")])
def test_a_known_error_is_a_line_in_the_chat_and_loses_nothing(
    engine: SmallEngine, question: str, line: str
) -> None:
    state = last(engine, "Where?").state
    end = last(engine, question, state)
    assert line in end.messages[-1]["content"]
    assert (end.draft, end.state, len(end.messages)) == (question, state, 3)


def test_a_fault_is_logged_and_told_as_an_apology(
    engine: SmallEngine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        end = last(engine, "break")
    assert APOLOGY in html.unescape(end.messages[-1]["content"])
    assert "a fault inside" not in end.messages[-1]["content"]
    assert "a fault inside" in caplog.text
    assert (end.draft, end.state) == ("break", ChatState())


def test_a_stopped_answer_leaves_what_was_shown_and_says_so(engine: SmallEngine) -> None:
    state = last(engine, "Where?").state
    pending = next(iter(ask(engine, "Who?", state))).state
    shown = pending.stopped()
    assert [m["role"] for m in shown] == ["user", "assistant", "user", "assistant"]
    assert html.unescape(shown[-1]["content"]).count(STOPPED) == 1 and pending.pending == "Who?"
    assert state.stopped() == state.messages


def test_an_answer_that_broke_off_is_no_longer_running_in_the_next_one(engine: SmallEngine) -> None:
    broken = next(iter(ask(engine, "Who?", ChatState()))).state
    for question in ("Where?", "", "break"):
        assert last(engine, question, broken).state == last(engine, question).state


def test_a_turn_taken_back_is_followed_by_another(engine: SmallEngine) -> None:
    state = last(engine, "Who?", last(engine, "Where?").state).state
    state = replace(state, key="kept", kept=2)
    before = state.before(1)
    assert (len(before.messages), before.key, before.rewritten) == (2, "kept", True)
    assert [turn.question for turn in before.conversation.turns] == ["Where?"]
    assert state.before(2) == state and not state.rewritten
    after = last(engine, "Where else?", before).state
    assert [turn.question for turn in after.conversation.turns] == ["Where?", "Where else?"]
    assert after.rewritten and after.key == "kept"


def test_a_kept_conversation_is_shown_as_it_was(engine: SmallEngine) -> None:
    state = last(engine, "Where then?", last(engine, "Where?").state).state
    again = reopened(engine, "kept", state.conversation, "")
    assert again == replace(state, key="kept", kept=2)


def test_a_kept_refusal_does_not_tell_how_many_articles_there_are_now(engine: SmallEngine) -> None:
    state = last(engine, "Who?").state
    again = reopened(engine, "kept", state.conversation, "")
    assert "(in 2 articles)" in state.messages[1]["content"]
    assert "(in 2 articles)" not in again.messages[1]["content"]


def test_a_kept_conversation_whose_article_is_gone_keeps_its_words_without_links(
    engine: SmallEngine,
) -> None:
    state = last(engine, "Where?").state
    engine.by_path.clear()
    shown = reopened(engine, "kept", state.conversation, "").messages[1]["content"]
    assert "#cite-" not in shown and QUOTE.split()[0][1:] in html.unescape(shown)


def test_an_article_is_looked_up_once_however_often_its_answer_grows(
    engine: SmallEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = engine.answer("Where?")
    looked: list[str] = []

    def article(path: str, owner: str = "", sha256: str = "") -> Article | None:
        looked.append(path)
        return engine.by_path.get(path)

    monkeypatch.setattr(engine, "article", article)
    monkeypatch.setattr(
        engine,
        "stream",
        lambda *_: (replace(whole, growing=word) for word in ("At", "At the", "At the United", "")),
    )
    assert len(list(ask(engine, "Where?", NEW))) == 5
    assert looked == [citation.file for citation in whole.citations]
