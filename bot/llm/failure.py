"""Why a language model did not answer: an error of any client becomes a short clause.

Clients' errors are recognised by name, so no client is imported. Their text is never repeated, because a
server may echo the key. The only header that is used is `Retry-After`.
"""

import math
import re
import socket
import ssl
import time
from collections.abc import Iterator
from email.utils import mktime_tz, parsedate_tz

import httpx

TIMEOUTS = frozenset(("TimeoutException", "APITimeoutError", "TimeoutError"))
UNREACHED = frozenset(("ConnectError", "ConnectionRefusedError", "gaierror"))
# Checked after those above: OpenAI's client has one name for a refused and a lost connection.
CUT = frozenset(("RemoteProtocolError", "NetworkError", "APIConnectionError", "ConnectionError"))
REPORTED = frozenset(("APIError", "ResponseError"))
MALFORMED = frozenset(("ValueError", "TypeError", "LookupError", "AttributeError", "DecodingError"))

LATER = "ask again later"
STATUS = {
    400: "it did not take the request; check BYLINE_LLM",
    401: "check the key",
    402: "its account has no credit left",
    403: "check the key and what it may use",
    404: "it has no such model or address; check BYLINE_LLM, with Ollama run `ollama pull`",
    413: "the passages are too long for it; lower BYLINE_CANDIDATES",
    429: f"too many requests, or the quota is used up; {LATER}",
}
MOST_WAIT_S = 1e9  # a longer wait is as good as for ever


class AttemptError(Exception):
    """Why an answer did not arrive; `passes` is true if a retry may succeed.

    `wait_s` is how long, in seconds, the server asked to be left alone; 0 when it did not.
    """

    def __init__(self, clause: str, passes: bool = False, wait_s: float = 0.0) -> None:
        super().__init__(clause)
        self.clause = clause
        self.passes = passes
        self.wait_s = wait_s


def explain(error: Exception) -> AttemptError:
    """The meaning of a client's `error`: a clause that follows the server's name."""
    chain = tuple(_chain(error))
    names = {kind.__name__ for cause in chain for kind in type(cause).__mro__}
    status = next((found for cause in chain if (found := _status(cause))), None)
    if status is not None:
        return _answered(status, max(map(_asked, chain)))
    if names & TIMEOUTS:
        return AttemptError(
            "did not answer in time; ask again, or take a faster model", passes=True
        )
    if any(isinstance(cause, ssl.SSLError) for cause in chain):
        return AttemptError(
            "could not be reached safely: its certificate or TLS is not as expected"
        )
    if any(isinstance(cause, socket.gaierror) for cause in chain):
        return AttemptError("could not be found: no such host; check BYLINE_LLM and the network")
    if any(isinstance(cause, ConnectionRefusedError) for cause in chain):
        return AttemptError("refused the connection; start it, or change BYLINE_LLM", passes=True)
    if names & UNREACHED:
        return AttemptError("could not be reached; check BYLINE_LLM and the network", passes=True)
    if names & CUT:
        return AttemptError("broke off the connection; ask again", passes=True)
    if names & REPORTED:
        return AttemptError("reported an error instead of an answer; its own log says more")
    if names & MALFORMED:
        return AttemptError("sent an unexpected response; check the provider in BYLINE_LLM")
    return AttemptError(f"failed with {type(error).__name__}; its own log may say more")


def _answered(status: int, wait_s: float) -> AttemptError:
    passes = status in (408, 429) or status >= 500
    said = STATUS.get(status, LATER if passes else "check BYLINE_LLM")
    if wait_s:
        said = said.replace(LATER, f"it asks to wait {math.ceil(wait_s):,} s")
    return AttemptError(f"answered {status}: {said}", passes, wait_s if passes else 0.0)


def _asked(error: BaseException) -> float:
    """The seconds of the response's Retry-After header; 0 without one.

    `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3).
    """
    response = getattr(error, "response", None)
    if not isinstance(response, httpx.Response):
        return 0.0
    said = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", said, re.ASCII):
        return min(float(said), MOST_WAIT_S)
    until, now = _moment(said), _moment(response.headers.get("date", ""))
    if until is None:
        return 0.0
    # By the server's clock if it sends a date: ours may be wrong.
    return min(max(0.0, until - (time.time() if now is None else now)), MOST_WAIT_S)


def _moment(date: str) -> float | None:
    """A date of a header in seconds since 1970, or None if it is not a date."""
    parsed = parsedate_tz(date)
    try:
        return None if parsed is None else float(mktime_tz(parsed))
    except (ValueError, OverflowError):
        return None


def _status(error: BaseException) -> int | None:
    found = getattr(error, "status_code", None)
    # For an error within an answer, the client may report 200.
    return found if isinstance(found, int) and 300 <= found <= 599 else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """`error` and its causes."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
