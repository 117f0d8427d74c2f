"""Every rule that can be switched off, by name."""

from collections.abc import Mapping, Sequence

from eval.ablation.composing import ANSWERS, MORE
from eval.ablation.facts import FACTS
from eval.ablation.rule import Rule
from index.errors import EvaluationError

RULES: Mapping[str, Rule] = {rule.name: rule for rule in (*FACTS, *ANSWERS, *MORE)}


def chosen_rules(names: Sequence[str]) -> list[Rule]:
    """The rules with these names, or below them ("english.period"); all by default.

    Raises EvaluationError for a name that fits none.
    """
    for name in names:
        if not any(_fits(name, known) for known in RULES):
            raise EvaluationError(
                f"--rule {name}: no such rule; expected one that `--list` prints, or its beginning"
            )
    return [
        rule for known, rule in RULES.items() if not names or any(_fits(n, known) for n in names)
    ]


def _fits(name: str, known: str) -> bool:
    return known == name or known.startswith(f"{name}.")
