"""Why a language model did not answer: whatever its client raised becomes a short plain clause.

The clients' errors are known by their names, so that none of them is imported. Nothing they say is
repeated: a server may answer with the key it was sent.
"""

import socket
import ssl
from collections.abc import Iterator

TIMEOUTS = frozenset(("TimeoutException", "APITimeoutError", "TimeoutError"))
UNREACHED = frozenset(("ConnectError", "ConnectionRefusedError", "gaierror"))
# Looked for after those above: OpenAI's client calls a refused connection and a lost one the same.
CUT = frozenset(("RemoteProtocolError", "NetworkError", "APIConnectionError", "ConnectionError"))
REPORTED = frozenset(("APIError", "ResponseError"))
MALFORMED = frozenset(("ValueError", "TypeError", "LookupError", "AttributeError", "DecodingError"))

STATUS = {
    400: "it did not take the request; check BYLINE_LLM",
    401: "check the key",
    402: "its account has no credit left",
    403: "check the key and what it may use",
    404: "it has no such model or address; check BYLINE_LLM, with Ollama run `ollama pull`",
    413: "the passages are too long for it; lower BYLINE_CANDIDATES",
    429: "too many requests, or the quota is used up; ask again later",
}


class AttemptError(Exception):
    """Why an answer did not arrive; `passes` when another attempt may succeed."""

    def __init__(self, clause: str, passes: bool = False) -> None:
        super().__init__(clause)
        self.clause = clause
        self.passes = passes


def explain(error: Exception) -> AttemptError:
    """What `error`, of whichever client, means: a clause that follows the server's name."""
    chain = tuple(_chain(error))
    names = {kind.__name__ for cause in chain for kind in type(cause).__mro__}
    status = next((found for cause in chain if (found := _status(cause))), None)
    if status is not None:
        return _answered(status)
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
        return AttemptError(
            "sent what is no answer; check that BYLINE_LLM names the kind of server it is"
        )
    return AttemptError(f"failed with {type(error).__name__}; its own log may say more")


def _answered(status: int) -> AttemptError:
    passes = status in (408, 429) or status >= 500
    said = STATUS.get(status, "ask again later" if passes else "check BYLINE_LLM")
    return AttemptError(f"answered {status}: {said}", passes)


def _status(error: BaseException) -> int | None:
    found = getattr(error, "status_code", None)
    return found if isinstance(found, int) and 100 <= found <= 599 else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
