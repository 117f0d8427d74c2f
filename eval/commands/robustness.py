"""`python -m eval corrupt`: changes a copy of the corpus, asks a set again, and prints which checks passed.

Wires the checks together; what each does stands with it.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.text import Text

from eval.cases.case import Case
from eval.cases.files import check_target, write_whole
from eval.cases.named import corpus_of, load_asked, set_name, set_path
from eval.commands.arguments import Commands, count
from eval.reports.terminal import NOTHING, make_table
from eval.robustness.checks import (
    check_addressed,
    check_injected,
    check_removed,
    check_renamed,
    check_reprinted,
    check_restored,
    check_shuffled,
    write_shuffled,
)
from eval.robustness.corpus import changing
from eval.robustness.edits import check_edited
from eval.robustness.result import Check, ask_known, choose_cases
from index.settings import Settings, load_settings

MOST = 20  # answerable cases, and half as many others
CHECKS = (
    check_removed,
    check_edited,
    check_reprinted,
    check_injected,
    check_addressed,
    check_renamed,
    check_restored,  # behind the others: it asks what they have left behind
)


def add_corrupt(commands: Commands) -> None:
    """Declare `corrupt` and its flags."""
    changes = commands.add_parser("corrupt", help="change the files of a copy, and ask again")
    changes.add_argument(
        "--set", default="sample", metavar="NAME", help="a named set or a .jsonl file"
    )
    changes.add_argument("--corpus", type=Path, metavar="DIR", help="the articles of the set")
    changes.add_argument(
        "--most",
        type=count,
        default=MOST,
        metavar="N",
        help=f"answerable cases of the set ({MOST})",
    )
    changes.add_argument("--json", type=Path, metavar="FILE", help="write every check")
    changes.set_defaults(run=corrupt)


def corrupt(arguments: argparse.Namespace, console: Console) -> int:
    """Run and print every check; 1 when one of them does not hold. Raises BylineError."""
    path = set_path(arguments.set)
    name = set_name(path)
    if arguments.json:
        check_target(arguments.json, "--json FILE")
    settings = load_settings(corpus=corpus_of(path, arguments.corpus))
    cases = load_asked(path, settings.corpus)
    errors = Console(stderr=True)
    watched = track(
        run_checks(settings, choose_cases(cases, arguments.most)),
        "Checking",
        total=len(CHECKS) + 1,
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )
    checks = list(watched)
    print_checks(name, checks, console)
    if arguments.json:
        content = json.dumps(to_json(name, checks), indent=1) + "\n"
        write_whole(arguments.json, content.encode(), "--json FILE")
    return 1 if any(check.failed for check in checks) else 0


def run_checks(settings: Settings, cases: Sequence[Case]) -> Iterator[Check]:
    """Every check in turn, on copies of the corpus of `settings`. Raises BylineError."""
    with tempfile.TemporaryDirectory("-byline-corrupt") as folder:
        with changing(settings, Path(folder, "changed")) as corpus:
            known = ask_known(corpus, cases)
            for check in CHECKS:
                yield check(corpus, known)
        write = partial(write_shuffled, settings.corpus, corpus.files)
        with changing(settings, Path(folder, "shuffled"), write) as corpus:
            yield check_shuffled(corpus, known)


def print_checks(name: str, checks: Sequence[Check], console: Console) -> None:
    """A row for each check, then the questions that failed, and why questions were skipped."""
    table = make_table([name, "asked", "passed", "skipped"])
    for check in checks:
        passed = str(check.passed) if check.asked else NOTHING
        row = (str(check.asked), passed, str(len(check.skipped)))
        table.add_row(f"{check.name}\n  {check.done}", *row, style="bold" if check.failed else "")
    console.print(table)
    for check in checks:
        for one in check.failed:
            line = f"- {check.name}: {one.id}: {one.question}\n    {one.why}"
            console.print(Text(line), soft_wrap=True)
    for check in checks:
        for why, times in Counter(one.why for one in check.skipped).items():
            console.print(Text(f"skipped by {check.name!r}: {times}: {why}"), soft_wrap=True)


def to_json(name: str, checks: Sequence[Check]) -> dict[str, Any]:
    """All checks with each question that failed or was skipped, and why."""
    return {"set": name, "checks": [{**asdict(check), "passed": check.passed} for check in checks]}
