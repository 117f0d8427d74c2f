"""Limits on the size and rate of requests: 413 and 429 with one line each.

Requests are counted for each user and each address, in token buckets that refill with time.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.page.web.errors import error_line

LARGEST = 1_000_000  # bytes of a request that is not an upload
UPLOADS = "/api/uploads", "/api/list"
# These run models: rate-limited for POST, the search also for GET. All other requests are cheap.
ASKING = (
    *UPLOADS,
    "/gradio_api/queue/join",
    "/gradio_api/call",
    "/gradio_api/run",
    "/api/ask",
    "/api/search",
    "/mcp",
)
MOST_KEYS = 4_000
AT_ONCE = 8  # requests counted at the same time: a count may be on another machine
WHOLE = 1 - 1e-9  # a rounding error must not reject a client that waited the reported time


class Limit(Protocol):
    """Allows so many at once, and so many a second on average, for each key. Thread-safe."""

    def take(self, key: str) -> float:
        """Count one and return 0.0 if it is allowed; else return the seconds until it is."""
        ...

    def give_back(self, key: str) -> None:
        """Return one."""
        ...


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """Token buckets: at most `burst` at once and `rate` a second on average for each key. Thread-safe."""

    def __init__(
        self,
        rate: float,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
        most_keys: int = MOST_KEYS,
    ) -> None:
        """`rate` is in tokens a second, `clock` gives seconds.

        Beyond `most_keys`, the keys that were not used for longest are dropped.
        """
        if not (rate > 0 and math.isfinite(rate) and burst >= 1 and most_keys >= 1):
            raise ValueError(f"rate {rate}, burst {burst}, {most_keys} keys: expected more than 0")
        self._rate, self._burst, self._clock, self._most = rate, burst, clock, most_keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()  # least recently used first
        self._lock = threading.Lock()

    def take(self, key: str) -> float:
        """Count one and return 0.0 if it is allowed; else return the seconds until it is."""
        with self._lock:
            bucket = self._bucket(key)
            if bucket.tokens < WHOLE:
                return (1 - bucket.tokens) / self._rate
            bucket.tokens = max(0.0, bucket.tokens - 1)
            return 0.0

    def give_back(self, key: str) -> None:
        """Return one token, up to the size of the bucket."""
        with self._lock:
            bucket = self._bucket(key)
            bucket.tokens = min(float(self._burst), bucket.tokens + 1)

    @property
    def keys(self) -> int:
        """The number of keys that have a bucket."""
        return len(self._buckets)

    def _bucket(self, key: str) -> _Bucket:
        """The key's bucket, refilled; full buckets of other keys are dropped."""
        now = self._clock()
        bucket = self._buckets.pop(key, None)
        if bucket is None:
            bucket = _Bucket(float(self._burst), now)
        passed = max(0.0, now - bucket.at)  # the clock may have been set back
        bucket.tokens = min(float(self._burst), bucket.tokens + passed * self._rate)
        bucket.at = now
        self._buckets[key] = bucket
        self._drop_full(now)
        return bucket

    def _drop_full(self, now: float) -> None:
        idle = self._burst / self._rate
        while len(self._buckets) > 1:
            oldest = next(iter(self._buckets.values()))
            if len(self._buckets) <= self._most and now - oldest.at < idle:
                return
            self._buckets.popitem(last=False)


# A limit of a kind, with its rate and burst; limits of different kinds count separately.
MakeLimit = Callable[[str, float, int], Limit]


def own_limit(kind: str, rate: float, burst: int) -> Limit:
    """A limit of this process alone."""
    return RateLimit(rate, burst)


class RequestLimits:
    """ASGI middleware; it needs the owner that the middleware before it has set."""

    def __init__(self, app: ASGIApp, person: Limit, address: Limit, upload: int) -> None:
        """`upload` is the largest upload in bytes; `person` and `address` count questions."""
        self._app = app
        self._person, self._address, self._upload = person, address, upload
        self._threads = CapacityLimiter(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413 or 429."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._upload if scope["path"].startswith(UPLOADS) else LARGEST
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > most:
            await error_line(413, _too_large(most))(scope, receive, send)
            return
        wait = 0
        if _is_counted(scope):
            wait = await to_thread.run_sync(self._wait, scope, limiter=self._threads)
        if wait:
            line = f"Too many requests: try again in {wait} s."
            await error_line(429, line, retry_after=str(wait))(scope, receive, send)
            return
        await self._counted(scope, receive, send, most)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        """Pass on a request and count its body; answer 413 once it is too large."""
        read, started = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            # The application sees a broken connection.
            return {"type": "http.disconnect"} if read > most else message

        async def watched(message: Message) -> None:
            nonlocal started
            if read <= most or started:
                started = True
                await send(message)

        try:
            await self._app(scope, counted, watched)
        except Exception:
            if read <= most or started:
                raise
        if read > most and not started:
            await error_line(413, _too_large(most))(scope, receive, send)

    def _wait(self, scope: Scope) -> int:
        """Whole seconds until the next question is allowed; 0 if it is now."""
        client = scope.get("client") or ("", 0)
        # counted separately: who adds many files can still ask
        kind = "uploads " if scope["path"].startswith(UPLOADS) else ""
        person = f"{kind}{scope['state']['owner']}"
        waits = (self._person.take(person), self._address.take(client[0]))
        return int(-(-max(waits) // 1))


def _is_counted(scope: Scope) -> bool:
    if scope["method"] != "POST" and not scope["path"].startswith("/api/search"):
        return False
    return str(scope["path"]).startswith(ASKING)


def _too_large(most: int) -> str:
    return f"Too large: expected at most {most / 1e6:g} MB."
