"""Asks a set with every rule on, then with one after the other off, and compares the answers case by case."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from bot.build import build_engine
from eval.ablation.models import asked_once
from eval.ablation.rule import Rule, switched_off
from eval.ablation.watch import watching
from eval.cases.case import Case
from eval.cases.named import set_name
from eval.runs.asking import indexed_set
from eval.runs.report import Report
from eval.runs.result import CaseResult
from eval.runs.run import CitationChecker, run_case

# The outcomes that are counted; a right refusal counts as right.
OUTCOMES: Mapping[str, Callable[[CaseResult], bool]] = {
    "right": lambda result: result.correct,
    "wrong": lambda result: not result.correct and not result.refused,
    "falsely refused": lambda result: result.case.answerable and result.refused,
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Ids of the cases that have an outcome only without the rule, and of those that have it only with it."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ablation:
    """A set without one rule. `outcomes` are by their names in OUTCOMES; `changed` answered otherwise."""

    set: str
    rule: Rule
    outcomes: Mapping[str, Moved]
    changed: tuple[str, ...]

    @property
    def needed_by(self) -> tuple[str, ...]:
        """The cases that are right only with the rule."""
        return self.outcomes["right"].lost

    @property
    def harmed(self) -> tuple[str, ...]:
        """The cases that are right only without it."""
        return self.outcomes["right"].gained


def ablate(
    path: Path, corpus: Path | None, storage: Path | None, rules: Sequence[Rule]
) -> Iterator[Report | Ablation]:
    """The report with every rule, then a comparison for each of `rules`. Raises BylineError.

    The index of the set's corpus is brought up to date once.
    """
    with (
        indexed_set(path, corpus, storage) as (settings, cases),
        asked_once(),
        closing(build_engine(settings)) as engine,
    ):
        checker = CitationChecker(settings.corpus, settings.limits)

        def ask(case: Case) -> CaseResult:
            # Rewrites are not compared; without them each case is asked once.
            return run_case(engine, replace(case, rewrite=""), checker)

        results = []
        with watching(rules) as watch:
            for case in cases:
                watch.begin(case.id)
                results.append(ask(case))
        before = Report(set_name(path), tuple(results))
        yield before
        for rule in rules:
            with switched_off(rule):
                after = tuple(
                    ask(case) if watch.plays_a_part(rule, case.id) else result
                    for case, result in zip(cases, results, strict=True)
                )
            yield compare(rule, before, replace(before, results=after))


def compare(rule: Rule, before: Report, after: Report) -> Ablation:
    """What is different in `after`, the same cases asked without the rule."""
    pairs = list(zip(before.results, after.results, strict=True))

    def ids(has: Callable[[CaseResult], bool], pair: tuple[int, int]) -> tuple[str, ...]:
        first, second = pair
        return tuple(both[0].case.id for both in pairs if has(both[second]) > has(both[first]))

    outcomes = {name: Moved(ids(has, (0, 1)), ids(has, (1, 0))) for name, has in OUTCOMES.items()}
    changed = tuple(old.case.id for old, new in pairs if old.digest != new.digest)
    return Ablation(before.name, rule, outcomes, changed)
