"""The page as Gradio components: one public name, the folder in the header, places for the panels."""

import asyncio
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from bot.page.chat.events import ChatEvents
from bot.page.chat.layout import build_page
from bot.page.people.conversations import ConversationStore
from bot.page.people.database import PeopleDatabase
from bot.page.people.votes import LONGEST_NOTE, REASONS, VoteStore
from tests.bot.page.doubles import SmallEngine

OURS = ("by-talks", "by-viewer", "by-next", "by-scope")


@pytest.fixture
def events(engine: SmallEngine, tmp_path: Path) -> ChatEvents:
    people = PeopleDatabase(tmp_path)
    return ChatEvents(engine, ConversationStore(people), VoteStore(people), dict)


def build(events: ChatEvents, corpus: str = "news", tabs: Sequence[str] = ()) -> gr.Blocks:
    """A page, built where an event loop runs: elsewhere Gradio makes loops and leaves them open."""

    async def inside() -> gr.Blocks:
        return build_page(events, corpus, lambda: 1234, tabs)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(inside())).result()


def parts(events: ChatEvents, kind: str = "", tabs: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The properties of the page's components of one kind, or of every kind."""
    listed = build(events, tabs=tabs).get_config_file()["components"]
    return [part["props"] for part in listed if not kind or part["type"] == kind]


def test_analytics_are_off_before_gradio_is_imported(events: ChatEvents) -> None:
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert build(events).analytics_enabled is False


def test_only_the_chat_is_public(events: ChatEvents) -> None:
    info = build(events, tabs=("Articles",)).get_api_info()
    assert list(info["named_endpoints"]) == ["/chat"]
    assert info["unnamed_endpoints"] == {}


def test_the_header_names_the_folder_and_its_size(events: ChatEvents) -> None:
    page = json.dumps(build(events, "<b>news</b>").get_config_file(), default=str)
    assert "1,234 articles" in page and "&#60;b&#62;news" in page and "<b>news" not in page


def test_every_panel_has_an_empty_place(events: ChatEvents) -> None:
    places = {
        part["elem_id"]: part for part in parts(events, "markdown", ("Articles", "Evaluation"))
    }
    for name in (*OURS, "by-articles", "by-evaluation"):
        assert places[name]["value"] == ""
    assert [tab["label"] for tab in parts(events, "tabitem")] == ["Chat"]


def test_the_chat_sanitises_and_knows_no_formulas(events: ChatEvents) -> None:
    (chat,) = parts(events, "chatbot")
    assert chat["sanitize_html"] is True and chat["latex_delimiters"] == []
    assert chat["allow_tags"] is False


def test_no_thumb_is_offered_before_an_answer_is_kept(events: ChatEvents) -> None:
    (chat,) = parts(events, "chatbot")
    assert chat["feedback_options"] == []


def test_the_form_offers_every_reason_and_takes_a_note_of_the_length_that_is_kept(
    events: ChatEvents,
) -> None:
    (reasons,) = parts(events, "radio")
    assert [value for _, value in reasons["choices"]] == list(REASONS)
    (note,) = (part for part in parts(events, "textbox") if "Note" in part["label"])
    assert note["max_length"] == LONGEST_NOTE
    assert "answer: " in note["placeholder"] and "file: " in note["placeholder"]


def test_nothing_runs_in_the_browser_for_an_event(events: ChatEvents) -> None:
    """The policy of the page forbids what Gradio makes of a string of script."""
    events = build(events).get_config_file()["dependencies"]
    assert len(events) >= 8 and not any(event["js"] for event in events)


def test_what_may_warn_goes_through_the_queue(events: ChatEvents) -> None:
    """Gradio shows no warning of an event that does not."""
    page = build(events)
    quiet = {fn.fn.__name__ for fn in page.fns.values() if fn.fn and not fn.queue}
    assert quiet == {"stop", "close_vote"}
