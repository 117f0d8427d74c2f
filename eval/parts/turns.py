"""What resolution costs in answers: a set's follow-ups in their conversations, and as a person rewrote them.

Knows nothing of how a question is resolved.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from eval.cases.case import Case
from eval.runs.run import Answerer, run_cases
from index.formats.limits import Limits


@dataclass(frozen=True, slots=True)
class Loss:
    """What resolution costs: follow-ups answered correctly or rightly refused, of all `cases`.

    `ours` counts them asked in their conversation, `theirs` asked as a person's rewrite, alone.
    """

    cases: int
    ours: int
    theirs: int


def answer_loss(engine: Answerer, cases: Iterable[Case], corpus: Path, limits: Limits) -> Loss:
    """Asks every case that has a rewrite both ways."""
    written = [case for case in cases if case.rewrite]
    alone = [replace(case, question=case.rewrite, history=()) for case in written]
    ours, theirs = (
        sum(result.correct for result in run_cases(engine, some, corpus, limits=limits).results)
        for some in (written, alone)
    )
    return Loss(len(written), ours, theirs)
