"""What a person does on the page."""

from playwright.sync_api import Locator, Page, expect


def ask(page: Page, question: str) -> Locator:
    """Type a question as a person does; the message that answers it, once it is complete."""
    before = page.locator(".bot.message").count()
    page.get_by_role("textbox", name="Question").fill(question)
    page.keyboard.press("Enter")
    reply = page.locator(".bot.message").nth(before)
    expect(reply.locator(".by-sources, .by-notice").first).to_be_visible(timeout=20_000)
    return reply
