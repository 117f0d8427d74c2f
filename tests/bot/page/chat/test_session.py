"""A session's talk: answers are added, failures leave it as it was, and it can be taken back and up again."""

import html
import logging
from dataclasses import replace

import pytest

from bot.conversation import Conversation
from bot.page.chat.session import APOLOGY, STOPPED, Frame, Talk, ask, reopened
from bot.retrieval.scope import Scope
from tests.bot.page.doubles import QUOTE, SmallEngine

NEW = Talk()


def last(engine: SmallEngine, question: str, talk: Talk = NEW) -> Frame:
    return list(ask(engine, question, talk))[-1]


def test_an_answer_ends_in_the_talk(engine: SmallEngine) -> None:
    frames = list(ask(engine, "Where?", Talk()))
    first, end = frames[0], frames[-1]
    assert [m["role"] for m in first.messages] == ["user"] and first.answer is None
    assert [m["role"] for m in end.messages] == ["user", "assistant"]
    assert end.messages == end.talk.messages and end.draft == ""
    assert end.answer is not None and end.answer.candidates == ()
    assert [turn.question for turn in end.talk.conversation.turns] == ["Where?"]


def test_the_next_question_is_asked_in_the_conversation_and_its_scope(engine: SmallEngine) -> None:
    talk = last(engine, "Where?").talk
    after = list(ask(engine, "Who?", talk, Scope(owner="v-1")))[-1].talk
    assert engine.heard[-1] == ("Who?", talk.conversation) and engine.scopes[-1].owner == "v-1"
    assert len(after.messages) == 4 and len(talk.messages) == 2


def test_two_talks_share_nothing(engine: SmallEngine) -> None:
    last(engine, "Where?")
    last(engine, "Who?")
    assert [conversation for _, conversation in engine.heard] == [Conversation(), Conversation()]


@pytest.mark.parametrize(("question", "line"), [("", "is empty"), ("  \n", "is empty")])
def test_a_known_error_is_a_line_in_the_chat_and_loses_nothing(
    engine: SmallEngine, question: str, line: str
) -> None:
    talk = last(engine, "Where?").talk
    end = last(engine, question, talk)
    assert line in end.messages[-1]["content"]
    assert (end.draft, end.talk, len(end.messages)) == (question, talk, 3)


def test_a_fault_is_logged_and_told_as_an_apology(
    engine: SmallEngine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        end = last(engine, "break")
    assert APOLOGY in html.unescape(end.messages[-1]["content"])
    assert "a fault inside" not in end.messages[-1]["content"]
    assert "a fault inside" in caplog.text
    assert (end.draft, end.talk) == ("break", Talk())


def test_a_stopped_answer_leaves_what_was_shown_and_says_so(engine: SmallEngine) -> None:
    talk = last(engine, "Where?").talk
    pending = next(iter(ask(engine, "Who?", talk))).talk
    shown = pending.stopped()
    assert [m["role"] for m in shown] == ["user", "assistant", "user", "assistant"]
    assert html.unescape(shown[-1]["content"]).count(STOPPED) == 1 and pending.pending == "Who?"
    assert talk.stopped() == talk.messages


def test_a_turn_taken_back_is_followed_by_another(engine: SmallEngine) -> None:
    talk = last(engine, "Who?", last(engine, "Where?").talk).talk
    talk = replace(talk, key="kept", kept=2)
    before = talk.before(1)
    assert (len(before.messages), before.key, before.rewritten) == (2, "kept", True)
    assert [turn.question for turn in before.conversation.turns] == ["Where?"]
    assert talk.before(2) == talk and not talk.rewritten
    after = last(engine, "Where else?", before).talk
    assert [turn.question for turn in after.conversation.turns] == ["Where?", "Where else?"]
    assert after.rewritten and after.key == "kept"


def test_a_kept_conversation_is_shown_as_it_was(engine: SmallEngine) -> None:
    talk = last(engine, "Where then?", last(engine, "Where?").talk).talk
    again = reopened(engine, "kept", talk.conversation, "")
    assert again == replace(talk, key="kept", kept=2)


def test_a_kept_refusal_does_not_tell_how_many_articles_there_are_now(engine: SmallEngine) -> None:
    talk = last(engine, "Who?").talk
    again = reopened(engine, "kept", talk.conversation, "")
    assert "(in 2 articles)" in talk.messages[1]["content"]
    assert "(in 2 articles)" not in again.messages[1]["content"]


def test_a_kept_conversation_whose_article_is_gone_keeps_its_words_without_links(
    engine: SmallEngine,
) -> None:
    talk = last(engine, "Where?").talk
    engine.by_path.clear()
    shown = reopened(engine, "kept", talk.conversation, "").messages[1]["content"]
    assert "#cite-" not in shown and QUOTE.split()[0][1:] in html.unescape(shown)
