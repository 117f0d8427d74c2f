"""`python -m eval ablate`: switch each hand-written rule off in turn, and print which cases need it."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from eval.ablation.ablate import OUTCOMES, Ablation, ablate
from eval.ablation.registry import RULES, chosen_rules
from eval.ablation.rule import Rule
from eval.cases.files import check_target, write_whole
from eval.cases.named import set_name, set_path
from eval.commands.arguments import Commands
from eval.runs.asking import measured_with
from eval.runs.report import Report
from index.settings import load_settings

WIDEST = max(map(len, RULES))


def add_ablate(commands: Commands) -> None:
    """Declare `ablate` and its flags."""
    rules = commands.add_parser("ablate", help="switch each rule off in turn, and ask a set again")
    rules.add_argument("--set", action="append", metavar="NAME", help="a named set or .jsonl file")
    rules.add_argument("--corpus", type=Path, metavar="DIR", help="the articles of the set")
    rules.add_argument("--storage", type=Path, metavar="DIR", help="keep the index there")
    rules.add_argument(
        "--rule", action="append", default=[], metavar="NAME", help="a rule, or where it stands"
    )
    rules.add_argument("--list", action="store_true", help="print the rules and what each does")
    rules.add_argument("--json", type=Path, metavar="FILE", help="write the whole comparison")
    rules.set_defaults(run=ablate_sets)


def ablate_sets(arguments: argparse.Namespace, console: Console) -> int:
    """Prints a line for each set and rule as soon as it is known. Raises BylineError."""
    rules = chosen_rules(arguments.rule)
    if arguments.list:
        for rule in rules:
            _print(console, f"{rule.name:<{WIDEST}}  {rule.what}")
        return 0
    if arguments.json:
        check_target(arguments.json, "--json FILE")
    paths = [set_path(name) for name in dict.fromkeys(arguments.set or ["sample"])]
    found: list[Ablation] = []
    reports: list[Report] = []
    for path in paths:
        # one index a set: corpora may differ
        many = arguments.storage and len(paths) > 1
        storage = arguments.storage / set_name(path) if many else arguments.storage
        for one in ablate(path, arguments.corpus, storage, rules):
            if isinstance(one, Report):
                reports.append(one)
                _print(console, _summed(one))
            else:
                found.append(one)
                _print(console, _line(one))
    if arguments.json:
        content = json.dumps(to_json(rules, reports, found), indent=1, ensure_ascii=False) + "\n"
        write_whole(arguments.json, content.encode(), "--json FILE")
    return 0


def to_json(
    rules: Sequence[Rule], reports: Sequence[Report], found: Sequence[Ablation]
) -> dict[str, Any]:
    """Every set with its counts, and every rule with what is different without it in each set."""
    return {
        "settings": measured_with(load_settings()),
        "sets": {report.name: _counts(report) for report in reports},
        "rules": [
            {
                "rule": rule.name,
                "what": rule.what,
                "sets": {
                    one.set: {
                        **{
                            name: {"gained": moved.gained, "lost": moved.lost}
                            for name, moved in one.outcomes.items()
                        },
                        "changed": one.changed,
                    }
                    for one in found
                    if one.rule is rule
                },
            }
            for rule in rules
        ],
    }


def _counts(report: Report) -> dict[str, int]:
    counts = {name: sum(map(has, report.results)) for name, has in OUTCOMES.items()}
    return {"cases": len(report.results), **counts}


def _summed(report: Report) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in _counts(report).items())
    return f"{report.name}: {counts}. Without a rule:"


def _line(one: Ablation) -> str:
    """The counts without the rule, then the cases that need it and those that it harms."""
    counts = "  ".join(
        f"{name} +{len(moved.gained)} −{len(moved.lost)}" for name, moved in one.outcomes.items()
    )
    lines = [f"{one.rule.name:<{WIDEST}}  {counts}  changed {len(one.changed)}"]
    lines += [f"    needs it: {', '.join(one.needed_by)}"] if one.needed_by else []
    lines += [f"    better without: {', '.join(one.harmed)}"] if one.harmed else []
    return "\n".join(lines)


def _print(console: Console, text: str) -> None:
    console.print(Text(text), soft_wrap=True)
