"""A page of Byline in a program of its own, and a person who asks it over HTTP as its own chat asks.

They know the page from outside.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from eval.cases.named import ROOT
from index.errors import EvaluationError

PATIENCE = 120.0  # seconds for one answer, and for the page's start
_ANNOUNCED = re.compile(r"Byline is at (http\S+)")


@contextmanager
def served(corpus: Path, folder: Path, storage: Path | None = None) -> Iterator[tuple[str, int]]:
    """The page over `corpus` as a program of its own: its address and process. Raises EvaluationError.

    Its log is in `folder`, and so is its index, unless `storage` names another place.
    """
    log = folder / "page.log"
    command = [sys.executable, str(ROOT / "app.py"), "--corpus", str(corpus), "--port", "0"]
    with log.open("w") as output:
        program = subprocess.Popen(
            [*command, "--storage", str(storage or folder / "storage")],
            stdout=output,
            stderr=output,
        )
        try:
            until = time.monotonic() + PATIENCE
            while not (found := _ANNOUNCED.search(log.read_text())):
                if program.poll() is not None or time.monotonic() > until:
                    raise EvaluationError(f"the page did not start: {log.read_text()[-300:]}")
                time.sleep(0.1)
            yield found[1], program.pid
        finally:
            program.terminate()
            program.wait()


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
        self._shown = ["", ""]  # the conversation and its newest turn

    def ask(self, question: str) -> str:
        """The answer as the chat shows it, in Markdown. Raises EvaluationError."""
        body = {
            "data": [question, "", None, *self._shown],
            "fn_index": self._ask,
            "session_hash": self._session,
        }
        try:
            self._http.post("/gradio_api/queue/join", json=body).raise_for_status()
            data = {"session_hash": self._session}
            with self._http.stream("GET", "/gradio_api/queue/data", params=data) as reply:
                reply.raise_for_status()
                answer = _answered(reply.iter_lines(), question)
                self._shown = json.loads(answer)["data"][4:6]
                return answer
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
