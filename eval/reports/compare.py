"""Two runs of one set side by side: each figure with its difference, each question won, lost or the same.

Pure functions of runs; B is measured against A.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eval.metrics.metrics import interval
from eval.runs.figures import MEASURES
from eval.runs.kept import Run
from eval.runs.report import Figure
from eval.runs.result import CaseResult
from index.errors import EvaluationError

Outcome = Literal["won", "lost", "same", "only in A", "only in B"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure in both runs; `difference` is B less A, None where either has nothing to measure.

    `interval` is the 95 % bootstrap interval of the differences case by case, over the cases that both
    measure it on; None for a figure that is no mean over cases.
    """

    name: str
    a: Figure
    b: Figure
    difference: Figure
    interval: tuple[float, float] | None = None

    @property
    def is_sure(self) -> bool:
        """True when the whole interval is on one side of 0."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


@dataclass(frozen=True, slots=True)
class Duel:
    """A question in both runs: "won" is missed by A and not by B, "lost" the other way round."""

    id: str
    question: str
    outcome: Outcome
    a: CaseResult | None
    b: CaseResult | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The figures of both runs, and their questions in A's order, those only in B last."""

    a: Run
    b: Run
    figures: tuple[Compared, ...]
    questions: tuple[Duel, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many questions have each outcome that occurs."""
        return dict(Counter(duel.outcome for duel in self.questions))


def side_by_side(a: Run, b: Run) -> SideBySide:
    """Compares two runs of the same set. Raises EvaluationError for runs of different sets.

    A question whose case was changed in between counts as two: one only in A, one only in B.
    """
    if a.report.name != b.report.name:
        raise EvaluationError(
            f"run {a.id} is of set {a.report.name!r} and run {b.id} of {b.report.name!r}; "
            "expected two runs of one set: pick another"
        )
    first, second = ({each.case: each for each in run.report.results} for run in (a, b))
    cases = dict.fromkeys([*first, *second])
    duels = tuple(_duel(first.get(case), second.get(case)) for case in cases)
    both = [(duel.a, duel.b) for duel in duels if duel.a and duel.b]
    figures = tuple(_compared(name, a.figures[name], b.figures[name], both) for name in a.figures)
    return SideBySide(a, b, figures, duels)


def _compared(
    name: str, a: Figure, b: Figure, both: Sequence[tuple[CaseResult, CaseResult]]
) -> Compared:
    difference = None if a is None or b is None else b - a
    if name not in MEASURES:
        return Compared(name, a, b, difference)
    values = [(MEASURES[name].of(first), MEASURES[name].of(second)) for first, second in both]
    gains = [then - now for now, then in values if now is not None and then is not None]
    return Compared(name, a, b, difference, interval(np.array(gains)) if gains else None)


def _duel(a: CaseResult | None, b: CaseResult | None) -> Duel:
    known = a or b
    assert known is not None
    return Duel(known.case.id, known.case.question, _outcome(a, b), a, b)


def _outcome(a: CaseResult | None, b: CaseResult | None) -> Outcome:
    if a is None:
        return "only in B"
    if b is None:
        return "only in A"
    if a.correct == b.correct:
        return "same"
    return "won" if b.correct else "lost"
