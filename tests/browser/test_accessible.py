"""The page by axe-core's rules in every state a person meets: light, dark and narrow."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driving import ask, violations

OBAMA = "Where did Obama say Assad must go?"
WIDE, NARROW = (1280, 860), (390, 844)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_no_serious_violation(
    browser: Browser, address: str, scheme: Any, size: tuple[int, int]
) -> None:
    viewport: Any = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    try:
        page = context.new_page()
        page.goto(address)
        expect(page.locator(".by-suggestion").first).to_be_visible()
        assert violations(page) == []
        reply = ask(page, OBAMA)
        expect(page.locator("#by-viewer mark#cited")).to_be_visible()
        assert violations(page) == []
        ask(page, "Who won the World Cup in 1998?")
        reply.locator(".by-timings summary").first.click()
        page.get_by_role("button", name="Dislike", exact=True).first.click()
        expect(page.locator("#by-vote")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#by-articles a[href^='#cite-']").first).to_be_visible()
        assert violations(page) == []
        page.get_by_role("tab", name="Evaluation").click()
        expect(page.locator("#by-evaluation select").first).to_be_visible()
        assert violations(page) == []
    finally:
        context.close()
