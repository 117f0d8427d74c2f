"""Two reports on one set: the difference of each figure, and each question won, lost or the same.

Pure functions of reports; B is compared with A.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eval.metrics.metrics import interval
from eval.runs.figures import MEASURES
from eval.runs.report import Figure, Report
from eval.runs.result import CaseResult
from index.errors import EvaluationError

Outcome = Literal["won", "lost", "same", "only in A", "only in B"]


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure in both reports; `difference` is B - A, None where either has no value.

    `interval` is the paired 95 % bootstrap interval over the cases that both measure; None for a figure
    that is not a mean over cases.
    """

    a: Figure
    b: Figure
    difference: Figure
    interval: tuple[float, float] | None = None

    @property
    def is_significant(self) -> bool:
        """True when the whole interval is on one side of 0."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


@dataclass(frozen=True, slots=True)
class ComparedCase:
    """A question in both reports: "won" if A missed it and B did not, "lost" the other way round."""

    id: str
    question: str
    outcome: Outcome
    a: CaseResult | None
    b: CaseResult | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures by name, and the questions in A's order, those only in B last."""

    figures: dict[str, ComparedFigure]
    cases: tuple[ComparedCase, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many questions have each outcome."""
        return dict(Counter(case.outcome for case in self.cases))


def compare_reports(a: Report, b: Report) -> Comparison:
    """Compares two reports on the same set. Raises EvaluationError for different sets.

    A case that was edited between the runs counts twice: once only in A, once only in B.
    """
    if a.name != b.name:
        raise EvaluationError(
            f"one report is on set {a.name!r}, the other on {b.name!r}; expected two on the same set"
        )
    first, second = ({each.case: each for each in report.results} for report in (a, b))
    cases = tuple(
        ComparedCase(case.id, case.question, _outcome(found, other), found, other)
        for case in dict.fromkeys([*first, *second])
        for found, other in [(first.get(case), second.get(case))]
    )
    both = [(case.a, case.b) for case in cases if case.a and case.b]
    figures = {
        name: _compared(name, value, b.all_figures[name], both)
        for name, value in a.all_figures.items()
    }
    return Comparison(figures, cases)


def _compared(
    name: str, a: Figure, b: Figure, both: Sequence[tuple[CaseResult, CaseResult]]
) -> ComparedFigure:
    difference = None if a is None or b is None else b - a
    if name not in MEASURES:
        return ComparedFigure(a, b, difference)
    values = [(MEASURES[name].of(first), MEASURES[name].of(second)) for first, second in both]
    gains = [then - now for now, then in values if now is not None and then is not None]
    return ComparedFigure(a, b, difference, interval(np.array(gains)) if gains else None)


def _outcome(a: CaseResult | None, b: CaseResult | None) -> Outcome:
    if a is None:
        return "only in B"
    if b is None:
        return "only in A"
    if a.correct == b.correct:
        return "same"
    return "won" if b.correct else "lost"
