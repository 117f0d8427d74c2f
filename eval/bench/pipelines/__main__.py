"""One pipeline in a process of its own, asked by `eval.bench.pipelines.process` in lines of JSON.

    python -m eval.bench.pipelines NAME '{"corpus": …, "embedder": …, "fp32": …}'

A line is `[step, values]`; the reply is one line, `{"error": …}` when the step failed. What libraries
print goes to stderr.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.bench.machine import resident_mb
from eval.bench.pipelines.pipeline import Given, Pipeline, open_pipeline

WARM_UP = "What happened?"  # the first question loads what is loaded lazily


def main(argv: Sequence[str]) -> int:
    """Serves steps until the input ends. Times are taken here, without the way between the processes."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is no reply
    name, given = argv[0], Given.from_json(json.loads(argv[1]))
    before = resident_mb()
    opened: Pipeline | None = None
    for line in sys.stdin:
        try:
            opened = opened or open_pipeline(name, given)
            reply = {**_done(opened, *json.loads(line)), "rss_mb": _grown(before)}
        except Exception as error:  # each pipeline's libraries have errors of their own
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies, flush=True)
    if opened:
        opened.close()
    return 0


def _done(pipeline: Pipeline, step: str, values: Any) -> dict[str, Any]:
    if step == "sync":
        storage = Path(values)
        storage.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        indexed = pipeline.sync(storage)
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "articles": indexed.articles, "passages": indexed.passages}
    asked = getattr(pipeline, step)  # search, or Byline's answer
    times, given = [], []
    asked(WARM_UP)
    for question in values:
        began = time.perf_counter()
        given.append(asked(question))
        times.append((time.perf_counter() - began) * 1000)
    return {"ms": times, "given": given}


def _grown(before: float | None) -> float | None:
    now = resident_mb()
    return None if before is None or now is None else now - before


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
