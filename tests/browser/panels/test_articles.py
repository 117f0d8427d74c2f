"""The Articles panel in a real browser: its own script, style and routes, beside a chat of plain elements."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page, expect
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from bot.page.api.articles import PAGE, articles_routes
from bot.page.build import build_jobs
from bot.page.web.application import styles
from bot.page.web.headers import SafeHeaders
from index.catalog.catalog import Catalog
from index.catalog.selection_json import read_selection
from index.settings import load_settings
from index.sync.corpus import sync_corpus
from tests.browser.serving import ROOT

HOSTILE = "<img src=x onerror=document.title='fallen'>"
OUTLETS = ("BBC", "The Oban Times", "Süddeutsche Zeitung aus einem sehr langen Wort")
BESIDE = """<!doctype html><html lang="en"><title>Byline</title><body class="gradio-container">
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page.css">
<button role="tab">Chat</button><button role="tab">Articles</button>
<div id="by-scope"></div><label>Question <div id="by-question"><textarea></textarea></div></label>
<div id="by-within" class="by-hidden"><label><textarea></textarea></label></div><div id="by-articles"></div>
<script type="module" src="/start.js"></script></body></html>"""
START = """import { mount } from "/byline/articles.js";
mount(document.getElementById("by-articles"));
window.sent = [];
const [within, chat] = ["#by-within textarea", "[role=tab]"].map((name) => document.querySelector(name));
within.addEventListener("input", () => sent.push(within.value));
chat.addEventListener("click", () => { document.body.dataset.tab = "chat"; });"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("panel") / "corpus"
    corpus.mkdir()
    for n in range(PAGE + 10):
        title = HOSTILE if n == 7 else f"Ferry {n}"
        head = f"---\ntitle: {title}\npublisher: {OUTLETS[n % 3]}\ndate: 2015-09-{n % 28 + 1:02}\n---\n\n"
        head = head.replace("date:", "author: Ann Roe\ndate:") if n < 5 else head
        (corpus / f"{n:02}.txt").write_text(f"{head}Ferry {n} left for Mull.\n", "utf-8")
    (corpus / "picture.xyz").write_bytes(b"\0")
    return corpus


@pytest.fixture(scope="module")
def panel(corpus: Path) -> Iterator[str]:
    """The address of the panel over `corpus`, under the page's own strict headers."""
    settings = load_settings(corpus=corpus, storage=corpus.parent / "storage")
    jobs = build_jobs(settings, sync_corpus(settings))
    with closing(Catalog(settings.storage)) as catalog:
        app = FastAPI(middleware=[Middleware(SafeHeaders)])
        app.include_router(articles_routes(lambda: catalog, jobs))
        app.mount("/byline", StaticFiles(directory=ROOT / "bot" / "page" / "assets"))
        for path, text, kind in (
            ("/", BESIDE, "text/html"),
            ("/start.js", START, "text/javascript"),
            ("/page.css", styles(), "text/css"),
        ):
            app.add_api_route(path, _plain(text, kind))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/"
        server.should_exit = True
        thread.join()
        jobs.close()


def _plain(text: str, kind: str):  # type: ignore[no-untyped-def]
    return lambda: HTMLResponse(text, media_type=kind)


@pytest.fixture
def opened(page: Page, panel: str) -> Page:
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(panel)
    expect(status(page)).to_have_text(f"{PAGE + 10} articles")
    return page


def status(page: Page):  # type: ignore[no-untyped-def]
    return page.locator(".by-list [role=status]")


def rows(page: Page):  # type: ignore[no-untyped-def]
    return page.locator(".by-table tbody tr")


def test_the_list_is_searched_narrowed_and_turned(opened: Page) -> None:
    expect(rows(opened)).to_have_count(PAGE)
    opened.get_by_role("button", name="Next").click()
    expect(rows(opened)).to_have_count(10)
    opened.get_by_label("Sort by").select_option("title")
    expect(rows(opened)).to_have_count(PAGE)
    opened.get_by_label("Search").fill("ferry 59")
    expect(status(opened)).to_have_text("1 article")
    link = opened.get_by_role("rowheader").get_by_role("link")
    expect(link).to_have_text("Ferry 59")
    assert (link.get_attribute("href") or "").startswith("#cite-")
    opened.get_by_label("Search").fill("")
    opened.get_by_label("Outlet", exact=True).select_option("BBC")
    expect(status(opened)).to_have_text("20 articles")
    opened.get_by_label("Author", exact=True).select_option("Ann Roe")
    expect(status(opened)).to_have_text("2 articles")
    opened.get_by_role("button", name="Remove Ann Roe").click()
    opened.get_by_role("button", name="Remove BBC").click()
    expect(status(opened)).to_have_text(f"{PAGE + 10} articles")


