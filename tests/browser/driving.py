"""What a person does on the page, and what axe-core thinks of it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect


def ask(page: Page, question: str) -> Locator:
    """Type a question as a person does; the message that answers it, once it is complete."""
    before = page.locator(".bot.message").count()
    page.get_by_role("textbox", name="Question").fill(question)
    page.keyboard.press("Enter")
    reply = page.locator(".bot.message").nth(before)
    expect(reply.locator(".by-sources, .by-notice").first).to_be_visible(timeout=20_000)
    return reply


def violations(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with the first element it is about."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
