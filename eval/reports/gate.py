"""The gate: what a set gave when its baseline was written, case by case, and what may not be lost of it.

Knows Reports and the baseline's file, and nothing of engines.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.cases.files import write_whole
from eval.metrics.metrics import interval
from eval.reports.terminal import shown
from eval.runs.figures import LABELS, LOWER_IS_BETTER, MEASURES
from eval.runs.report import Report
from index.errors import EvaluationError

BASELINE = Path(__file__).resolve().parents[1] / "baseline.json"
GATED = (
    "accuracy",
    "token_f1",
    "refusal_recall",
    "false_refusals",
    "citation_file_precision",
    "recall@10",
    "ndcg@10",
)
NAMED = 5  # cases that a line about a loss names
_DIGITS = 4
_KEYS = {"at_least", "figures", "cases"}


@dataclass(frozen=True, slots=True)
class Baseline:
    """What one set gave: the values of `figures` in every case, by the case's id; None where not measured.

    `at_least` are figures that may not be below a number, whatever they were.
    """

    at_least: Mapping[str, float]
    figures: tuple[str, ...]
    cases: Mapping[str, tuple[float | None, ...]]


def load_baseline(path: Path) -> dict[str, Baseline]:
    """The baselines by set. Raises EvaluationError for a file that is missing or damaged."""
    try:
        raw = json.loads(path.read_bytes())
        return {name: _baseline(one) for name, one in raw.items()}
    except OSError as error:
        raise EvaluationError(
            f"{path}: cannot be read ({error.strerror}); write one with --write-baseline FILE"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EvaluationError(
            f"{path}: no baseline, or a damaged one ({error}); "
            "restore it, or delete it and write it again with --write-baseline FILE"
        ) from error


def check_sets(baselines: Mapping[str, Baseline], names: Iterable[str], path: Path) -> None:
    """Raises EvaluationError when a set in `names` has no baseline: a gate must not pass silently."""
    for name in names:
        if name not in baselines:
            raise EvaluationError(
                f"{path}: set {name!r} has no baseline, only {', '.join(baselines) or 'none'}; "
                "add it with --write-baseline, or leave --gate out"
            )


def write_baseline(reports: Iterable[Report], path: Path) -> None:
    """Puts what the reports gave into the file at `path`; its other sets and its limits stay.

    Raises EvaluationError.
    """
    kept = load_baseline(path) if path.exists() else {}
    for report in reports:
        limits = kept[report.name].at_least if report.name in kept else {"citation_validity": 1.0}
        kept[report.name] = replace(_measured(report), at_least=limits)
    write_whole(path, _written(kept).encode(), "--write-baseline FILE")


def losses(report: Report, baseline: Baseline) -> tuple[str, ...]:
    """A line for each figure that is too low, or that fell beyond the interval; empty when the report passes.

    A figure fell when the whole 95 % bootstrap interval of its differences, case by case over the cases
    that both have, is on the wrong side of 0. A figure of `at_least` with nothing to measure is too low.
    """
    figures = report.all_figures
    lines = [
        f"{report.name}: {name} is {shown(figures[name])}, expected at least {least}"
        for name, least in baseline.at_least.items()
        if (value := figures[name]) is None or value < least
    ]
    now = {result.case.id: result for result in report.results}
    for place, name in enumerate(baseline.figures):
        pairs = {
            id_: (then, found)
            for id_, values in baseline.cases.items()
            if id_ in now
            and (then := values[place]) is not None
            and (found := MEASURES[name].of(now[id_])) is not None
        }
        lines += _loss(report.name, name, pairs)
    return tuple(lines)


def _loss(set_: str, name: str, pairs: Mapping[str, tuple[float, float]]) -> list[str]:
    if not pairs:
        return []
    sign = -1 if name in LOWER_IS_BETTER else 1
    gains = {id_: sign * (found - then) for id_, (then, found) in pairs.items()}
    low, high = interval(np.array(list(gains.values())))
    if high >= -(10**-_DIGITS):  # a rounding difference is no loss
        return []
    then, found = (math.fsum(pair[n] for pair in pairs.values()) / len(pairs) for n in (0, 1))
    lost = [id_ for id_, gain in gains.items() if gain < -(10**-_DIGITS)]
    more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    ends = sorted((sign * low, sign * high))
    return [
        f"{set_}: {name} went from {then:.3f} to {found:.3f} on {len(pairs)} cases "
        f"({ends[0]:+.3f} to {ends[1]:+.3f}): {', '.join(lost[:NAMED])}{more}"
    ]


def _measured(report: Report) -> Baseline:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, _DIGITS)

    cases = {
        result.case.id: tuple(rounded(MEASURES[name].of(result)) for name in GATED)
        for result in report.results
    }
    return Baseline({}, GATED, cases)


def _written(kept: Mapping[str, Baseline]) -> str:
    """JSON with a line a case, so that a change of the file can be read."""
    sets = []
    for name, one in kept.items():
        rows = (f"{json.dumps(id_)}: {json.dumps(_short(v))}" for id_, v in one.cases.items())
        cases = ",\n   ".join(rows)
        sets.append(
            f' {json.dumps(name)}: {{\n  "at_least": {json.dumps(dict(one.at_least))},\n'
            f'  "figures": {json.dumps(one.figures)},\n  "cases": {{\n   {cases}\n  }}\n }}'
        )
    return "{\n" + ",\n".join(sets) + "\n}\n"


def _short(values: Sequence[float | None]) -> list[float | int | None]:
    return [int(v) if v is not None and v == int(v) else v for v in values]


def _baseline(raw: Any) -> Baseline:
    """Raises ValueError, KeyError, TypeError or AttributeError for anything else."""
    if set(raw) != _KEYS:
        raise ValueError(f"keys {', '.join(raw)}; expected {', '.join(sorted(_KEYS))}")
    figures = tuple(raw["figures"])
    for name in (*figures, *raw["at_least"]):
        if name not in (MEASURES if name in figures else LABELS):
            raise ValueError(f"figure {name!r}; expected one of {', '.join(MEASURES)}")
    cases = {id_: tuple(_number(value) for value in values) for id_, values in raw["cases"].items()}
    if any(len(values) != len(figures) for values in cases.values()):
        raise ValueError("a case with more or fewer values than figures")
    least = {name: _number(value) for name, value in raw["at_least"].items()}
    return Baseline(
        {name: value for name, value in least.items() if value is not None}, figures, cases
    )


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)
