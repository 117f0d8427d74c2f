"""The page under /news behind nginx as it comes, in a browser that knows another name than Byline does."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.app.nginx import BARE, free_port, nginx
from tests.browser.driving import ask
from tests.browser.serving import ROOT, served


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page as the browser has it."""
    folder, port = tmp_path_factory.mktemp("news"), free_port()
    with served(ROOT / "corpus", folder / "storage", {"BYLINE_ROOT_PATH": "/news"}) as address:
        behind = httpx.URL(address).netloc.decode()
        with nginx(folder / "nginx", BARE.format(port=port, path="/news/", behind=behind)):
            yield f"http://localhost:{port}/news/"


def test_everything_is_asked_for_under_the_path(page: Page, news: str, tmp_path: Path) -> None:
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("response", lambda one: failed.append(one.url) if one.status >= 400 else None)
    page.goto(news)
    reply = ask(page, "Where did Obama say Assad must go?")
    expect(reply).to_contain_text("General Assembly")
    reply.locator("a[href^='#cite-']").first.click()
    expect(page.locator("#by-viewer mark").first).to_contain_text("General Assembly")
    expect(page).to_have_url(re.compile(rf"^{re.escape(news)}\?c=.+#cite-"))
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#by-articles .by-table tbody tr").first).to_be_visible()
    (tmp_path / "ferry.txt").write_text("The ferry Carrow left Oban at noon.\n")
    page.locator("#by-files").set_input_files([tmp_path / "ferry.txt"])
    line = page.locator(".by-adding [role=status]")
    expect(line).to_have_text("1 of 1 file: 1 added", timeout=60_000)
    page.get_by_role("tab", name="Evaluation").click()
    expect(page.locator("#by-evaluation .by-panel")).not_to_be_empty()
    page.reload()
    expect(page.locator(".bot.message").first).to_contain_text("General Assembly")
    ours = [url for url in asked if url.startswith("http")]
    assert not [url for url in ours if not url.startswith(news)]
    assert not failed
