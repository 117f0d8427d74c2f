"""Never more than the burst and what time has refilled, and never more keys than it may remember."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.page.web.limits import RateLimit


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


steps = st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 30, allow_nan=False)), max_size=150)


@given(steps, st.floats(0.01, 5), st.integers(1, 9))
def test_never_more_than_the_burst_and_the_refill(
    steps: list[tuple[str, float]], rate: float, burst: int
) -> None:
    clock = Clock()
    limit = RateLimit(rate, burst, clock)
    allowed: dict[str, list[float]] = {"a": [], "b": []}
    for key, passed in steps:
        clock.now += passed
        if limit.take(key) == 0:
            allowed[key].append(clock.now)
    for times in allowed.values():
        for first in range(len(times)):
            for last in range(first, len(times)):
                seconds = times[last] - times[first]
                assert last - first + 1 <= burst + rate * seconds + 1e-6


@given(st.floats(0.01, 5), st.integers(1, 9))
def test_who_waits_as_told_is_allowed_and_who_does_not_is_refused(rate: float, burst: int) -> None:
    clock = Clock()
    limit = RateLimit(rate, burst, clock)
    assert [limit.take("a") for _ in range(burst)] == [0.0] * burst
    wait = limit.take("a")
    assert wait == pytest.approx(1 / rate)
    clock.now += wait * 0.9
    assert limit.take("a") > 0
    clock.now += limit.take("a")
    assert limit.take("a") == 0
    assert limit.take("b") == 0, "another key has a bucket of its own"


def test_a_clock_that_is_set_back_gives_nothing() -> None:
    clock = Clock()
    limit = RateLimit(1, 1, clock)
    assert limit.take("a") == 0
    clock.now -= 500
    assert limit.take("a") > 0


def test_what_is_given_back_can_be_taken_again_and_no_more() -> None:
    clock = Clock()
    limit = RateLimit(1, 2, clock)
    limit.give_back("a")
    assert [limit.take("a") == 0 for _ in range(3)] == [True, True, False]
    limit.give_back("a")
    assert [limit.take("a") == 0 for _ in range(2)] == [True, False]


@given(st.lists(st.integers(0, 60), max_size=200), st.integers(1, 20))
def test_keys_are_bounded(keys: list[int], most: int) -> None:
    limit = RateLimit(0.001, 3, Clock(), most)
    for key in keys:
        limit.take(str(key))
        assert limit.keys <= most


def test_idle_keys_are_forgotten() -> None:
    clock = Clock()
    limit = RateLimit(1, 5, clock)
    for n in range(100):
        limit.take(str(n))
    assert limit.keys == 100
    clock.now += 6
    limit.take("new")
    assert limit.keys == 1


def test_threads_share_one_bucket() -> None:
    limit, allowed = RateLimit(0.001, 50, Clock()), []

    def work(note: Callable[[int], None]) -> None:
        for _ in range(100):
            if limit.take("a") == 0:
                note(1)

    threads = [threading.Thread(target=work, args=(allowed.append,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 50


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (float("inf"), 1), (1, 0)])
def test_a_limit_that_limits_nothing_is_refused(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="expected more than 0"):
        RateLimit(rate, burst)
