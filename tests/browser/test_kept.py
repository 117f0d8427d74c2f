"""What is kept is there again: after a reload, after a restart, for its owner alone, also with a login."""

import json
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.driving import ask
from tests.browser.serving import ROOT, served

OBAMA = "Where did Obama say Assad must go?"
FOLLOW_UP = "When did he say it?"


def test_a_conversation_outlives_the_page_and_the_program(page: Page, tmp_path: Path) -> None:
    storage = tmp_path / "storage"
    with served(ROOT / "corpus", storage) as address:
        page.goto(address)
        ask(page, OBAMA)
        key = page.url.partition("?c=")[2].partition("#")[0]
        page.reload()
        expect(page.locator(".user.message")).to_have_text(OBAMA)
    with served(
        ROOT / "corpus", storage
    ) as address:  # at another port: the cookie is the machine's
        page.goto(f"{address}?c={key}")
        expect(page.locator(".user.message")).to_have_text(OBAMA)
        expect(ask(page, FOLLOW_UP)).to_contain_text("Obama ×")
        nav = page.get_by_role("navigation", name="Conversations")
        nav.get_by_role("button", name="Rename").click()
        nav.get_by_role("textbox", name="New title").fill("The speech")
        page.keyboard.press("Enter")
        expect(nav.get_by_role("button", name="The speech")).to_be_visible()
        with page.expect_download() as markdown:
            nav.get_by_role("link", name="Export as Markdown").click()
        text = Path(markdown.value.path()).read_text("utf-8")
        assert "United Nations General Assembly" in text and "obama-says-assad-must-go" in text
        with page.expect_download() as exported:
            nav.get_by_role("link", name="Export as JSON").click()
        turns = json.loads(Path(exported.value.path()).read_text("utf-8"))["turns"]
        assert len(turns) == 2 and turns[0]["citations"][0]["quote"]
        nav.get_by_role("button", name="New chat").click()
        expect(page.locator(".bot.message")).to_have_count(0)
        ask(page, "How many lives has the Syrian war cost?")
        nav.get_by_role("searchbox").fill("assad must")
        expect(nav.get_by_role("button", name="How many lives")).to_have_count(0)
        nav.get_by_role("button", name="The speech").click()
        expect(page.locator(".user.message")).to_have_count(2)
        nav.get_by_role("button", name="Delete").click()
        nav.get_by_role("button", name="Yes, delete").click()
        expect(nav.get_by_role("button", name="The speech")).to_have_count(0)
        expect(page.locator(".bot.message")).to_have_count(0)


def test_who_has_an_account_sees_their_own_and_nobody_else_anything(
    browser: Browser, tmp_path: Path
) -> None:
    accounts = tmp_path / "accounts"
    for name in ("ann", "bob"):
        command = [sys.executable, "-m", "bot", "password", name]
        made = subprocess.run(
            command, input=f"pass of {name}\n", capture_output=True, text=True, cwd=ROOT
        )
        with accounts.open("a") as file:
            file.write(made.stdout)
    contexts = [browser.new_context(), browser.new_context()]
    try:
        with served(
            ROOT / "corpus", tmp_path / "storage", {"BYLINE_AUTH": str(accounts)}
        ) as address:
            for context, name in zip(contexts, ("ann", "bob"), strict=True):
                page = context.new_page()
                page.goto(address)
                page.get_by_label("Name").fill(name)
                page.get_by_label("Password").fill("wrong")
                page.keyboard.press("Enter")
                expect(page.get_by_role("alert")).to_contain_text("Wrong name or password")
                page.get_by_label("Password").fill(f"pass of {name}")
                page.keyboard.press("Enter")
                expect(page.get_by_role("textbox", name="Question")).to_be_visible()
                expect(page.locator("#by-talks .by-talk")).to_have_count(0)
                ask(page, OBAMA)
                expect(page.locator("#by-talks .by-talk")).to_have_count(1)
                page.get_by_role("button", name="Log out").click()
                expect(page.get_by_label("Password")).to_be_visible()
                assert page.request.get(f"{address}api/conversations").status == 401
    finally:
        for context in contexts:
            context.close()
