"""The page as a whole: a question by eight clicks, and the index after the program was killed."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.driving import ask
from tests.browser.serving import ROOT, started

QUESTION = "Where did Obama say Assad must go?"


def test_eight_clicks_and_a_kill(browser: Browser, tmp_path: Path) -> None:
    corpus, storage = ROOT / "corpus", tmp_path / "storage"
    with started(corpus, storage) as (address, program):
        context = browser.new_context()
        context.set_default_timeout(20_000)
        try:
            page = context.new_page()
            page.goto(address)
            page.get_by_role("textbox", name="Question").click()
            expect(ask(page, QUESTION)).to_contain_text("United Nations")
            page.get_by_role("link", name="[1]", exact=True).first.click()
            expect(page.locator("mark").first).to_contain_text("Assad")
            for name in ("Articles", "Evaluation", "Chat"):
                page.get_by_role("tab", name=name).click()
                expect(page.get_by_role("tab", name=name)).to_have_attribute(
                    "aria-selected", "true"
                )
            page.get_by_role("button", name="New chat").click()
            expect(page.locator(".bot.message")).to_have_count(0)
            page.get_by_role("textbox", name="Question").click()
            reply = ask(page, QUESTION)
            reply.get_by_role("link", name="[1]", exact=True).click()
        finally:
            context.close()
        program.kill()
        program.wait()
    flags = ["--corpus", str(corpus), "--storage", str(storage)]
    after = subprocess.run(
        [sys.executable, "-m", "bot", "ask", QUESTION, *flags],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert after.returncode == 0, after.stderr
    assert "General Assembly" in after.stdout