def test_a_hostile_title_is_text(opened: Page) -> None:
    opened.get_by_label("Search").fill("onerror")
    expect(rows(opened)).to_have_count(1)
    expect(opened.get_by_role("rowheader").get_by_role("link")).to_have_text(HOSTILE)
    assert opened.title() == "Byline" and opened.locator(".by-table img").count() == 0


def test_what_the_list_is_narrowed_to_is_asked_within_until_it_is_taken_back(opened: Page) -> None:
    ask = opened.get_by_role("button", name="Ask within")
    expect(ask).to_be_disabled()
    opened.get_by_label("Outlet", exact=True).select_option("BBC")
    opened.get_by_label("Since").fill("2015-09-20")
    expect(ask).to_have_text("Ask within these 6 articles")
    ask.click()
    chip = opened.locator("#by-scope .by-asking")
    expect(chip).to_contain_text("Asking within: BBC, since 20 September 2015 · 6 articles")
    selection = read_selection(opened.evaluate("sent.at(-1)"))
    assert selection.publishers == {"BBC"} and str(selection.since) == "2015-09-20"
    assert opened.evaluate("document.body.dataset.tab") == "chat"
    chip.get_by_role("button").click()
    expect(chip).to_have_count(0)
    assert opened.evaluate("sent.at(-1)") == ""


def test_the_articles_that_are_ticked_go_before_the_filter(opened: Page) -> None:
    opened.get_by_label("Select Ferry 27", exact=True).check()
    opened.get_by_label("Search").fill("ferry 2")
    expect(status(opened)).to_have_text("15 articles")
    opened.get_by_label("Select Ferry 26", exact=True).check()
    opened.get_by_role("button", name="Ask within these 2 articles").click()
    expect(opened.locator(".by-asking")).to_contain_text("2 articles selected")
    assert len(read_selection(opened.evaluate("sent.at(-1)")).ids) == 2
    opened.get_by_role("button", name="Ask all articles again").first.click()
    assert opened.evaluate("sent.at(-1)") == ""


def test_days_in_the_wrong_order_are_told_and_nothing_is_lost(opened: Page) -> None:
    opened.get_by_label("Since").fill("2015-09-20")
    opened.get_by_label("Until").fill("2015-09-02")
    expect(status(opened)).to_contain_text("expected a day from 2015-09-20 on")
    expect(opened.get_by_role("button", name="Ask within")).to_be_disabled()
    opened.get_by_label("Until").fill("2015-09-21")
    expect(status(opened)).to_have_text("4 articles")


def test_the_index_is_looked_after_from_the_panel(opened: Page, corpus: Path) -> None:
    box = opened.locator(".by-box", has_text="Index")
    expect(box.locator(".by-facts span")).to_contain_text(["60 articles", "60 passages", "synced"])
    assert "null" not in box.inner_text()
    box.locator("summary").click()
    expect(box).to_contain_text("picture.xyz")
    new = corpus / "new.txt"
    new.write_text("---\ntitle: A zeppelin\n---\n\nIt landed.\n", "utf-8")
    try:
        box.get_by_role("button", name="Check the index").click()
        expect(box).to_contain_text("1 problem found", timeout=60_000)
        expect(box.locator(".by-found")).to_contain_text("'new.txt': not in the index")
        box.get_by_role("button", name="Sync now").click()
        expect(box).to_contain_text("wait")  # not so soon after the check
    finally:
        new.unlink()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_narrow_screen_nothing_is_wider_than_it(
    browser: Browser, panel: str, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    try:
        page = context.new_page()
        page.goto(panel)
        if scheme == "dark":
            page.evaluate("document.body.classList.add('dark')")
        expect(rows(page)).to_have_count(PAGE)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        (ROOT / "artefacts").mkdir(exist_ok=True)
        page.screenshot(path=ROOT / "artefacts" / f"articles-390-{scheme}.png")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.screenshot(path=ROOT / "artefacts" / f"articles-{scheme}.png")
    finally:
        context.close()
