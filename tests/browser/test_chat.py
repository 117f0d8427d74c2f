"""The page in a real browser: ask, read the answer, click its number, see the words in the file."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.driving import ask
from tests.browser.serving import ROOT

OBAMA = "Where did Obama say Assad must go?"
UNKNOWN = "Who won the World Cup in 1998?"
ARTEFACTS = ROOT / "artefacts"
IN_VIEW = """mark => {
  const box = mark.closest('.by-scroll').getBoundingClientRect(), it = mark.getBoundingClientRect();
  return it.height > 0 && it.top >= box.top && it.bottom <= box.bottom;
}"""


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("textbox", name="Question")).to_be_visible()


def mark(page: Page) -> Locator:
    return page.locator("#by-viewer mark#cited")


def plain(text: str) -> str:
    return " ".join(text.split())


def wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_an_answer_leads_to_the_exact_words_in_the_file(page: Page, address: str) -> None:
    open_page(page, address)
    reply = ask(page, OBAMA)
    expect(reply).to_contain_text("United Nations")
    expect(mark(page)).to_be_visible()  # the first source opens by itself
    number = reply.get_by_role("link", name="[1]", exact=True)
    number.click()
    expect(mark(page)).to_be_visible()
    quote = mark(page).inner_text()
    assert plain(quote) in plain(reply.inner_text())
    file = reply.locator(".by-where").first.inner_text().split(" · ")[-1]
    assert plain(quote) in plain((ROOT / "corpus" / file).read_text("utf-8"))
    expect(page.locator("#by-viewer .by-file")).to_have_text(file)
    assert mark(page).evaluate(IN_VIEW)
    link = page.url
    assert re.search(r"#cite-[0-9a-f]{16}-\d+-\d+$", link)
    page.goto("about:blank")
    page.goto(link)  # the address opens the same words
    expect(mark(page)).to_have_text(quote)
    expect(page.locator(".bot.message")).to_have_count(1)
    reply = page.locator(".bot.message")
    expect(reply.locator(".by-confidence")).to_have_text(re.compile(r"ure · \d+ %"))
    page.screenshot(path=ARTEFACTS / "answer.png")


def test_the_quote_is_copied_with_its_reference_in_the_form_chosen(
    page: Page, address: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, address)
    ask(page, OBAMA)
    quote = plain(mark(page).inner_text())
    copying = page.get_by_label("Copy the quote as")
    for form, sign in [
        ("Text with its source", "“"),
        ("Markdown", "> "),
        ("BibTeX", "@article{"),
        ("CSL-JSON", "["),
    ]:
        copying.select_option(form)
        page.wait_for_function(
            "sign => navigator.clipboard.readText().then(text => text.startsWith(sign))", arg=sign
        )
        expect(copying.locator("option").first).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert quote in plain(copied)
        assert f"{address.rstrip('/')}/#cite-" in copied


def test_the_source_opens_from_the_keyboard_and_from_its_line(page: Page, address: str) -> None:
    open_page(page, address)
    reply = ask(page, OBAMA)
    expect(mark(page)).to_be_visible()
    for link in (reply.get_by_role("link", name="[1]", exact=True), reply.locator(".by-source")):
        page.evaluate("document.querySelector('.by-scroll').replaceChildren()")
        link.first.focus()
        page.keyboard.press("Enter")
        expect(mark(page)).to_be_visible()
        assert mark(page).evaluate(IN_VIEW)


def test_a_refusal_names_the_nearest_articles_and_they_open(page: Page, address: str) -> None:
    open_page(page, address)
    reply = ask(page, UNKNOWN)
    expect(reply).to_contain_text("do not answer this")
    nearest = reply.locator("a.by-source").first
    title = nearest.locator(".by-title").inner_text()
    nearest.click()
    expect(page.locator("#by-viewer h2")).to_have_text(title)
    expect(mark(page)).to_have_count(0)
    page.screenshot(path=ARTEFACTS / "refusal.png")


def test_an_example_is_asked_by_a_click(page: Page, address: str) -> None:
    open_page(page, address)
    page.get_by_role("button", name=OBAMA).click()
    expect(page.locator(".user.message")).to_have_text(OBAMA)
    expect(page.locator(".bot.message .by-sources")).to_be_visible()


def test_what_is_suggested_is_answered(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, OBAMA)
    offered = page.locator(".by-suggestion").first
    expect(offered).to_be_visible(timeout=30_000)
    question = offered.inner_text()
    offered.click()
    expect(page.locator(".user.message").nth(1)).to_have_text(question)
    reply = page.locator(".bot.message").nth(1)
    expect(reply.locator(".by-sources")).to_be_visible(timeout=20_000)
    expect(reply).not_to_contain_text("do not answer this")


def test_a_follow_up_says_what_is_searched_and_a_new_chat_forgets(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, OBAMA)
    expect(ask(page, "When did he say it?")).to_contain_text("Obama ×")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".bot.message")).to_have_count(0)
    expect(page.locator("#by-viewer")).to_contain_text("The source opens here.")
    expect(ask(page, "When did he say it?")).not_to_contain_text("About:")


def test_two_people_do_not_share_a_conversation(browser: Browser, address: str) -> None:
    first, second = browser.new_context(), browser.new_context()
    try:
        one, two = first.new_page(), second.new_page()
        open_page(one, address)
        open_page(two, address)
        ask(one, OBAMA)
        expect(ask(two, "When did he say it?")).not_to_contain_text("About:")
        expect(two.locator(".user.message")).to_have_count(1)
        expect(one.locator(".user.message")).to_have_count(1)
    finally:
        first.close()
        second.close()


def test_a_question_that_cannot_be_asked_gets_a_line_and_is_kept(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, OBAMA)
    long = "why " * 25_000
    expect(ask(page, long)).to_contain_text("characters; expected at most")
    expect(page.get_by_role("textbox", name="Question")).to_have_value(long)
    page.get_by_role("textbox", name="Question").fill("When did he say it?")
    page.keyboard.press("Enter")
    expect(page.locator(".by-notice")).to_have_count(0)
    expect(page.locator(".bot.message").nth(1)).to_contain_text("Obama ×")


def test_a_link_that_was_made_up_opens_nothing(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, OBAMA)
    expect(mark(page)).to_be_visible()
    page.evaluate(
        """() => { const a = document.createElement('a');
        a.href = '#cite-../../etc/passwd-0-9'; document.body.append(a); a.click(); }"""
    )
    expect(page.locator("#by-viewer")).to_contain_text("That source is not available.")


def test_nothing_is_asked_of_another_machine(page: Page, address: str) -> None:
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    open_page(page, address)
    ask(page, OBAMA).get_by_role("link", name="[1]", exact=True).click()
    expect(mark(page)).to_be_visible()
    assert hosts == {"127.0.0.1"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_has_one_column_and_no_sideways_scrolling(
    browser: Browser, address: str, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme="dark" if scheme == "dark" else "light"
    )
    try:
        page = context.new_page()
        open_page(page, address)
        assert not wide(page)
        reply = ask(page, OBAMA)
        assert not wide(page)
        page.screenshot(path=ARTEFACTS / f"narrow-{scheme}.png")
        reply.get_by_role("link", name="[1]", exact=True).click()
        expect(mark(page)).to_be_in_viewport()
        assert not wide(page)
    finally:
        context.close()


def test_who_asks_too_much_at_once_is_told_so_above_the_box(page: Page, address: str) -> None:
    open_page(page, address)
    page.evaluate("Promise.all(Array.from({length: 80}, () => fetch('/api/search')))")
    box = page.get_by_role("textbox", name="Question")
    box.fill(OBAMA)
    box.press("Enter")
    told = page.locator("#by-rejected")
    expect(told).to_have_text(re.compile(r"Too many requests: try again in \d+ s\."))
    page.screenshot(path=ARTEFACTS / "too-much.png")
    seconds = int(re.findall(r"\d+", told.inner_text())[0])
    page.wait_for_timeout(1000 * (seconds + 1))
    box.fill(OBAMA)
    box.press("Enter")
    expect(page.locator(".bot.message").last).to_contain_text("United Nations")
    expect(told).to_have_count(0)
