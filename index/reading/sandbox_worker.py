"""The subprocess of the sandbox: takes bytes, runs the reader of their suffix within limits, returns JSON.

Every error of a reader becomes one line. Its output is discarded.
"""

import json
import os
import resource
from typing import Any, BinaryIO

from index.errors import UnreadableError
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.registry import READERS
from index.reading.sandbox import READY
from index.text.noticed import noticing


def serve() -> None:
    """Answer requests from standard input on standard output, until the input ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):  # no library may read the requests or write into the replies
        os.dup2(null, handle)
    replies.write(READY)
    replies.flush()
    while line := requests.readline():
        head = json.loads(line)
        data = requests.read(head["length"])
        reply = json.dumps(_answer(head["suffix"], data, Limits(**head["limits"]))).encode()
        _send(replies, reply)


def _send(replies: BinaryIO, reply: bytes) -> None:
    replies.write(len(reply).to_bytes(8, "big") + reply)
    replies.flush()


def _answer(suffix: str, data: bytes, limits: Limits) -> dict[str, Any]:
    try:
        _bound(limits)
        with noticing() as noticed:
            found = _found(suffix, data, limits)
        return {"found": found, "noticed": sorted(noticed)}
    except UnreadableError as error:
        return {"refused": str(error)}
    except MemoryError:
        most = limits.memory_bytes / 1e6
        reason = f"takes more than {most:g} MB of memory to read: expected less; split the file"
        return {"refused": reason, "overrun": True}
    except RecursionError:
        return {"refused": "nested too deep: expected fewer levels"}
    except Exception as error:  # hostile bytes can cause any exception
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        return {"refused": f"damaged ({reason}): expected an intact file"}


def _bound(limits: Limits) -> None:
    """Limit the memory and CPU time of this process from now on."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    for kind, most in (
        (resource.RLIMIT_CPU, int(used) + 1 + limits.seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
    ):
        resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def _found(suffix: str, data: bytes, limits: Limits) -> list[dict[str, Any]]:
    found, size = [], 0
    for number, extracted in enumerate(READERS[suffix](data, limits), 1):
        if number > limits.articles:
            raise UnreadableError(
                f"more than {limits.articles} rows: expected at most that; split the file"
            )
        size += len(extracted.text)
        if size > limits.unpacked_bytes:
            raise UnreadableError(
                f"holds more than {limits.unpacked_bytes / 1e6:g} MB of text: expected at most that; "
                "split the file"
            )
        found.append(_plain(extracted))
    return found


def _plain(extracted: Extracted) -> dict[str, Any]:
    """As JSON, without lone surrogates."""

    def whole(text: str | None) -> str | None:
        return text and text.encode("utf-8", "replace").decode("utf-8")

    def line(text: str | None) -> str | None:
        return whole(" ".join(text.split())[:500] if text else None) or None

    day, updated = extracted.published, extracted.updated
    return {
        "text": whole(extracted.text),
        "title": line(extracted.title),
        "publisher": line(extracted.publisher),
        "published": day.isoformat() if day else None,
        "part": extracted.part,
        "pages": extracted.pages,
        "author": line(extracted.author),
        "updated": updated.isoformat() if updated else None,
        "refused": extracted.refused,
    }
