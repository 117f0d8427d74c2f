"""The page in Chromium behind nginx with two processes: from the first visit on, and when one is killed."""

import httpx
from playwright.sync_api import Page, expect

from tests.app.fleet.fleet import Fleet, eventually
from tests.browser.driving import ask

OBAMA = "Where did Obama say Assad must go?"


def test_the_first_visit_a_question_a_kill_and_the_conversation_goes_on(
    page: Page, pair: Fleet
) -> None:
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("response", lambda one: failed.append(one.url) if one.status >= 400 else None)
    page.goto(pair.address)  # without a cookie
    expect(ask(page, OBAMA)).to_contain_text("General Assembly")
    expect(page.locator("#by-talks .by-talk")).to_have_count(1)
    assert not failed
    number = process_of(page, pair)
    starts = pair.starts(number)
    pair.kill(number)
    # the page as it is, at the other process
    expect(ask(page, "When did he say it?")).to_contain_text("Obama ×")
    expect(page.locator(".user.message")).to_have_count(2)
    expect(page.locator("#by-talks .by-talk")).to_have_count(1)
    assert eventually(lambda: pair.starts(number) > starts)
    expect(ask(page, "How many lives has the Syrian war cost?")).to_contain_text("220,000")
    expect(page.locator(".user.message")).to_have_count(3)
    # and opened anew, by its address
    assert "?c=" in page.url
    page.reload()
    expect(page.locator(".user.message")).to_have_count(3)
    expect(page.locator("#by-talks .by-talk")).to_have_count(1)


def process_of(page: Page, pair: Fleet) -> int:
    """The number of the process that nginx sends the page's requests to."""
    here = page.request.get(f"{pair.address}gradio_api/app_id").json()
    ids = [httpx.get(f"{one}gradio_api/app_id", trust_env=False).json() for one in pair.workers]
    return ids.index(here)
