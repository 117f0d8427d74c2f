"""A session's talk: answers are added, failures leave it as it was, links open only what it mentions."""

import html
import logging
from dataclasses import replace

import pytest

from bot.conversation import Conversation
from bot.page.talk import APOLOGY, Frame, Talk, ask, files_of, open_source
from bot.page.viewer import UNAVAILABLE
from index.article import Article
from tests.bot.page.doubles import QUOTE, SmallEngine

NEW = Talk()


def last(engine: SmallEngine, question: str, talk: Talk = NEW) -> Frame:
    return list(ask(engine, question, talk))[-1]


def test_an_answer_ends_in_the_talk_and_opens_its_first_source(engine: SmallEngine) -> None:
    frames = list(ask(engine, "Where?", Talk()))
    first, end = frames[0], frames[-1]
    assert [m["role"] for m in first.messages] == ["user"] and first.talk == Talk()
    assert [m["role"] for m in end.messages] == ["user", "assistant"]
    assert end.messages == end.talk.messages and end.draft == ""
    assert end.viewer is not None and QUOTE in html.unescape(end.viewer)
    assert [turn.question for turn in end.talk.conversation.turns] == ["Where?"]


def test_an_answer_that_no_model_wrote_is_shown_at_once_and_whole(engine: SmallEngine) -> None:
    first, end = ask(engine, "Where?", Talk())
    assert len(first.messages) == 1 and end.messages[-1]["content"].endswith("</div>")


def test_an_article_that_gives_another_figure_can_be_opened(
    engine: SmallEngine, story: Article
) -> None:
    answer = engine.answer("Where?")
    named = replace(answer, citations=(), differing=answer.citations)
    assert files_of(named) == (story.path,)
    talk = Talk(Conversation().with_turn(named))
    assert "Assad must go" in open_source(engine, f"{story.id}-0-0", talk)


def test_the_next_question_is_asked_in_the_conversation(engine: SmallEngine) -> None:
    talk = last(engine, "Where?").talk
    after = last(engine, "Who?", talk).talk
    assert engine.heard[-1] == ("Who?", talk.conversation)
    assert len(after.messages) == 4 and len(talk.messages) == 2


def test_two_talks_share_nothing(engine: SmallEngine) -> None:
    last(engine, "Where?")
    last(engine, "Who?")
    assert [conversation for _, conversation in engine.heard] == [Conversation(), Conversation()]


def test_a_refusal_leaves_the_viewer_as_it_is(engine: SmallEngine) -> None:
    assert last(engine, "Who?").viewer is None


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


def href(talk: Talk) -> str:
    return talk.messages[1]["content"].split("(#cite-")[1].split(")")[0]


def test_a_link_of_this_talk_opens_its_source(engine: SmallEngine) -> None:
    talk = last(engine, "Where?").talk
    assert QUOTE in html.unescape(open_source(engine, href(talk), talk))


def test_a_near_article_of_a_refusal_opens_without_a_mark(
    engine: SmallEngine, story: Article
) -> None:
    page = open_source(engine, f"{story.id}-0-0", last(engine, "Who?").talk)
    assert "Assad must go" in page and "<mark" not in page


def test_a_link_from_elsewhere_opens_nothing(engine: SmallEngine, story: Article) -> None:
    talk = last(engine, "Where?").talk
    size = len(story.text)
    other = engine.by_path["a/other.md"]
    for sent in (
        f"{other.id}-0-0",
        f"{story.id}-0-{size + 1}",
        f"{'0' * 16}-0-1",
        "<b>",
        None,
        {"a": 1},
    ):
        assert open_source(engine, sent, talk) == UNAVAILABLE
    assert open_source(engine, href(talk), Talk()) == UNAVAILABLE


def test_a_source_that_changed_since_is_not_shown_wrongly(
    engine: SmallEngine, story: Article
) -> None:
    talk = last(engine, "Where?").talk
    engine.by_path[story.path] = replace(story, sha256="0" * 64)
    assert open_source(engine, href(talk), talk) == UNAVAILABLE
    del engine.by_path[story.path]
    assert open_source(engine, href(talk), talk) == UNAVAILABLE
