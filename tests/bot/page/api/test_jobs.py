import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.build import build_engine
from bot.page.api.jobs import MOST_REPORTED, REST, IndexJobs, JobProgress, Kind, checked_json
from index.errors import CorpusError, StorageBusyError
from index.settings import load_settings
from index.sync.check import CheckReport, Finding
from index.sync.corpus import check_corpus, sync_corpus
from index.sync.report import Progress, SyncReport

PATIENCE = 30  # seconds


@dataclass
class Works:
    """Work that goes on until it is let go, and may fail."""

    error: Exception | None = None
    steps: int = 2
    go: threading.Event = field(default_factory=threading.Event)
    begun: int = 0

    def sync(self, progress: Progress) -> SyncReport:
        self.begun += 1
        for done in range(self.steps):
            progress(done, self.steps)
            assert self.go.wait(PATIENCE)
        if self.error:
            raise self.error
        return SyncReport(added=("a.txt",), articles=1, skipped=(("b.xyz", "no article\x1b[31m"),))

    def check(self, progress: Progress) -> CheckReport:
        return CheckReport(1, 2, (Finding("changed", "'a.txt': the file has changed"),))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def until(told: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not told():
        assert time.monotonic() < end
        time.sleep(0.01)


def ended(jobs: IndexJobs, kind: Kind) -> JobProgress:
    until(lambda: jobs.progress(kind).state != "running")
    return jobs.progress(kind)


def test_a_sync_tells_how_far_it_is_and_what_it_did() -> None:
    works = Works()
    jobs = IndexJobs(works.sync, works.check)
    assert jobs.progress("sync").state == "idle"
    jobs.start("sync")
    until(lambda: jobs.progress("sync").of == 2)
    assert jobs.progress("sync").state == "running"
    works.go.set()
    done = ended(jobs, "sync")
    assert (done.state, done.line) == (
        "done",
        "1 added, 0 changed, 0 removed; 1 articles in the index",
    )
    assert done.report is not None and done.report["skipped"] == 1
    assert jobs.last is not None and jobs.last.articles == 1


def test_only_one_runs_at_a_time_and_not_too_often() -> None:
    works, clock = Works(), Clock()
    jobs = IndexJobs(works.sync, works.check, clock=clock)
    jobs.start("sync")
    clock.now = 2 * REST
    for kind in ("sync", "check"):
        with pytest.raises(StorageBusyError, match="a sync is running"):
            jobs.start(kind)  # type: ignore[arg-type]
    works.go.set()
    ended(jobs, "sync")
    jobs.start("check")
    report = ended(jobs, "check").report
    assert report is not None and report["findings"][0]["kind"] == "changed"
    clock.now += REST - 4
    with pytest.raises(StorageBusyError, match="wait 4 s"):
        jobs.start("check")
    clock.now += 4
    jobs.start("check")
    assert works.begun == 1


def test_of_many_who_start_at_once_one_does() -> None:
    works, begun = Works(), list[int]()
    jobs = IndexJobs(works.sync, works.check)

    def start() -> None:
        try:
            jobs.start("sync")
        except StorageBusyError:
            return
        begun.append(1)

    threads = [threading.Thread(target=start) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    works.go.set()
    ended(jobs, "sync")
    assert len(begun) == works.begun == 1


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            CorpusError("x: no such folder; expected a folder"),
            "x: no such folder; expected a folder",
        ),
        (RuntimeError("a secret path"), "Something went wrong"),
    ],
)
def test_what_fails_is_one_line_and_the_next_may_begin(error: Exception, line: str) -> None:
    works, clock = Works(error, steps=0), Clock()
    jobs = IndexJobs(works.sync, works.check, clock=clock)
    jobs.start("sync")
    failed = ended(jobs, "sync")
    assert failed.state == "failed" and failed.line.startswith(line)
    clock.now = REST
    assert jobs.start("check").state == "running"


def test_closing_stops_what_is_running_between_two_files() -> None:
    works = Works(steps=1000)
    jobs = IndexJobs(works.sync, works.check)
    jobs.start("sync")
    until(lambda: jobs.progress("sync").of)
    closing = threading.Thread(target=jobs.close)
    closing.start()
    until(lambda: jobs._stopping)
    works.go.set()
    closing.join(PATIENCE)
    assert jobs.progress("sync").state == "failed"
    assert "stopped" in jobs.progress("sync").line
    with pytest.raises(StorageBusyError, match="is closing"):
        jobs.start("check")


def test_of_thousands_of_findings_some_are_told_and_all_counted() -> None:
    findings = tuple(Finding("new", f"'{n}.txt'\x1b[2J") for n in range(5 * MOST_REPORTED))
    told = checked_json(CheckReport(1, 1, findings))
    assert len(told["findings"]) == MOST_REPORTED and told["found"] == 5 * MOST_REPORTED
    assert "\x1b" not in str(told["findings"])


def test_an_engine_answers_meanwhile_and_then_from_what_the_sync_brought(
    make_corpus: Callable[..., Any], tmp_path: Any
) -> None:
    corpus = make_corpus({"a.txt": "The ferry to Oban was late. Twenty people had to wait."})
    settings = load_settings(corpus=corpus, storage=tmp_path / "storage")
    sync_corpus(settings)
    engine = build_engine(settings)
    jobs = IndexJobs(
        lambda progress: sync_corpus(settings, progress),
        lambda progress: check_corpus(settings, progress),
        clock=iter(range(0, 10**6, 100)).__next__,
    )
    try:
        make_corpus({"b.txt": "The zeppelin landed in Glasgow on Monday."})
        jobs.start("check")
        assert [f["kind"] for f in ended(jobs, "check").report["findings"]] == ["new"]  # type: ignore[index]
        jobs.start("sync")
        assert engine.search("Where did the ferry go?", 1)
        assert ended(jobs, "sync").state == "done"
        assert engine.search("Where did the zeppelin land?", 1)[0].article.path == "b.txt"
        jobs.start("check")
        assert ended(jobs, "check").report["agrees"] is True  # type: ignore[index]
    finally:
        jobs.close()
        engine.close()
