"""A pipeline in its own process: memory, threads and caches are not shared with the others.

Speaks lines of JSON with `python -m eval.bench.pipelines`; knows nothing of what is measured with it.
"""

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from eval.bench.pipelines.pipeline import Given
from eval.cases.named import ROOT
from index.errors import EvaluationError


class PipelineProcess:
    """One pipeline, started when it is made and ended by `close`."""

    def __init__(self, name: str, given: Given) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", "eval.bench.pipelines", name, json.dumps(given.to_json())],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # warnings of libraries; what goes wrong is in the reply
            text=True,
            encoding="utf-8",
        )

    def ask(self, step: str, values: Any) -> dict[str, Any]:
        """The reply to a step, waited for. Raises EvaluationError, in one line, when it failed."""
        assert self._process.stdin and self._process.stdout
        try:
            print(json.dumps([step, values]), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        reply: dict[str, Any] = json.loads(line) if line.strip() else {"error": "its process ended"}
        if "error" in reply:
            reason = " ".join(reply["error"].split())
            raise EvaluationError(f"{self.name}, {step}: {reason}; leave it out with --without")
        return reply

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
