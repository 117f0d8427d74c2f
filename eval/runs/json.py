"""A Report as JSON and back: byte for byte the same for equal answers, but for `timings_ms`.

The words of a passage stand once in a file, however many questions retrieved it. Knows nothing of engines.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from eval.cases.files import write_whole
from eval.runs.report import Figure, Report
from eval.runs.result import CaseResult
from index.errors import EvaluationError

_WORDS = ("file", "title", "text")
_DIGITS = 6  # of confidences and scores: beyond them the same sum may differ by its order
_RESULTS: Final = TypeAdapter(tuple[CaseResult, ...])


def report_to_json(report: Report) -> dict[str, Any]:
    """The whole report; everything outside `timings_ms` is the same on every run."""
    passages: dict[str, dict[str, str]] = {}
    results = [_result(result, passages) for result in report.results]
    return {
        "set": report.name,
        "digest": report.digest,
        "figures": _rounded({**report.figures, **report.confidences}),
        "intervals": {name: _rounded(ends) for name, ends in report.intervals.items()},
        "by_tag": {tag: {"correct": c, "cases": n} for tag, (c, n) in report.by_tag.items()},
        "passages": passages,
        "results": results,
        "timings_ms": {
            **report.timings,
            "stages": report.stages,
            "cases": [
                {"id": result.case.id, "ms": round(result.ms, 3), "stages": dict(result.stages)}
                for result in report.results
            ],
        },
    }


def report_from_json(raw: Mapping[str, Any]) -> Report:
    """The report that `report_to_json` made `raw` of.

    Raises ValueError, KeyError, TypeError or AttributeError for anything else.
    """
    kept = []
    for result, times in zip(raw["results"], raw["timings_ms"]["cases"], strict=True):
        passages = [{**one, **raw["passages"][one["id"]]} for one in result["passages"]]
        support = result.get("support") or result.get("borne") or {}  # as it was named before
        kept.append({**result, "support": support, "passages": passages, **times})
    results = _RESULTS.validate_python(kept)
    for each in results:
        check_finite([each.ms, *each.stages.values(), *(one.score for one in each.passages)])
        if not 0 <= each.confidence <= 1:
            raise ValueError("a confidence outside 0 to 1")
    return Report(str(raw["set"]), results)


def write_json(
    reports: Iterable[Report],
    path: Path,
    settings: Mapping[str, str | int] | None = None,
    judged: Sequence[Mapping[str, Mapping[str, Figure]]] = (),
) -> None:
    """Writes all reports to one file, with the settings they were made with, and what was `judged` of each.

    Raises EvaluationError.
    """
    rows = [report_to_json(report) for report in reports]
    if judged:
        rows = [row | {"judge": figures} for row, figures in zip(rows, judged, strict=True)]
    found = {"settings": dict(settings or {}), "reports": rows}
    # A lone surrogate (a file's name need not be text) must not fail the run.
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, text.encode("utf-8", "replace"), "--json FILE")


def read_json(path: Path) -> tuple[tuple[Report, ...], dict[str, str | int]]:
    """The reports of a file that `write_json` wrote, and their settings. Raises EvaluationError."""
    try:
        raw = json.loads(path.read_bytes())
        reports = tuple(report_from_json(one) for one in raw["reports"])
        return reports, dict(raw["settings"])
    except OSError as error:
        raise EvaluationError(
            f"{path}: cannot be read ({error.strerror}); expected a file of `eval run --json FILE`"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EvaluationError(
            f"{path}: no report, or a damaged one ({type(error).__name__}); "
            "write it again with `python -m eval run --json FILE`"
        ) from error


def check_finite(numbers: Iterable[float]) -> None:
    """Raises ValueError for NaN and the infinities: no JSON, but Python reads them."""
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a number that is not finite")


def _result(result: CaseResult, passages: dict[str, dict[str, str]]) -> dict[str, Any]:
    row = asdict(result)
    del row["ms"], row["stages"]
    row["confidence"] = round(result.confidence, _DIGITS)
    for passage in row["passages"]:
        passages[passage["id"]] = {name: passage.pop(name) for name in _WORDS}
        passage["score"] = round(passage["score"], _DIGITS)
    derived = {"correct": result.correct, "right": result.right, "cause": result.cause}
    matched = {"exact_match": result.exact_match, "token_f1": result.token_f1}
    return {"id": result.case.id, **row, **derived, **_rounded(matched)}


def _rounded(values: Any) -> Any:
    if isinstance(values, Mapping):
        return {name: _rounded(value) for name, value in values.items()}
    if isinstance(values, Sequence):
        return [_rounded(value) for value in values]
    return round(values, _DIGITS) if isinstance(values, float) else values
