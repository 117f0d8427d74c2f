"""The list of conversations in a real browser, over its real routes, under the page's strict policy."""

import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from bot.page.api.conversations import conversation_routes
from bot.page.people.conversations import ConversationStore
from bot.page.people.database import PeopleDatabase
from bot.page.web.application import styles
from tests.bot.page.answers import answered
from tests.browser.serving import ROOT

HOSTILE = "<img src=x onerror=window.owned=1> ${window.owned=1} {{x}}"
POLICY = "default-src 'self'; script-src 'self' 'nonce-n'; style-src 'self' 'unsafe-inline'"
# What the chat keeps for the list: the box that opens a conversation, and which one is open. The script
# stands for the chat's server: it opens what the box says, and nothing for a new one.
PAGE = """<!doctype html><html lang="en"><link rel="stylesheet" href="/page.css">
<div id="host"></div><main>The chat</main>
<div id="by-open"><textarea></textarea></div><div id="by-current"><div class="md"></div></div>
<script type="module" nonce="n">
import { mount } from "/assets/conversations.js";
const open = document.querySelector("#by-open textarea"), now = document.querySelector("#by-current .md");
open.addEventListener("keypress", (event) => {
  if (event.key === "Enter") now.textContent = open.value.startsWith("new-") ? "" : open.value;
});
mount(document.querySelector("#host"));
</script>"""


@pytest.fixture(scope="module")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> ConversationStore:
    """A store in a folder of its own."""
    return ConversationStore(PeopleDatabase(tmp_path_factory.mktemp("people")))


