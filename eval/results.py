"""What an evaluation gave: one CaseResult a case, and a Report with the figures derived from them.

Knows nothing of engines, files or printing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.calibration import auroc
from eval.cases import Case
from eval.metrics import (
    answer_is_right,
    exact_match,
    mean,
    ndcg_at_k,
    percentile,
    recall_at_k,
    reciprocal_rank,
    refusal_precision,
    refusal_recall,
    token_f1,
)

Figure = float | int | None
NEAR_MISS = (
    "near-miss"  # the tag of questions that are right but for a person, place, number or date
)


def digest_of(values: Sequence[object]) -> str:
    """16 hexadecimal digits of the values' JSON, the same for equal values on every run."""
    # ASCII escapes, so that a stray surrogate of a file's name cannot fail the run
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode("ascii")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one case gave.

    `retrieved` are the candidates' distinct files, best first. `citations` and `citations_valid`
    count those of every turn, history included. `ms` is the time of the last turn alone, and
    `digest` is of everything that was answered, times apart.
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

    @property
    def right(self) -> bool:
        """The short answer is an accepted one; without accepted answers, the refusal is."""
        if not self.case.answerable:
            return self.refused
        return not self.refused and bool(answer_is_right(self.given, self.case.answers))

    @property
    def file_right(self) -> bool:
        """A file that holds the answer is cited."""
        return not set(self.cited_files).isdisjoint(self.case.files)

    @property
    def correct(self) -> bool:
        """Right, and with a right file cited where there is something to cite."""
        return self.right and (self.file_right or not self.case.answerable)

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


@dataclass(frozen=True)
class Report:
    """The results of one set, in the set's order, and the figures derived from them."""

    name: str
    results: tuple[CaseResult, ...]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Counts, and shares in [0, 1], by name; None where a set has nothing to measure.

        The times are apart, in `timings`: these figures are the same on every run.
        """
        answerable = [result for result in self.results if result.case.answerable]
        refused = [result.refused for result in self.results]
        has_answer = [result.case.answerable for result in self.results]
        asked = [(r.retrieved, r.case.files) for r in answerable]
        citations = sum(result.citations for result in self.results)
        valid = sum(result.citations_valid for result in self.results)
        return {
            "cases": len(self.results),
            "answerable": len(answerable),
            "accuracy": mean(result.correct for result in answerable),
            "answer_right": mean(result.right for result in answerable),
            "file_cited": mean(result.file_right for result in answerable),
            "exact_match": mean(result.exact_match for result in answerable),
            "token_f1": mean(result.token_f1 for result in answerable),
            "citations": citations,
            "citation_validity": valid / citations if citations else None,
            "refusal_precision": refusal_precision(refused, has_answer),
            "refusal_recall": refusal_recall(refused, has_answer),
            "auroc": self._auroc(self.results),
            "auroc_near_misses": self._auroc(
                [r for r in self.results if r.case.answerable or NEAR_MISS in r.case.tags]
            ),
            "recall@1": mean(recall_at_k(*pair, 1) for pair in asked),
            "recall@5": mean(recall_at_k(*pair, 5) for pair in asked),
            "recall@10": mean(recall_at_k(*pair, 10) for pair in asked),
            "mrr@10": mean(reciprocal_rank(*pair, 10) for pair in asked),
            "ndcg@10": mean(ndcg_at_k(*pair, 10) for pair in asked),
        }

    @staticmethod
    def _auroc(results: Sequence[CaseResult]) -> float | None:
        """How well the confidence tells answerable cases from the others; refusals have one too."""
        return auroc([r.confidence for r in results], [r.case.answerable for r in results])

    @cached_property
    def timings(self) -> dict[str, float | None]:
        """Milliseconds from question to answer over all cases, last turns only."""
        times = [result.ms for result in self.results]
        return {f"p{percent}_ms": percentile(times, percent) for percent in (50, 95)}

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
