"""How often somebody may do something: one bucket of tokens for each key, refilled with time.

Pure but for its clock. It does not know what a key or a token stands for.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_KEYS = 4_000
WHOLE = 1 - 1e-9  # who waited just as long as told must not fail by a rounding


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """At most `burst` at once and `rate` a second on average, for each key. Safe to call from threads."""

    def __init__(
        self,
        rate: float,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
        most_keys: int = MOST_KEYS,
    ) -> None:
        """`rate` is in tokens a second, `clock` gives seconds.

        `most_keys` are remembered; of more, those that were last seen the longest ago are forgotten.
        """
        if not (rate > 0 and math.isfinite(rate) and burst >= 1 and most_keys >= 1):
            raise ValueError(f"rate {rate}, burst {burst}, {most_keys} keys: expected more than 0")
        self._rate, self._burst, self._clock, self._most = rate, burst, clock, most_keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()  # the longest unseen first
        self._lock = threading.Lock()

    def take(self, key: str) -> float:
        """0.0 when one more is allowed, which it then counts; else the seconds until the next one is."""
        with self._lock:
            bucket = self._bucket(key)
            if bucket.tokens < WHOLE:
                return (1 - bucket.tokens) / self._rate
            bucket.tokens = max(0.0, bucket.tokens - 1)
            return 0.0

    def give_back(self, key: str) -> None:
        """Uncounts one that was taken, never more than the bucket holds."""
        with self._lock:
            bucket = self._bucket(key)
            bucket.tokens = min(float(self._burst), bucket.tokens + 1)

    @property
    def keys(self) -> int:
        """How many keys are remembered."""
        return len(self._buckets)

    def _bucket(self, key: str) -> _Bucket:
        """The key's bucket, filled up to now; the others' are forgotten once they would be full."""
        now = self._clock()
        bucket = self._buckets.pop(key, None)
        if bucket is None:
            bucket = _Bucket(float(self._burst), now)
        passed = max(0.0, now - bucket.at)  # a clock that was set back fills nothing
        bucket.tokens = min(float(self._burst), bucket.tokens + passed * self._rate)
        bucket.at = now
        self._buckets[key] = bucket
        self._forget(now)
        return bucket

    def _forget(self, now: float) -> None:
        idle = self._burst / self._rate
        while len(self._buckets) > 1:
            longest_unseen = next(iter(self._buckets.values()))
            if len(self._buckets) <= self._most and now - longest_unseen.at < idle:
                return
            self._buckets.popitem(last=False)
