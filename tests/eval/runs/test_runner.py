"""Running sets in the background: with the page's engine, beside its questions, one at a time."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.answer import Answer, Candidate
from bot.conversation import Conversation
from bot.engine import Engine
from eval.runs.asking import SearchableEngine, engine_opener, measured_with
from eval.runs.kept import Runs
from eval.runs.runner import Runner, State
from eval.runs.sets import AvailableSet
from index.errors import EvaluatingError, EvaluationError, NoSuchError, QuestionError
from index.settings import Settings
from tests.eval.conftest import CASES


def ended(runner: Runner) -> State:
    """The state once the run is over."""
    until = time.monotonic() + 120
    while runner.state.state == "running":
        assert time.monotonic() < until, runner.state
        time.sleep(0.01)
    return runner.state


class Slow:
    """An engine that waits at each question until it is let on."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def answer(self, question: str, conversation: Conversation) -> Answer:
        self.asked.release()
        assert self.go.acquire(timeout=60)
        return Answer(question, question, "", "", True, "nothing found", 0.1)

    def search(self, question: str, k: int = 10) -> tuple[Candidate, ...]:
        return ()


@pytest.fixture
def few(people: Path, served: Settings) -> AvailableSet:
    return AvailableSet("few", people / "sets" / "few.jsonl", served.corpus)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def waiting(slow: Slow, few: AvailableSet, runs: Runs) -> Iterator[Runner]:
    """A runner over the slow engine."""

    @contextmanager
    def opened(chosen: AvailableSet) -> Iterator[SearchableEngine]:
        yield slow

    runner = Runner(runs, lambda: {"few": few}, opened, dict)
    yield runner
    slow.go.release(100)
    runner.close()


def test_a_run_asks_the_pages_engine_and_is_kept(
    runner: Runner, runs: Runs, served: Settings
) -> None:
    assert runner.state == State()
    started = runner.start("few")
    assert (started.state, started.set, started.of) == ("running", "few", len(CASES))
    done = ended(runner)
    assert (done.state, done.done) == ("done", len(CASES))
    run = runs.load(done.run)
    assert dict(run.settings) == measured_with(served)
    where, moon, hostile = run.report.results
    assert where.correct and where.cited_files == ("obama-says-assad-must-go.md",)
    assert moon.correct and moon.refused
    assert hostile.cause in ("wrong span", "read, but refused")
    # what was read, and the ranking beyond it: ten of the passages there are
    assert where.read == served.candidates < len(where.passages) <= 10
    held = [passage.text for passage in where.passages if "obama-says" in passage.file]
    assert any("Assad" in text for text in held)


def test_two_runs_of_one_engine_give_the_same_figures(runner: Runner, runs: Runs) -> None:
    reports = []
    for _ in range(2):
        runner.start("few")
        reports.append(runs.load(ended(runner).run).report)
    assert reports[0].figures == reports[1].figures
    assert reports[0].digest == reports[1].digest


def test_people_are_answered_while_a_set_is_run(runner: Runner, engine: Engine) -> None:
    runner.start("few")
    assert engine.answer("Where did Obama say Assad must go?").citations
    assert ended(runner).state == "done"


def test_a_set_over_other_articles_gets_an_engine_of_its_own_that_is_closed(
    engine: Engine,
    served: Settings,
    people: Path,
    runs: Runs,
    make_corpus: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    corpus = make_corpus({"a.txt": "Bridge opens\n\nMayor Ada Pell cut the ribbon in Lindow.\n"})
    path = people / "bridge.jsonl"
    case = {"id": "1", "question": "Who cut the ribbon?", "answers": ["Ada Pell"]}
    path.write_text(json.dumps({**case, "files": ["a.txt"]}), encoding="utf-8")
    closed: list[Engine] = []
    close = Engine.close
    monkeypatch.setattr(Engine, "close", lambda self: (closed.append(self), close(self)))
    runner = Runner(
        runs,
        lambda: {"bridge": AvailableSet("bridge", path, corpus)},
        engine_opener(engine, served, people / "evaluation"),
        lambda: measured_with(served),
        served.limits,
    )
    runner.start("bridge")
    done = ended(runner)
    assert done.state == "done", done.line
    (result,) = runs.load(done.run).report.results
    assert result.correct and result.retrieved == ("a.txt",)
    assert (people / "evaluation" / "bridge" / "catalog.sqlite3").is_file()
    assert len(closed) == 1 and closed[0] is not engine
    assert engine.answer("Where did Obama say Assad must go?").citations


def test_the_pages_engine_is_taken_for_its_folder_by_whatever_way(
    engine: Engine, served: Settings, few: AvailableSet, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(served.corpus)
    opener = engine_opener(engine, served, tmp_path / "evaluation")
    with opener(AvailableSet("few", few.path, link)) as taken:
        assert taken is engine
    assert not (tmp_path / "evaluation").exists()
    assert engine.library.catalog.articles.all()  # still open


def test_progress_is_told_question_by_question_and_one_runs_at_a_time(
    waiting: Runner, slow: Slow
) -> None:
    waiting.start("few")
    for done in range(len(CASES)):
        assert slow.asked.acquire(timeout=60)
        assert (waiting.state.state, waiting.state.done) == ("running", done)
        with pytest.raises(EvaluatingError, match="'few' is being run"):
            waiting.start("few")
        slow.go.release()
    assert ended(waiting).state == "done"


def test_a_stopped_run_ends_after_its_question_and_leaves_nothing(
    waiting: Runner, slow: Slow, runs: Runs
) -> None:
    waiting.start("few")
    assert slow.asked.acquire(timeout=60)
    assert waiting.stop().line == "Stopping …"
    slow.go.release()
    stopped = ended(waiting)
    assert (stopped.state, stopped.done) == ("idle", 1)
    assert "1 of 3" in stopped.line
    assert runs.summaries() == ()
    waiting.start("few")  # and another may begin
    slow.go.release(len(CASES))
    assert ended(waiting).state == "done"


def test_stopping_when_nothing_runs_changes_nothing(waiting: Runner) -> None:
    assert waiting.stop() == State()


def test_a_question_that_cannot_be_asked_fails_the_run_with_its_line(
    waiting: Runner, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(question: str, conversation: Conversation) -> Answer:
        raise QuestionError("the question is empty")

    monkeypatch.setattr(slow, "answer", refuses)
    waiting.start("few")
    failed = ended(waiting)
    assert (failed.state, failed.line) == ("failed", "case 'where': the question is empty")


def test_what_nobody_foresaw_fails_the_run_in_one_line(
    waiting: Runner, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(question: str, k: int = 10) -> tuple[Candidate, ...]:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(slow, "search", breaks)
    slow.go.release(100)
    waiting.start("few")
    failed = ended(waiting)
    assert (failed.state, failed.line) == ("failed", "RuntimeError: two lines")


def test_an_unknown_or_damaged_set_does_not_start(
    runner: Runner, people: Path, tmp_path: Path
) -> None:
    with pytest.raises(NoSuchError, match=r"no set is called 'nothing'; expected .*few"):
        runner.start("nothing")
    for content, told in (
        ("{", "bad.jsonl, line 1: not JSON"),
        ("", "bad.jsonl: holds no case"),
        (json.dumps({**CASES[0], "files": ["no.txt"]}), "file 'no.txt' is not in corpus"),
    ):
        (people / "sets" / "bad.jsonl").write_text(content, encoding="utf-8")
        with pytest.raises(EvaluationError) as error:
            runner.start("bad")
        assert told in str(error.value) and "\n" not in str(error.value)
        assert str(tmp_path) not in str(error.value)
    assert runner.state == State()
