"""Two runs of one set side by side: each figure with its difference, each question won, lost or the same.

Pure functions of runs; B is measured against A.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from eval.outcome import CaseResult
from eval.results import Figure
from eval.runs import Run
from index.errors import EvaluationError

Outcome = Literal["won", "lost", "same", "only in A", "only in B"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure in both runs; `difference` is B less A, None where either has nothing to measure."""

    name: str
    a: Figure
    b: Figure
    difference: Figure


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
    figures = tuple(_compared(name, a.figures[name], b.figures[name]) for name in a.figures)
    first, second = ({each.case: each for each in run.report.results} for run in (a, b))
    cases = dict.fromkeys([*first, *second])
    duels = tuple(_duel(first.get(case), second.get(case)) for case in cases)
    return SideBySide(a, b, figures, duels)


def _compared(name: str, a: Figure, b: Figure) -> Compared:
    return Compared(name, a, b, None if a is None or b is None else b - a)


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
