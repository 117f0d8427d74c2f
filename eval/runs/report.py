"""The report of an evaluation: one CaseResult per case, and the figures derived from them.

Knows nothing of engines, files or printing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eval.metrics.calibration import (
    Bin,
    RiskPoint,
    area_under_risk_coverage,
    auroc,
    expected_calibration_error,
    reliability_bins,
    risk_coverage_points,
)
from eval.metrics.metrics import (
    interval,
    mean,
    percentile,
    recall_at_k,
    wilson_interval,
)
from eval.runs.figures import MEASURES, refusal_f1
from eval.runs.result import CaseResult, digest_of

Figure = float | int | None
TENTHS = 10  # bins of the reliability diagram
DEPTH = 10  # ranks of the recall curve
NEAR_MISS = (
    "near-miss"  # the tag of questions that are right but for a person, place, number or date
)


def _interval(values: Sequence[float]) -> tuple[float, float]:
    alike = set(values) in ({0.0}, {1.0})
    found = wilson_interval(int(sum(values)), len(values)) if alike else None
    return found or interval(np.array(values))


@dataclass(frozen=True)
class Report:
    """The results of one set, in the set's order, and the figures derived from them."""

    name: str
    results: tuple[CaseResult, ...]

    @cached_property
    def values(self) -> dict[str, list[float]]:
        """For each figure that is a mean: its value in every case that it is measured on."""
        each = {name: map(measure.of, self.results) for name, measure in MEASURES.items()}
        return {name: [v for v in values if v is not None] for name, values in each.items()}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Counts, and shares in [0, 1], by name; None where a set has nothing to measure.

        Times are in `timings`; these figures are the same on every run.
        """
        means = {name: mean(values) for name, values in self.values.items()}
        citations = sum(result.citations for result in self.results)
        valid = sum(result.citations_valid for result in self.results)
        figures: dict[str, Figure] = {
            "cases": len(self.results),
            "answerable": sum(result.case.answerable for result in self.results),
            "citations": citations,
            "citation_validity": valid / citations if citations else None,
            "refusal_f1": refusal_f1(self.results),
            "auroc": self._auroc(self.results),
            "auroc_near_misses": self._auroc(
                [r for r in self.results if r.case.answerable or NEAR_MISS in r.case.tags]
            ),
        }
        return {**figures, **means}

    @staticmethod
    def _auroc(results: Sequence[CaseResult]) -> float | None:
        """How well the confidence separates answerable cases from the others; refusals have one too."""
        return auroc([r.confidence for r in results], [r.case.answerable for r in results])

    @cached_property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """The 95 % intervals of those figures that are means over cases.

        `eval.metrics.metrics.interval` bootstraps them. Where every case has 0, or every case 1, a
        bootstrap interval has no width: there it is Wilson's.
        """
        return {name: _interval(values) for name, values in self.values.items() if values}

    @cached_property
    def timings(self) -> dict[str, float | None]:
        """Milliseconds from question to answer over all cases, last turns only."""
        times = [result.ms for result in self.results]
        return {f"p{percent}_ms": percentile(times, percent) for percent in (50, 95)}

    @cached_property
    def stages(self) -> dict[str, tuple[float, float]]:
        """p50 and p95 in milliseconds of every stage of the last turns, in the stages' order."""
        found: dict[str, list[float]] = {}
        for result in self.results:
            for stage, ms in result.stages.items():
                found.setdefault(stage, []).append(ms)
        return {
            stage: (percentile(times, 50) or 0.0, percentile(times, 95) or 0.0)
            for stage, times in found.items()
        }

    @cached_property
    def confidences(self) -> dict[str, Figure]:
        """ECE (in tenths) and AURC of the answered cases: lower is better."""
        sure, correct = self._answered
        return {
            "ece": expected_calibration_error(sure, correct, TENTHS),
            "aurc": area_under_risk_coverage(sure, correct),
        }

    @property
    def risk_coverage(self) -> tuple[RiskPoint, ...]:
        """The curve over the answered cases, by falling confidence; a case that is not correct is wrong.

        Coverage 1 is every answer that was given: a refusal has nothing that could be wrong.
        """
        return risk_coverage_points(*self._answered)

    @property
    def reliability(self) -> tuple[Bin, ...]:
        """The answered cases in ten bins by confidence, with the share that is correct."""
        return reliability_bins(*self._answered, TENTHS)

    @property
    def recall_curve(self) -> tuple[float, ...]:
        """recall@k for k = 1 ... 10, files against files, over the answerable cases; () without any."""
        asked = [(r.retrieved, r.case.files) for r in self.results if r.case.answerable]
        means = [mean(recall_at_k(*pair, k) for pair in asked) for k in range(1, DEPTH + 1)]
        return tuple(value for value in means if value is not None)

    @property
    def _answered(self) -> tuple[list[float], list[bool]]:
        """How sure each answer was that was given, and whether it is correct."""
        given = [result for result in self.results if not result.refused]
        return [result.confidence for result in given], [result.correct for result in given]

    @property
    def all_figures(self) -> dict[str, Figure]:
        """Every figure by name, those of confidence and time among them."""
        return {**self.figures, **self.confidences, **self.timings}

    @cached_property
    def by_tag(self) -> dict[str, tuple[int, int]]:
        """For each tag, how many of its cases are correct, and how many there are."""
        tags = sorted({tag for result in self.results for tag in result.case.tags})
        grouped = {tag: [r.correct for r in self.results if tag in r.case.tags] for tag in tags}
        return {tag: (sum(correct), len(correct)) for tag, correct in grouped.items()}

    @property
    def digest(self) -> str:
        """16 hexadecimal digits of all that was answered: two equal runs have the same."""
        return digest_of([result.digest for result in self.results])

    @property
    def misses(self) -> tuple[CaseResult, ...]:
        """The cases that were not answered, or not refused, as they should be."""
        return tuple(result for result in self.results if not result.correct)
