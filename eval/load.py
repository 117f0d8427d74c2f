"""Many people at once: a running page asked over HTTP as its own chat asks, by clients with a cookie each.

What people wait for, and what the program's memory does meanwhile. It knows the page from outside.
"""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from eval.memory import resident_mb
from eval.metrics import percentile
from index.errors import EvaluationError

PATIENCE = 120.0  # seconds for one answer


@dataclass(frozen=True, slots=True)
class Load:
    """What `people` asked: seconds waited for each answer, errors, and megabytes held after each round."""

    people: int
    seconds: tuple[float, ...]
    errors: tuple[str, ...]
    wall: float
    memory_mb: tuple[float, ...]

    @property
    def p50(self) -> float | None:
        """Median wait in seconds; None without an answer."""
        return percentile(self.seconds, 50)

    @property
    def p95(self) -> float | None:
        """Wait in seconds that 95 of 100 answers kept within."""
        return percentile(self.seconds, 95)


class Person:
    """One client: opens the page, keeps its cookie, asks in one conversation."""

    def __init__(self, address: str) -> None:
        """Opens the page at `address`. Raises EvaluationError when it is not Byline's."""
        self._http = httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False)
        try:
            self._http.get("/").raise_for_status()
            config = self._http.get("/config").raise_for_status().json()
            self._ask = _asking(config)
        except (httpx.HTTPError, ValueError, KeyError, StopIteration) as error:
            self._http.close()
            raise EvaluationError(f"{address}: no page of Byline ({error!r:.200})") from None
        self._session = f"load{id(self):x}"
        self._talk: Any = None

    def ask(self, question: str) -> str:
        """The answer as the chat shows it, in Markdown. Raises EvaluationError."""
        body = {
            "data": [question, "", None],
            "fn_index": self._ask,
            "session_hash": self._session,
        }
        try:
            self._http.post("/gradio_api/queue/join", json=body).raise_for_status()
            data = {"session_hash": self._session}
            with self._http.stream("GET", "/gradio_api/queue/data", params=data) as reply:
                reply.raise_for_status()
                return _answered(reply.iter_lines(), question)
        except httpx.HTTPError as error:
            raise EvaluationError(f"{question!r}: {error!r:.200}") from None

    def close(self) -> None:
        """Leaves the page."""
        self._http.close()


def _asking(config: dict[str, Any]) -> int:
    """The number of the event that sends the question off."""
    boxes = {one["id"]: one["props"].get("elem_id") for one in config["components"]}
    return next(
        int(event["id"])
        for event in config["dependencies"]
        if any(boxes.get(target[0]) == "by-send" for target in event["targets"])
    )


def _answered(lines: Iterator[str], question: str) -> str:
    """Reads events until the question is done; the last full list of messages holds the answer."""
    for line in lines:
        if not line.startswith("data: "):
            continue
        event = json.loads(line.removeprefix("data: "))
        if event["msg"] == "process_completed":
            if not event.get("success"):
                raise EvaluationError(f"{question!r}: {str(event.get('output'))[:200]}")
            return json.dumps(event["output"])
        if event["msg"] in ("unexpected_error", "queue_full"):
            raise EvaluationError(f"{question!r}: {event['msg']}")
    raise EvaluationError(f"{question!r}: the page hung up")


def load(
    address: str, questions: Sequence[str], people: int, each: int, process: int | None = None
) -> Load:
    """`people` ask `each` questions without a pause, starting at different ones of `questions`.

    `process` is the id of the page's program, whose memory is then looked at after every tenth answer.
    """
    seconds: list[float] = []
    errors: list[str] = []
    memory: list[float] = []
    lock = threading.Lock()

    def one(number: int) -> None:
        try:
            person = Person(address)
        except EvaluationError as error:
            with lock:
                errors.append(str(error))
            return
        try:
            for turn in range(each):
                question = questions[(number * each + turn) % len(questions)]
                began = time.monotonic()
                try:
                    person.ask(question)
                except EvaluationError as error:
                    with lock:
                        errors.append(str(error))
                    continue
                with lock:
                    seconds.append(time.monotonic() - began)
                    held = resident_mb(process) if process and len(seconds) % 10 == 0 else None
                    memory.extend([] if held is None else [held])
        finally:
            person.close()

    began = time.monotonic()
    with ThreadPoolExecutor(people) as pool:
        list(pool.map(one, range(people)))
    return Load(people, tuple(seconds), tuple(errors), time.monotonic() - began, tuple(memory))
