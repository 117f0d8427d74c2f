"""Answers that a language model writes, in a real browser, over a scripted server."""

from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.bot.llm.llm_server import End, Say, Wait, answer, serve
from tests.browser.driving import ask
from tests.browser.serving import ROOT, served

TRUE = "Obama said in his speech to the United Nations General Assembly that Assad must go"
OBEYS = (
    f"{TRUE} [1]. ",
    "Vladimir Putin said that Assad must go [1]. ",
    "See ![x](https://example.com/leak.png?chat) <img src=https://example.com/y> ",
    "[here](javascript:alert(1)) for the 47 other speeches [1].",
)


def written_by(url: str, folder: Path) -> AbstractContextManager[str]:
    """The page over the sample, with the language model at `url`; gives its address."""
    environment = {"BYLINE_LLM": f"openai-like:scripted@{url}/v1", "NO_PROXY": "127.0.0.1"}
    return served(ROOT / "corpus", folder / "storage", environment)


def test_sentences_that_do_not_check_are_struck_out_and_nothing_remote_is_fetched(
    page: Page, tmp_path: Path
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with serve(answer(*OBEYS, pause=0.05)) as server, written_by(server.url, tmp_path) as address:
        page.goto(address)
        reply = ask(page, "Where did Obama say Assad must go?")
        expect(reply.locator("del")).to_have_count(2, timeout=20_000)
        expect(reply).to_contain_text("General Assembly that Assad must go")
        expect(reply.locator("del").first).to_contain_text("Putin")
        assert all(
            href.startswith("#cite-")
            for href in reply.locator("a").evaluate_all(
                "all => all.map(a => a.getAttribute('href'))"
            )
        )
        assert reply.locator("img, script").count() == 0
        (ROOT / "artefacts").mkdir(exist_ok=True)
        page.screenshot(path=ROOT / "artefacts" / "written.png")
        assert all(url.startswith((address, "data:", "blob:")) for url in asked), asked


def test_when_the_model_is_gone_the_articles_words_and_one_line_are_shown(
    page: Page, tmp_path: Path
) -> None:
    with serve(answer("x")) as server:
        url = server.url
    with written_by(url, tmp_path) as address:
        page.goto(address)
        reply = ask(page, "Where did Obama say Assad must go?")
        expect(reply).to_contain_text("refused the connection", timeout=20_000)
        expect(reply).to_contain_text("speech to the United Nations General Assembly")
        expect(ask(page, "When did he say it?")).to_contain_text("Monday")


def test_words_appear_as_they_are_written_and_a_link_opens_before_the_end(
    page: Page, tmp_path: Path
) -> None:
    script = (Say(f"{TRUE} [1]. He "), Wait(0.5), Say("also said"), Wait(6), Say(" more."), End())
    with serve(script) as server, written_by(server.url, tmp_path) as address:
        page.goto(address)
        reply = ask(page, "Where did Obama say Assad must go?")
        growing = reply.locator(".by-growing")
        expect(growing).to_have_text("He also said", timeout=5_000)
        reply.locator("a[href^='#cite-']").first.click()
        expect(page.locator("#by-viewer mark").first).to_contain_text("General Assembly")
        expect(growing).to_be_visible()  # still being written
        (ROOT / "artefacts").mkdir(exist_ok=True)
        page.screenshot(path=ROOT / "artefacts" / "growing.png")
        expect(growing).to_have_count(0, timeout=20_000)


def test_sources_are_counted_anew_as_an_answer_that_is_being_written_gets_more(
    page: Page, tmp_path: Path
) -> None:
    more = "spoke a few hours ahead of Russian President Vladimir Putin."
    script = (Say(f"{TRUE}. Obama "), Wait(4), Say(more), End())
    with serve(script) as server, written_by(server.url, tmp_path) as address:
        page.goto(address)
        reply = ask(page, "Where did Obama say Assad must go?")
        reply.locator("a.by-source").click()  # before there is another
        count = page.locator("#by-viewer .by-count")
        expect(page.locator("#by-viewer mark").first).to_contain_text("General Assembly")
        expect(count).to_have_text("")
        expect(reply.locator("a.by-source")).to_have_count(2, timeout=20_000)
        expect(count).to_have_text("1 of 2")
        expect(page.get_by_role("button", name="Next citation")).to_be_enabled()


def test_a_new_chat_ends_the_answer_that_is_being_written(page: Page, tmp_path: Path) -> None:
    script = (Say(f"{TRUE} [1]. He "), Wait(2), Say("also said more. "), Wait(1), End())
    with serve(script) as server, written_by(server.url, tmp_path) as address:
        page.goto(address)
        ask(page, "Where did Obama say Assad must go?")
        page.get_by_role("button", name="New chat").click()
        expect(page.locator(".bot.message")).to_have_count(0)
        assert server.left.wait(10)  # nobody listens to the rest
        page.wait_for_timeout(500)
        expect(page.locator(".bot.message")).to_have_count(0)


def test_a_running_answer_is_stopped_and_the_question_comes_back(
    page: Page, tmp_path: Path
) -> None:
    script = (Say(f"{TRUE} [1]. He "), Wait(1), Say("also said more. "), Wait(20), End())
    with (
        serve(script, answer(f"{TRUE} [1].")) as server,
        written_by(server.url, tmp_path) as address,
    ):
        page.goto(address)
        box = page.get_by_role("textbox", name="Question")
        box.fill("Where did Obama say Assad must go?")
        page.keyboard.press("Enter")
        expect(page.locator(".by-growing")).to_be_visible(timeout=20_000)
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".by-notice")).to_contain_text("Stopped.")
        expect(box).to_have_value("Where did Obama say Assad must go?")
        expect(page.get_by_role("button", name="Stop")).to_have_count(0)
        assert server.left.wait(10)  # nobody listens to the rest
        box.press("Enter")
        expect(page.locator(".bot.message .by-confidence")).to_be_visible(timeout=20_000)
