"""A changed folder is synced, once the index has time, and never because of the index's own files."""

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.page.api import watching
from bot.page.api.watching import Watcher
from index.errors import StorageBusyError


class CountingJobs:
    """Counts the syncs; the first `busy` attempts are refused."""

    def __init__(self, busy: int = 0) -> None:
        self.started, self.refused, self.busy = 0, 0, busy

    def start(self, kind: str) -> None:
        assert kind == "sync"
        if self.refused < self.busy:
            self.refused += 1
            raise StorageBusyError("a sync is running")
        self.started += 1


def soon(happened: Callable[[], bool]) -> bool:
    for _ in range(600):
        if happened():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "DEBOUNCE", 100)
    monkeypatch.setattr(watching, "STEP", 20)
    monkeypatch.setattr(watching, "_LOOK", 50)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "storage").mkdir(parents=True)
    return folder


def settled() -> None:
    """Give the watcher time to look at the folder, and at what is to be ignored."""
    time.sleep(0.5)


def test_a_new_a_changed_and_a_removed_file_are_synced(folder: Path) -> None:
    jobs = CountingJobs()
    watcher = Watcher(folder, jobs)
    try:
        settled()
        story = folder / "week" / "story.txt"
        for change in (
            lambda: (story.parent.mkdir(), story.write_text("one")),
            lambda: story.write_text("two"),
            story.unlink,
        ):
            before = jobs.started
            change()
            assert soon(lambda before=before: jobs.started > before)  # type: ignore[misc]
            settled()
    finally:
        watcher.close()


def test_a_busy_index_is_tried_again_until_it_takes_the_sync(folder: Path) -> None:
    jobs = CountingJobs(busy=3)
    watcher = Watcher(folder, jobs, retry=0.05)
    try:
        settled()
        (folder / "story.txt").write_text("one")
        assert soon(lambda: jobs.started == 1) and jobs.refused == 3
    finally:
        watcher.close()


def test_the_index_s_own_files_start_no_sync(folder: Path) -> None:
    jobs = CountingJobs()
    watcher = Watcher(folder, jobs, [folder / "storage"])
    try:
        settled()
        (folder / "storage" / "catalog.sqlite3").write_text("x")
        settled()
        assert jobs.started == 0
        (folder / "story.txt").write_text("one")
        assert soon(lambda: jobs.started == 1)
    finally:
        watcher.close()


def test_a_folder_that_is_gone_for_a_while_is_watched_again(folder: Path) -> None:
    jobs = CountingJobs()
    watcher = Watcher(folder, jobs, retry=0.05)
    try:
        settled()
        shutil.rmtree(folder)
        settled()
        folder.mkdir()
        before = jobs.started
        assert soon(lambda: jobs.started > before)  # what was missed meanwhile
        before = jobs.started
        (folder / "story.txt").write_text("one")
        assert soon(lambda: jobs.started > before)
    finally:
        watcher.close()


def test_closing_ends_the_thread_even_while_it_waits_for_the_index(folder: Path) -> None:
    jobs = CountingJobs(busy=10**9)
    watcher = Watcher(folder, jobs, retry=60)
    settled()
    (folder / "story.txt").write_text("one")
    assert soon(lambda: jobs.refused > 0)
    watcher.close()
    assert "watcher" not in [thread.name for thread in threading.enumerate()]
