"""Web processes that are killed while people ask: only what ran in them fails, and nothing is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from eval.bench.load import Person
from index.errors import EvaluationError
from tests.app.fleet.fleet import Fleet, eventually, fleet
from tests.index.catalog.postgres.cluster import Cluster

KILLS, PEOPLE = 20, 3
PAUSE = 1.1  # seconds between two questions of a person: more are refused as too many
QUESTIONS = (
    "Where did Obama say Assad must go?",
    "What kind of coalition did Putin ask for?",
    "How many lives has the Syrian war cost?",
    "Which countries will share military intelligence?",
)


@dataclass
class Asking:
    """One person who asks on and on in one conversation, as the page does."""

    fleet: Fleet
    person: Person = field(init=False)
    answered: list[str] = field(default_factory=list)
    failed: list[tuple[float, float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.person = Person(self.fleet.address)

    def ask(self, question: str) -> None:
        began = time.monotonic()
        try:
            self.person.ask(question)
            self.answered.append(question)
        except EvaluationError as error:
            self.failed.append((began, time.monotonic(), str(error)))

    def run(self, stop: threading.Event) -> None:
        number = 0
        while not stop.is_set():
            self.ask(f"{QUESTIONS[number % len(QUESTIONS)][:-1]}, number {number}?")
            number += 1
            stop.wait(PAUSE)

    def stored(self) -> list[list[str]]:
        """The questions of each stored conversation."""
        client = self.person._http
        entries = client.get("/api/conversations").json()["conversations"]
        exports = (
            client.get(f"/api/conversations/{entry['id']}/export", params={"form": "json"}).json()
            for entry in entries
        )
        return [[turn["question"] for turn in export["turns"]] for export in exports]


@pytest.fixture
def pair(cluster: Cluster, tmp_path: Path) -> Iterator[Fleet]:
    with fleet(tmp_path, cluster.url) as pair:
        yield pair


@pytest.fixture
def someone(pair: Fleet) -> Iterator[Callable[[], Asking]]:
    """Makes one more person."""
    made: list[Asking] = []

    def make() -> Asking:
        made.append(Asking(pair))
        return made[-1]

    yield make
    for one in made:
        one.person.close()


def test_killed_twenty_times_only_the_running_questions_fail_and_no_answer_is_lost(
    pair: Fleet, someone: Callable[[], Asking]
) -> None:
    stop, killed = threading.Event(), []
    people = [someone() for _ in range(PEOPLE)]
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in people]
    for thread in threads:
        thread.start()
    try:
        for number in range(KILLS):
            victim = number % 2
            before = pair.starts(victim)
            killed.append(pair.kill(victim))
            assert eventually(lambda v=victim, n=before: pair.starts(v) > n), pair.log.read_text()
            time.sleep(0.3 * (number % 4))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    # a question runs from when it is sent; nginx may need a moment to see that its process has gone
    for one in people:
        for began, ended, why in one.failed:
            assert any(began - 0.2 <= at <= ended for at in killed), why
        one.ask("How many lives has the Syrian war cost?")
        assert one.answered[-1] == "How many lives has the Syrian war cost?"
        # stored in order, in one conversation; what failed while its answer was sent may be stored too
        conversations = one.stored()
        assert len(conversations) == 1, conversations
        assert [turn for turn in conversations[0] if turn in one.answered] == one.answered
    failed, answered = (
        sum(len(getattr(p, kind)) for p in people) for kind in ("failed", "answered")
    )
    print(f"{KILLS} kills: {answered} answered, {failed} failed while their process was killed")
    assert failed <= KILLS * PEOPLE and answered > failed
    log = pair.log.read_text()
    assert log.count("ended (killed by signal 9); starting it again now") == KILLS
    assert "Traceback" not in log


def test_a_question_at_each_process_belongs_to_the_same_conversation(
    pair: Fleet, someone: Callable[[], Asking]
) -> None:
    one = someone()
    one.ask(QUESTIONS[0])
    for number in (0, 1):
        starts = pair.starts(number)
        pair.kill(number)
        one.ask("When did he say it?")  # at the other one, or it fails because it was killed
        assert eventually(lambda n=number, s=starts: pair.starts(n) > s)
        one.ask(QUESTIONS[number + 1])
    assert len(one.stored()) == 1 and one.stored()[0] == one.answered
