"""Many files are added at once: all of them, however often the server asks to wait."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

FILES = 60  # twice as many as are taken at once
DROP = """(zone, files) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name, { type: "text/plain" }));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def stories(count: int, first: int = 0) -> list[list[str]]:
    return [
        [f"ferry-{n:02}.txt", f"The ferry number {n} left Oban for Mull at noon on Monday.\n"]
        for n in range(first, first + count)
    ]


@pytest.fixture
def panel(page: Page, address: str) -> Locator:
    """The Articles tab of a user without files."""
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    page.get_by_role("tab", name="Articles").click()
    panel = page.locator("#by-articles")
    expect(panel.locator(".by-drop[for=by-files]")).to_be_visible()
    return panel


def drop(panel: Locator, files: list[list[str]]) -> Locator:
    """Drop files on the panel; the line that says what has become of them."""
    panel.locator(".by-drop[for=by-files]").evaluate(DROP, files)
    return panel.locator(".by-adding [role=status]")


def test_sixty_files_dropped_at_once_are_all_added(panel: Locator, page: Page) -> None:
    replies: list[int] = []
    page.on("response", lambda one: replies.append(one.status) if "uploads?" in one.url else None)
    odd = [["virus.exe", "MZ"], ["again.txt", stories(1)[0][1]]]
    line = drop(panel, [*stories(FILES), *odd])
    expect(panel.locator(".by-adding").get_by_role("progressbar").first).to_be_visible()
    done = f"62 of 62 files: {FILES} added, 1 already there, 1 skipped"
    expect(line).to_have_text(done, timeout=300_000)
    expect(panel.get_by_role("button", name="Ask within ferry-")).to_have_count(FILES)
    notes = panel.get_by_role("list", name="What was skipped, and why")
    expect(notes.get_by_role("listitem")).to_have_count(2)
    expect(notes).to_contain_text("virus.exe")
    expect(notes).to_contain_text("already added as ferry-00.txt")
    expect(panel.get_by_role("button", name="Stop")).to_have_count(0)
    assert 429 in replies and replies.count(201) == FILES + 1


def test_adding_can_be_stopped_and_continued(panel: Locator) -> None:
    line = drop(panel, stories(50))
    expect(line).to_contain_text(re.compile(r"^[1-9]\d* of 50"), timeout=60_000)
    panel.get_by_role("button", name="Stop").click()
    expect(line).to_have_text(re.compile(r"^50 of 50 files: \d+ added, \d+ not sent$"))
    added = int(re.findall(r"\d+", line.inner_text())[2])
    assert 0 < added < 50
    expect(panel.get_by_role("button", name="Ask within ferry-")).to_have_count(added)
    line = drop(panel, stories(added + 1))
    expect(line).to_have_text(
        f"{added + 1} of {added + 1} files: 1 added, {added} already there", timeout=60_000
    )


def test_a_busy_server_is_asked_again_and_a_failing_one_is_not(panel: Locator, page: Page) -> None:
    left = {"busy.txt": 2, "broken.txt": 99, "bad.txt": 1}
    sent: list[str] = []

    def reply(route: Any) -> None:
        name = route.request.url.split("name=")[1]
        sent.append(name)
        left[name] -= 1
        if left[name] < 0:
            route.continue_()
        else:
            status = 500 if name == "bad.txt" else 503
            route.fulfill(status=status, json={"error": f"{name} did not work"})

    page.route("**/api/uploads?*", reply)
    line = drop(panel, [[name, f"The ferry {name} left."] for name in left])
    expect(line).to_have_text("3 of 3 files: 1 added, 2 skipped", timeout=60_000)
    assert (sent.count("busy.txt"), sent.count("broken.txt"), sent.count("bad.txt")) == (3, 6, 1)
    expect(panel.locator(".by-notes")).to_contain_text("broken.txt did not work")


def test_who_adds_many_files_can_still_ask(panel: Locator, page: Page) -> None:
    line = drop(panel, stories(45))
    expect(line).to_contain_text(re.compile(r"^[1-9]\d* of 45"), timeout=60_000)
    asked = page.request.post(
        page.url.split("#")[0].split("?")[0] + "api/ask", data={"question": "Where is Raqqa?"}
    )
    assert asked.status == 200
    panel.get_by_role("button", name="Stop").click()


def test_the_bar_on_a_narrow_screen(browser: Browser, address: str, tmp_path: Path) -> None:
    """Nothing sticks out to the right while files are added."""
    narrow = browser.new_page(viewport={"width": 390, "height": 800})
    try:
        narrow.goto(address)
        narrow.get_by_role("tab", name="Articles").click()
        panel = narrow.locator("#by-articles")
        expect(panel.locator(".by-drop[for=by-files]")).to_be_visible()
        line = drop(panel, [*stories(3), [f"{'long' * 40}.exe", "MZ"]])
        expect(line).to_have_text("4 of 4 files: 3 added, 1 skipped", timeout=60_000)
        width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert narrow.evaluate(width)
    finally:
        narrow.close()
