"""A rate limit that several processes share: token buckets in PostgreSQL, counted by the server's clock.

While the server is away each process limits by itself, so that nothing is ever unlimited.
"""

import logging
import math
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bot.page.people.database import PeopleDatabase
from bot.page.web.limits import WHOLE, MakeLimit, RateLimit, own_limit
from index.errors import StorageError

RETRY = 5.0  # seconds until a server that was away is asked again
_SWEEP = 1_000  # about so many requests between two deletions of full buckets
# One statement, so that two processes cannot take the same token. "at" of a new row is the time now; the
# time may have passed while the row was locked by others. "until" is when the bucket is full.
_NOW = "extract(epoch FROM clock_timestamp())"
_TAKE = f"""
INSERT INTO limits AS old (key, tokens, at, until, wait)
VALUES (?, ?::float8, {_NOW}, {_NOW} + ?::float8, 0)
ON CONFLICT (key) DO UPDATE SET (tokens, at, until, wait) = (
    SELECT left_over, now, now + (burst - left_over) / rate, wait FROM (
        SELECT now, rate, burst,
            CASE WHEN held >= {WHOLE} THEN greatest(0, held - 1) ELSE held END AS left_over,
            CASE WHEN held >= {WHOLE} THEN 0 ELSE (1 - held) / rate END AS wait
        FROM (
            SELECT rate, burst, greatest(old.at, excluded.at) AS now,
                least(burst, old.tokens + greatest(0, excluded.at - old.at) * rate) AS held
            FROM (SELECT ?::float8 AS rate, ?::float8 AS burst) AS given
        ) AS refilled
    ) AS taken
) RETURNING wait
"""
_GIVE_BACK = "UPDATE limits SET tokens = least(?::float8, tokens + 1) WHERE key = ? RETURNING 0"
_DELETE_FULL = f"DELETE FROM limits WHERE until < {_NOW} RETURNING 0"
_log = logging.getLogger(__name__)


class SharedLimit:
    """At most `burst` at once and `rate` a second on average for each key of a kind, in all processes."""

    def __init__(
        self,
        people: PeopleDatabase,
        kind: str,
        rate: float,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`people` must be in PostgreSQL; `clock` is asked while it is away."""
        if not (rate > 0 and math.isfinite(rate) and burst >= 1):
            raise ValueError(f"rate {rate}, burst {burst}: expected more than 0")
        self._people, self._kind, self._rate, self._burst = people, kind, rate, burst
        self._alone = RateLimit(rate, burst, clock)
        self._clock, self._retry_at = clock, 0.0

    def take(self, key: str) -> float:
        """Count one and return 0.0 if it is allowed; else return the seconds until it is."""
        rate, burst = self._rate, float(self._burst)
        values = self._key(key), burst - 1, 1 / rate, rate, burst
        rows = self._asked(_TAKE, values)
        if random.randrange(_SWEEP) == 0:
            self._asked(_DELETE_FULL, ())
        return self._alone.take(key) if rows is None else float(rows[0][0])

    def give_back(self, key: str) -> None:
        """Return one token, up to the size of the bucket."""
        if self._asked(_GIVE_BACK, (float(self._burst), self._key(key))) is None:
            self._alone.give_back(key)

    def _key(self, key: str) -> str:
        return f"{self._kind} {key}"

    def _asked(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]] | None:
        """The rows; None while the server is away: not every request waits until it is reached."""
        if self._clock() < self._retry_at:
            return None
        try:
            return self._people.rows(sql, values)
        except StorageError as error:
            _log.warning("each process limits by itself: %s", error)
            self._retry_at = self._clock() + RETRY
            return None


def limit_maker(people: PeopleDatabase) -> MakeLimit:
    """Makes limits that all processes over a database share; without one, those of this process."""
    return partial(SharedLimit, people) if people.database else own_limit
