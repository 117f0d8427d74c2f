"""Lists of several users: each answers its own questions, in the background, and goes on after a stop."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.asking.question_lists import AT_ONCE, MOST_QUESTIONS, QuestionLists
from bot.conversation import Conversation
from bot.retrieval.sources import CORPUS, Scope
from index.errors import StorageBusyError, TableError
from tests.bot.asking.tables import read_rows, write_table

PATIENCE = 20.0


class Waiting:
    """Answers in capitals, each after `go` is set; it remembers who asked."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.asked: list[tuple[str, str]] = []
        self.error: Exception | None = None

    def answer(self, question: str, conversation: Conversation, scope: Scope = CORPUS) -> Answer:
        self.go.wait(PATIENCE)
        if self.error:
            raise self.error
        self.asked.append((scope.owner, question))
        short = question.upper()
        return Answer(question, question, short, short, False, None, 0.5)


@pytest.fixture
def engine() -> Waiting:
    return Waiting()


@pytest.fixture
def make(tmp_path: Path, engine: Waiting) -> Iterator[Callable[[], QuestionLists]]:
    """Makes the lists of a page; each has the same folders, as after a restart."""
    (tmp_path / "corpus").mkdir()
    made: list[QuestionLists] = []

    def one() -> QuestionLists:
        made.append(QuestionLists(engine, tmp_path / "corpus", lambda owner: tmp_path / owner))
        return made[-1]

    yield one
    engine.go.set()
    for lists in made:
        lists.close()


def table(tmp_path: Path, *questions: str, ending: str = ".csv") -> bytes:
    path = write_table(tmp_path / f"table{ending}", ["question"], *([one] for one in questions))
    return path.read_bytes()


def ended(lists: QuestionLists, owner: str) -> str:
    """The state of the list once it no longer runs."""
    until = time.monotonic() + PATIENCE
    while lists.progress(owner).state == "running" and time.monotonic() < until:
        time.sleep(0.01)
    return lists.progress(owner).state


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".xlsx"])
def test_the_answers_are_in_a_file_of_the_same_kind(
    make: Callable[[], QuestionLists], tmp_path: Path, engine: Waiting, ending: str
) -> None:
    lists = make()
    lists.begin("anna", f"my table{ending}", table(tmp_path, "one", "two", ending=ending))
    assert ended(lists, "anna") == "done"
    now = lists.progress("anna")
    assert (now.done, now.of, now.line) == (2, 2, "2 questions: 2 answered, 0 refused")
    path = lists.answers("anna")
    assert path is not None and path.suffix == ending
    assert [row["answer"] for row in read_rows(path)] == ["ONE", "TWO"]
    assert engine.asked == [("anna", "one"), ("anna", "two")]


def test_a_stopped_list_goes_on_also_in_another_process_and_asks_nothing_twice(
    make: Callable[[], QuestionLists], tmp_path: Path, engine: Waiting
) -> None:
    lists = make()
    engine.go.clear()
    lists.begin("anna", "q.csv", table(tmp_path, "one", "two", "three"))
    threading.Timer(0.2, engine.go.set).start()
    lists.stop("anna")
    assert ended(lists, "anna") == "stopped"
    assert lists.progress("anna").line == "Stopped: 1 of 3 are answered."
    again = make()
    assert again.progress("anna").state == "stopped"
    again.go_on("anna")
    assert ended(again, "anna") == "done"
    assert [question for _, question in engine.asked] == ["one", "two", "three"]


def test_nobody_sees_anothers_list(
    make: Callable[[], QuestionLists], tmp_path: Path, engine: Waiting
) -> None:
    lists = make()
    lists.begin("anna", "q.csv", table(tmp_path, "one"))
    assert ended(lists, "anna") == "done"
    assert lists.progress("bert").state == "none"
    assert lists.answers("bert") is None
    with pytest.raises(TableError, match="no list of questions"):
        lists.go_on("bert")


def test_one_list_at_a_time_for_each_user_and_few_for_all(
    make: Callable[[], QuestionLists], tmp_path: Path, engine: Waiting
) -> None:
    lists, data = make(), table(tmp_path, "one")
    engine.go.clear()
    for number in range(AT_ONCE):
        lists.begin(f"user-{number}", "q.csv", data)
    with pytest.raises(StorageBusyError, match="your list is being answered"):
        lists.begin("user-0", "q.csv", data)
    with pytest.raises(StorageBusyError, match="other lists are being answered"):
        lists.begin("anna", "q.csv", data)
    assert lists.progress("anna").state == "none"


@pytest.mark.parametrize(
    ("name", "questions", "says"),
    [
        ("q.pdf", ["one"], "expected one of .csv"),
        ("q", ["one"], "ends with 'nothing'"),
        ("q.csv", [], "has no row"),
        ("q.csv", ["one"] * (MOST_QUESTIONS + 1), "has 1,001 questions; expected at most 1,000"),
    ],
)
def test_a_table_that_cannot_be_asked_is_refused_and_an_earlier_list_stays(
    make: Callable[[], QuestionLists],
    tmp_path: Path,
    name: str,
    questions: list[str],
    says: str,
) -> None:
    lists = make()
    lists.begin("anna", "good.csv", table(tmp_path, "one"))
    assert ended(lists, "anna") == "done"
    with pytest.raises(TableError, match=says) as caught:
        lists.begin("anna", name, table(tmp_path, *questions))
    assert str(tmp_path) not in str(caught.value)
    assert lists.answers("anna") is not None


def test_a_removed_list_leaves_nothing(make: Callable[[], QuestionLists], tmp_path: Path) -> None:
    lists = make()
    lists.begin("anna", "q.jsonl", table(tmp_path, "one", ending=".jsonl"))
    assert ended(lists, "anna") == "done"
    lists.remove("anna")
    assert lists.progress("anna").state == "none"
    assert not list((tmp_path / "anna").iterdir())


def test_an_unexpected_error_ends_the_list_in_one_line(
    make: Callable[[], QuestionLists], tmp_path: Path, engine: Waiting
) -> None:
    lists = make()
    engine.error = RuntimeError("broken")
    lists.begin("anna", "q.csv", table(tmp_path, "one"))
    assert ended(lists, "anna") == "failed"
    assert "log has the details" in lists.progress("anna").line
