"""What an evaluation gave: one CaseResult a case, and a Report with the figures derived from them.

Knows nothing of engines, files or printing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from eval.calibration import (
    Bin,
    RiskPoint,
    area_under_risk_coverage,
    auroc,
    expected_calibration_error,
    reliability_bins,
    risk_coverage_points,
)
from eval.cases import Case
from eval.metrics import (
    answer_is_right,
    exact_match,
    mean,
    ndcg_at_k,
    percentile,
    recall_at_k,
    reciprocal_rank,
    token_f1,
    wilson_interval,
)
from eval.retrieval import interval

Figure = float | int | None
Fault = Literal[
    "not retrieved",
    "retrieved, not read",
    "read, but refused",
    "wrong span",
    "wrong citation",
    "should have refused",
]
TENTHS = 10  # bins of the reliability diagram
DEPTH = 10  # ranks of the recall curve
NEAR_MISS = (
    "near-miss"  # the tag of questions that are right but for a person, place, number or date
)


def digest_of(values: Sequence[object]) -> str:
    """16 hexadecimal digits of the values' JSON, the same for equal values on every run."""
    # ASCII escapes, so that a stray surrogate of a file's name cannot fail the run
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode("ascii")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage that was retrieved: its id, where it stands, its words and its fused score."""

    id: str
    file: str
    title: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one case gave.

    `retrieved` are the distinct files of `passages`, best first; the reader was given the first
    `read` of these. `citations` and `citations_valid` count those of every turn, history included.
    `text` is the whole answer as a person reads it, `given` the short one. `ms` is the time of the
    last turn alone, and `digest` is of everything that was answered, times
    apart.
    """

    case: Case
    standalone: str
    given: str
    refused: bool
    confidence: float
    cited_files: tuple[str, ...]
    retrieved: tuple[str, ...]
    citations: int
    citations_valid: int
    digest: str
    ms: float
    passages: tuple[Retrieved, ...] = ()
    read: int = 0
    text: str = ""

    @property
    def right(self) -> bool:
        """The short answer is an accepted one; without accepted answers, the refusal is."""
        if not self.case.answerable:
            return self.refused
        told = bool(answer_is_right(self.given, self.case.answers))
        return not self.refused and (told or self.case.matches(self.given))

    @property
    def file_right(self) -> bool:
        """A file that holds the answer is cited."""
        return not set(self.cited_files).isdisjoint(self.case.files)

    @property
    def correct(self) -> bool:
        """Right, and with a right file cited where there is something to cite."""
        return self.right and (self.file_right or not self.case.answerable)

    @property
    def fault(self) -> Fault | None:
        """The first step at which a miss went wrong; None for a correct case.

        Without an answer to give, it should have refused. Otherwise: no passage of a file that
        holds the answer was retrieved; or none was among those read; or all was there and it was
        refused; or other words were given; or the right words were, from another file.
        """
        if self.correct:
            return None
        if not self.case.answerable:
            return "should have refused"
        if self._lacks(self.passages):
            return "not retrieved"
        if self._lacks(self.passages[: self.read]):
            return "retrieved, not read"
        if self.refused:
            return "read, but refused"
        return "wrong citation" if self.right else "wrong span"

    def _lacks(self, passages: Sequence[Retrieved]) -> bool:
        return {passage.file for passage in passages}.isdisjoint(self.case.files)

    @property
    def exact_match(self) -> float | None:
        """EM of the short answer, 0 for a refusal; None for an unanswerable case."""
        return exact_match(self.given, self.case.answers)

    @property
    def token_f1(self) -> float | None:
        """Token F1 of the short answer, 0 for a refusal; None for an unanswerable case."""
        return token_f1(self.given, self.case.answers)

    @property
    def ranks(self) -> tuple[int | None, ...]:
        """The rank of each of the case's files among those retrieved, from 1; None if absent."""
        place = {file: rank for rank, file in enumerate(self.retrieved, start=1)}
        return tuple(place.get(file) for file in self.case.files)


def _interval(values: Sequence[float]) -> tuple[float, float]:
    shares = set(values) <= {0.0, 1.0}
    found = wilson_interval(int(sum(values)), len(values)) if shares else None
    return found or interval(np.array(values))


@dataclass(frozen=True)
class Report:
    """The results of one set, in the set's order, and the figures derived from them."""

    name: str
    results: tuple[CaseResult, ...]

    @cached_property
    def values(self) -> dict[str, list[float]]:
        """For each figure that is a mean: its value in every case that it is measured on."""
        answerable = [result for result in self.results if result.case.answerable]
        others = [result for result in self.results if not result.case.answerable]
        asked = [(r.retrieved, r.case.files) for r in answerable]
        each: dict[str, list[float | None]] = {
            "accuracy": [result.correct for result in answerable],
            "answer_right": [result.right for result in answerable],
            "file_cited": [result.file_right for result in answerable],
            "exact_match": [result.exact_match for result in answerable],
            "token_f1": [result.token_f1 for result in answerable],
            "refusal_precision": [not r.case.answerable for r in self.results if r.refused],
            "refusal_recall": [result.refused for result in others],
            "recall@1": [recall_at_k(*pair, 1) for pair in asked],
            "recall@5": [recall_at_k(*pair, 5) for pair in asked],
            "recall@10": [recall_at_k(*pair, 10) for pair in asked],
            "mrr@10": [reciprocal_rank(*pair, 10) for pair in asked],
            "ndcg@10": [ndcg_at_k(*pair, 10) for pair in asked],
        }
        return {name: [float(v) for v in some if v is not None] for name, some in each.items()}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Counts, and shares in [0, 1], by name; None where a set has nothing to measure.

        The times are apart, in `timings`: these figures are the same on every run.
        """
        means = {name: mean(values) for name, values in self.values.items()}
        citations = sum(result.citations for result in self.results)
        valid = sum(result.citations_valid for result in self.results)
        figures: dict[str, Figure] = {
            "cases": len(self.results),
            "answerable": sum(result.case.answerable for result in self.results),
            "citations": citations,
            "citation_validity": valid / citations if citations else None,
            "auroc": self._auroc(self.results),
            "auroc_near_misses": self._auroc(
                [r for r in self.results if r.case.answerable or NEAR_MISS in r.case.tags]
            ),
        }
        return {**figures, **means}

    @staticmethod
    def _auroc(results: Sequence[CaseResult]) -> float | None:
        """How well the confidence tells answerable cases from the others; refusals have one too."""
        return auroc([r.confidence for r in results], [r.case.answerable for r in results])

    @cached_property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """The 95 % intervals of those figures that are means over cases.

        Wilson's where every case has 0 or 1, else the bootstrap's of `eval.retrieval.interval`.
        """
        return {name: _interval(values) for name, values in self.values.items() if values}

    @cached_property
    def timings(self) -> dict[str, float | None]:
        """Milliseconds from question to answer over all cases, last turns only."""
        times = [result.ms for result in self.results]
        return {f"p{percent}_ms": percentile(times, percent) for percent in (50, 95)}

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