@pytest.fixture(scope="module")
def address(conversations: ConversationStore) -> Iterator[str]:
    """The list alone, for the owner "anna"."""
    app = FastAPI()

    @app.middleware("http")
    async def own(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        request.state.owner = "anna"
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    app.include_router(conversation_routes(conversations, lambda *_: None))
    app.add_api_route("/", lambda: HTMLResponse(PAGE))
    app.add_api_route("/page.css", lambda: Response(styles(), media_type="text/css"))
    app.mount("/assets", StaticFiles(directory=ROOT / "bot" / "page" / "assets"))
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def ids(conversations: ConversationStore) -> list[str]:
    """Three conversations, the newest last; whatever was there is gone."""
    for entry in conversations.list("anna"):
        conversations.delete("anna", entry.id)
    made = []
    for question in ("Who cut the ribbon?", HOSTILE, "Why 100 %?"):
        made.append(conversations.new("anna"))
        conversations.append("anna", made[-1], answered(question))
    return made


@pytest.fixture
def nav(page: Page, address: str, ids: list[str]) -> Locator:
    """The list on its page, drawn; an error of the page fails the test."""
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    nav = page.get_by_role("navigation", name="Conversations")
    expect(nav.get_by_role("listitem")).to_have_count(3)
    return nav


def current(page: Page) -> str:
    return page.locator("#by-current").inner_text()


def open_one(page: Page, nav: Locator, title: str) -> None:
    nav.get_by_role("button", name=title).click()
    expect(nav.locator("[aria-current=true]")).to_contain_text(title)


def test_the_newest_stands_first_and_words_show_as_they_are(page: Page, nav: Locator) -> None:
    titles = nav.locator(".by-talk-title").all_inner_texts()
    assert titles[0] == "Why 100 %?" and titles[2] == "Who cut the ribbon?"
    assert titles[1].startswith("<img src=x onerror=window.owned=1>")
    expect(nav.locator(".by-when").first).to_have_text("Today")
    assert page.evaluate("window.owned") is None


def test_a_conversation_is_opened_and_a_new_one_begun(
    page: Page, nav: Locator, ids: list[str]
) -> None:
    open_one(page, nav, "Who cut the ribbon?")
    assert current(page) == ids[0]
    nav.get_by_role("button", name="New chat").click()
    expect(nav.locator("[aria-current=true]")).to_have_count(0)
    sent = page.locator("#by-open textarea").input_value()
    assert re.fullmatch(r"new-\d+", sent)
    nav.get_by_role("button", name="New chat").click()
    assert page.locator("#by-open textarea").input_value() != sent


def test_search_narrows_the_list_and_says_how_many(page: Page, nav: Locator) -> None:
    nav.get_by_role("searchbox", name="Search conversations").fill("100 %")
    expect(nav.get_by_role("listitem")).to_have_count(1)
    expect(nav.get_by_role("status")).to_have_text("1 conversation")
    nav.get_by_role("searchbox").fill("nowhere")
    expect(nav.get_by_role("status")).to_have_text("No conversations")
    nav.get_by_role("searchbox").fill("")
    expect(nav.get_by_role("listitem")).to_have_count(3)


def test_renaming_by_the_keyboard(page: Page, nav: Locator) -> None:
    open_one(page, nav, "Who cut the ribbon?")
    nav.get_by_role("button", name="Rename").focus()
    page.keyboard.press("Enter")
    field = nav.get_by_role("textbox", name="New title")
    expect(field).to_be_focused()
    field.fill("x")
    page.keyboard.press("Escape")
    expect(nav.get_by_role("button", name="Rename")).to_be_focused()
    expect(nav.locator("[aria-current=true]")).to_contain_text("Who cut the ribbon?")
    page.keyboard.press("Enter")
    field.fill("  ")
    page.keyboard.press("Enter")
    expect(nav.get_by_role("status")).to_contain_text("expected 1 to 120")
    field.fill("<b>Bridge</b>")
    page.keyboard.press("Enter")
    expect(nav.locator("[aria-current=true] .by-talk-title")).to_have_text("<b>Bridge</b>")
    expect(nav.get_by_role("button", name="Rename")).to_be_focused()


def test_deleting_asks_in_place_first(
    page: Page, nav: Locator, conversations: ConversationStore
) -> None:
    open_one(page, nav, "Who cut the ribbon?")
    nav.get_by_role("button", name="Delete").click()
    expect(nav.get_by_role("button", name="Keep")).to_be_focused()
    nav.get_by_role("button", name="Keep").click()
    assert len(conversations.list("anna")) == 3
    nav.get_by_role("button", name="Delete").click()
    nav.get_by_role("button", name="Yes, delete").click()
    expect(nav.get_by_role("listitem")).to_have_count(2)
    assert current(page) == ""
    assert len(conversations.list("anna")) == 2


def test_a_conversation_can_be_taken_away(page: Page, nav: Locator, tmp_path: Path) -> None:
    open_one(page, nav, "Who cut the ribbon?")
    for name, file in [
        ("Markdown", "who-cut-the-ribbon.md"),
        ("HTML", "who-cut-the-ribbon.html"),
        ("JSON", "who-cut-the-ribbon.json"),
    ]:
        with page.expect_download() as download:
            nav.get_by_role("link", name=f"Export as {name}").click()
        assert download.value.suggested_filename == file
        download.value.save_as(tmp_path / file)
        assert "Ada Pell" in (tmp_path / file).read_text("utf-8")


def test_a_conversation_begun_elsewhere_appears_when_it_becomes_the_current_one(
    page: Page, nav: Locator, conversations: ConversationStore
) -> None:
    id = conversations.new("anna")
    conversations.append("anna", id, answered("Who came late?"))
    page.evaluate("id => { document.querySelector('#by-current .md').textContent = id }", id)
    expect(nav.locator("[aria-current=true]")).to_contain_text("Who came late?")


def test_what_cannot_be_done_is_told_in_a_line(
    page: Page, nav: Locator, conversations: ConversationStore
) -> None:
    open_one(page, nav, "Who cut the ribbon?")
    conversations.delete("anna", current(page))
    nav.get_by_role("button", name="Rename").click()
    page.keyboard.press("Enter")
    expect(nav.get_by_role("status")).to_contain_text("no such conversation")


@pytest.mark.parametrize("width", [767, 390])
def test_on_a_narrow_screen_the_list_is_a_drawer(page: Page, nav: Locator, width: int) -> None:
    expect(page.locator("#by-menu")).to_be_hidden()
    page.set_viewport_size({"width": width, "height": 800})
    expect(nav).to_be_hidden()
    menu = page.get_by_role("button", name="Conversations", exact=True)
    expect(menu).to_have_attribute("aria-expanded", "false")
    menu.press("Enter")
    expect(nav).to_be_visible()
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(nav.get_by_role("button", name="New chat")).to_be_focused()
    page.keyboard.press("Escape")
    expect(nav).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    nav.get_by_role("button", name="Who cut the ribbon?").click()
    expect(nav).to_be_hidden()
    expect(page.locator("[aria-current=true]")).to_contain_text("Who cut the ribbon?")
    menu.click()
    expect(nav).to_be_visible()
    page.mouse.click(width - 10, 700)  # beside the drawer
    expect(nav).to_be_hidden()
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
