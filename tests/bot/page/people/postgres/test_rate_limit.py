"""Rate limits that several processes share: never more than the burst and the refill, in all together."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.page.people.database import PeopleDatabase
from bot.page.web import shared_limit
from bot.page.web.limits import RateLimit
from bot.page.web.shared_limit import SharedLimit, limit_maker
from index.catalog.postgres.address import Address
from tests.index.catalog.postgres.cluster import Cluster

Make = Callable[..., SharedLimit]


@pytest.fixture
def make(tmp_path: Path, database: Address) -> Iterator[Make]:
    """Makes the limit of one more process."""
    with ExitStack() as opened:

        def made(rate: float, burst: int, kind: str = "person") -> SharedLimit:
            people = PeopleDatabase(tmp_path / "people", database)
            opened.callback(people.close)
            return SharedLimit(people, kind, rate, burst)

        yield made


def test_two_processes_share_one_bucket(make: Make) -> None:
    both = make(0.001, 50), make(0.001, 50)
    with ThreadPoolExecutor(6) as threads:
        allowed = threads.map(lambda n: both[n % 2].take("a") == 0, range(90))
        assert sum(allowed) == 50
    assert both[1].take("b") == 0


def test_kinds_count_separately(make: Make) -> None:
    assert make(0.001, 1).take("a") == 0 == make(0.001, 1, "address").take("a")
    assert make(0.001, 1).take("a") > 0


def test_who_waits_as_told_is_allowed_and_who_does_not_is_refused(make: Make) -> None:
    one, other = make(2, 3), make(2, 3)
    assert [one.take("a"), other.take("a"), one.take("a")] == [0, 0, 0]
    wait = other.take("a")
    assert 0 < wait <= 0.5
    assert one.take("a") <= wait
    time.sleep(wait)
    assert one.take("a") == 0 and other.take("a") > 0


def test_what_is_given_back_can_be_taken_again_and_no_more(make: Make) -> None:
    limit = make(0.001, 2)
    limit.give_back("a")
    assert [limit.take("a") == 0 for _ in range(3)] == [True, True, False]
    limit.give_back("a")
    assert [limit.take("a") == 0 for _ in range(2)] == [True, False]


def test_a_server_s_clock_that_is_set_back_gives_nothing(make: Make, tmp_path: Path) -> None:
    limit = make(1, 1)
    assert limit.take("a") == 0
    with limit._people.writing() as db:
        db.execute("UPDATE limits SET at = at + 500")
    assert limit.take("a") > 0


def test_full_buckets_are_deleted_now_and_then(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow = make(1_000, 1), make(0.001, 2, "slow")
    for n in range(20):
        quick.take(str(n))
    slow.take("a")
    time.sleep(0.05)
    monkeypatch.setattr(shared_limit, "_SWEEP", 1)
    assert slow.take("a") == 0
    assert quick._people.rows("SELECT key FROM limits") == [("slow a",)]
    assert slow.take("a") > 0


def test_while_the_server_is_away_each_process_limits_by_itself(
    make: Make, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_limit, "RETRY", 0.5)
    limit = make(0.001, 3)
    assert limit.take("a") == 0
    cluster.stop("immediate")
    began = time.monotonic()
    assert [limit.take("a") == 0 for _ in range(5)] == [True] * 3 + [False] * 2
    limit.give_back("a")
    assert limit.take("a") == 0
    assert time.monotonic() - began < 15
    cluster.start()
    time.sleep(0.6)
    assert [limit.take("a") == 0 for _ in range(3)] == [True, True, False]


def test_without_a_database_a_limit_is_the_process_s_own(tmp_path: Path) -> None:
    made = limit_maker(PeopleDatabase(tmp_path))("person", 1, 5)
    assert isinstance(made, RateLimit) and not list(tmp_path.iterdir())


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (float("inf"), 1), (1, 0)])
def test_a_limit_that_limits_nothing_is_refused(make: Make, rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="expected more than 0"):
        make(rate, burst)
