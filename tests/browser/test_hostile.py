"""Hostile words in articles, titles, names, questions, uploads and a model's output: none runs."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.bot.llm.llm_server import answer, serve
from tests.browser.driving import ask
from tests.browser.payloads import PAYLOADS
from tests.browser.serving import ROOT, served

MARKUP = "img, script, iframe, object, embed, form, style, link, base, meta, video, audio, svg a"
PARTS = ("#by-chat .message .prose", "#by-viewer", "#by-talks", "#by-articles", "#by-evaluation")


@dataclass
class Watch:
    """What a page did that no hostile word may make it do."""

    hosts: set[str | None] = field(default_factory=set)
    dialogs: list[str] = field(default_factory=list)

    @classmethod
    def over(cls, page: Page) -> "Watch":
        watch = cls()
        page.on("request", lambda request: watch.hosts.add(urlsplit(request.url).hostname))
        page.on("dialog", lambda one: (watch.dialogs.append(one.message), one.dismiss()))
        return watch

    def assert_quiet(self, page: Page) -> None:
        time.sleep(0.3)
        assert page.evaluate("window.owned") is None
        assert self.hosts <= {"127.0.0.1", None} and self.dialogs == []
        for part in PARTS:
            found: Any = (
                page.locator(part)
                .locator(MARKUP)
                .evaluate_all("all => all.map(one => one.outerHTML.slice(0, 200))")
            )
            assert found == [], part
        links: list[str] = page.locator("#by-chat .message .prose a").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        assert all(link.startswith(("#cite-", "#ask-")) for link in links), links


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page over an article for each payload: in its title, its text and, where it can be, its name."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, payload in enumerate(PAYLOADS):
        flat = " ".join(payload.replace("\x00", "").split())
        name = f"{number:02} {flat}".replace("/", "\u2215").encode()[:200].decode("utf-8", "ignore")
        text = (
            f"Parade {number} {flat}\n\n{flat} The parade of group {number} took place in town "
            f"{number} on Friday. {flat}\n\n{payload.replace(chr(0), '')}\n"
        )
        (corpus / f"{name}.txt").write_text(text, "utf-8")
    with served(corpus, folder / "storage") as page:
        yield page


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("textbox", name="Question")).to_be_visible()


def test_the_payloads_do_run_where_nothing_holds_them_back(page: Page) -> None:
    """A suite of words that never run would prove nothing."""
    page.route("**/*", lambda route: route.abort())
    ran = 0
    for payload in PAYLOADS:
        with suppress(Error):  # one that leads away takes its page with it
            page.set_content(f"<body>{payload}</body>")
            page.wait_for_timeout(20)
            ran += page.evaluate("window.owned") == 1
    assert len(PAYLOADS) >= 60 and ran >= 20


def test_articles_titles_and_file_names_stay_words(page: Page, hostile: str) -> None:
    watch = Watch.over(page)
    open_page(page, hostile)
    page.get_by_role("tab", name="Articles").click()
    rows = page.locator("#by-articles a[href^='#cite-']")
    expect(rows.first).to_be_visible()
    hrefs: set[str] = set()
    while True:
        expect(rows.first).to_be_visible()
        hrefs |= set(rows.evaluate_all("all => all.map(a => a.getAttribute('href'))"))
        watch.assert_quiet(page)
        following = page.locator("#by-articles").get_by_role("button", name="Next", exact=True)
        if not following.count() or following.is_disabled():
            break
        first = rows.first.get_attribute("href")
        following.click()
        expect(rows.first).not_to_have_attribute("href", first or "")
    assert len(hrefs) == len(PAYLOADS)
    page.get_by_role("tab", name="Chat").click()
    for href in sorted(hrefs):
        page.evaluate("href => { location.hash = href }", href)
        expect(page.locator("#by-viewer article")).to_have_attribute("data-href", href)
    watch.assert_quiet(page)


def test_questions_and_what_is_cited_stay_words(page: Page, hostile: str) -> None:
    watch = Watch.over(page)
    open_page(page, hostile)
    for number, payload in enumerate(PAYLOADS):
        if (
            number and number % 24 == 0
        ):  # another person: one may not ask so much in so short a time
            watch.assert_quiet(page)
            page.context.clear_cookies()
            open_page(page, hostile.rstrip("/") + "/?")
        ask(page, f"In which town was the parade of group {number}? {payload}".replace("\x00", ""))
    watch.assert_quiet(page)
    page.locator("#by-talks").get_by_role("button", name="Rename").click()
    page.locator("#by-talks").get_by_role("textbox", name="New title").fill(PAYLOADS[0])
    page.keyboard.press("Enter")
    expect(page.locator("#by-talks")).to_contain_text(PAYLOADS[0])
    page.reload()
    expect(page.locator(".bot.message").first).to_be_visible()
    watch.assert_quiet(page)


def test_an_upload_of_hostile_name_and_words_stays_words(page: Page, hostile: str) -> None:
    watch = Watch.over(page)
    open_page(page, hostile)
    page.get_by_role("tab", name="Articles").click()
    files = [
        {"name": f"{payload[:60]}.txt", "mimeType": "text/plain", "buffer": payload.encode() * 5}
        for payload in PAYLOADS[11:16]
    ]
    page.locator("#by-files").set_input_files(files)  # type: ignore[arg-type]
    expect(page.locator("#by-articles")).to_contain_text("onerror", timeout=60_000)
    watch.assert_quiet(page)


def test_what_a_language_model_writes_stays_words(browser: Browser, tmp_path: Path) -> None:
    sentences = (f"Obama said that Assad must go {payload} [1]. \n\n" for payload in PAYLOADS)
    with serve(answer(*sentences)) as server:
        environment = {"BYLINE_LLM": f"openai-like:m@{server.url}/v1", "NO_PROXY": "127.0.0.1"}
        with served(ROOT / "corpus", tmp_path / "storage", environment) as address:
            page = browser.new_page()
            watch = Watch.over(page)
            open_page(page, address)
            ask(page, "Where did Obama say Assad must go?")
            expect(page.locator(".by-confidence")).to_be_visible(timeout=60_000)
            watch.assert_quiet(page)
            page.close()
