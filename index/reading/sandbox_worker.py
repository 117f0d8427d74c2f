"""The inside of the process apart: takes bytes, runs the reader of their suffix within limits, gives JSON.

Whatever a reader raises becomes one line. What it prints goes nowhere.
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


def serve() -> None:
    """Answers on standard output what is asked on standard input, until that ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):  # no library may read the questions or write among the answers
        os.dup2(nowhere, handle)
    answers.write(READY)
    answers.flush()
    while line := questions.readline():
        head = json.loads(line)
        data = questions.read(head["length"])
        answer = json.dumps(_answer(head["suffix"], data, Limits(**head["limits"]))).encode()
        _send(answers, answer)


def _send(answers: BinaryIO, answer: bytes) -> None:
    answers.write(len(answer).to_bytes(8, "big") + answer)
    answers.flush()


def _answer(suffix: str, data: bytes, limits: Limits) -> dict[str, Any]:
    try:
        _bound(limits)
        return {"found": _found(suffix, data, limits)}
    except UnreadableError as error:
        return {"refused": str(error)}
    except MemoryError:
        most = limits.memory_bytes / 1e6
        told = f"takes more than {most:g} MB of memory to read: expected less; split the file"
        return {"refused": told, "overrun": True}
    except RecursionError:
        return {"refused": "nested too deep: expected what can be read"}
    except Exception as error:  # hostile bytes bring out every kind
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        return {"refused": f"damaged ({reason}): expected a sound file"}


def _bound(limits: Limits) -> None:
    """From here on the process may use so much memory, and the processor for so long, before it is ended."""
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
    """As JSON can hold it, and as every text must be: without lone surrogates, in whole characters."""

    def whole(text: str | None) -> str | None:
        return text and text.encode("utf-8", "replace").decode("utf-8")

    def line(text: str | None) -> str | None:
        return whole(" ".join(text.split())[:500] if text else None) or None

    day = extracted.published
    return {
        "text": whole(extracted.text),
        "title": line(extracted.title),
        "publisher": line(extracted.publisher),
        "published": day.isoformat() if day else None,
        "part": extracted.part,
        "pages": extracted.pages,
    }
