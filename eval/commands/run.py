"""`python -m eval run`: ask sets, show and write the reports, compare them with a baseline."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from eval.cases.files import check_target
from eval.cases.named import set_name, set_path
from eval.commands.arguments import Commands
from eval.reports.gate import BASELINE, check_sets, load_baseline, losses, write_baseline
from eval.reports.html import write_html
from eval.reports.terminal import print_judged, print_misses, print_reports
from eval.runs.asking import ask_set, measured_with
from eval.runs.json import write_json
from eval.runs.report import Report
from index.errors import EvaluationError
from index.settings import load_settings

if TYPE_CHECKING:
    from eval.reports.judge import Judge, Judged


def add_run(commands: Commands) -> None:
    """Declare `run` and its flags."""
    run = commands.add_parser("run", help="ask every case of a set and print the figures")
    run.add_argument("--set", action="append", metavar="NAME", help="sample, real or a .jsonl file")
    run.add_argument("--corpus", type=Path, metavar="DIR", help="the articles of the set")
    run.add_argument("--storage", type=Path, metavar="DIR", help="keep the index there")
    run.add_argument("--json", type=Path, metavar="FILE", help="write the whole report")
    run.add_argument("--misses", action="store_true", help="print each case that was missed")
    run.add_argument(
        "--gate",
        type=Path,
        nargs="?",
        const=BASELINE,
        metavar="FILE",
        help="exit with 1 when a figure has fallen significantly (default file: eval/baseline.json)",
    )
    run.add_argument(
        "--write-baseline",
        type=Path,
        nargs="?",
        const=BASELINE,
        metavar="FILE",
        help="write the baseline that --gate compares with (the same default)",
    )
    run.add_argument("--html", type=Path, metavar="FILE", help="write a report for a browser")
    run.set_defaults(run=run_sets)


def run_sets(arguments: argparse.Namespace, console: Console) -> int:
    """Runs the sets of the command line; 1 when the gate does not let them pass. Raises BylineError."""
    paths = [set_path(name) for name in dict.fromkeys(arguments.set or ["sample"])]
    names = [set_name(path) for path in paths]
    if len(set(names)) < len(names):
        raise EvaluationError(
            f"--set {' '.join(names)}: two sets have the same name; run them one at a time"
        )
    _check_targets(arguments)
    baselines = load_baseline(arguments.gate) if arguments.gate else {}
    if arguments.gate:
        check_sets(baselines, names, arguments.gate)
    reports, judged = _ask(arguments, paths)
    _show(arguments, reports, judged, console)
    lost = [
        line
        for report in reports
        if report.name in baselines
        for line in losses(report, baselines[report.name])
    ]
    for line in lost:
        print(f"lost: {line}", file=sys.stderr)
    return 1 if lost else 0


def _check_targets(arguments: argparse.Namespace) -> None:
    """Check the output files before anything is asked, not minutes later."""
    for name in ("json", "html", "write_baseline"):
        if path := getattr(arguments, name):
            check_target(path, f"--{name.replace('_', '-')} FILE")
    if arguments.write_baseline and arguments.write_baseline.exists():
        load_baseline(arguments.write_baseline)  # its other sets are kept, so it has to be whole


def _ask(
    arguments: argparse.Namespace, paths: Sequence[Path]
) -> tuple[list[Report], list["Judged"]]:
    """The report of every set, and what a judge says of each where one is set."""
    reports, storage = [], arguments.storage
    with _judge() as judge:
        for path in paths:
            # one index a set: corpora may differ
            folder = storage / set_name(path) if storage and len(paths) > 1 else storage
            reports.append(ask_set(path, arguments.corpus, folder))
        if judge is None:
            return reports, []
        return reports, judge.judged(reports, lambda line: print(line, file=sys.stderr))


def _show(
    arguments: argparse.Namespace,
    reports: Sequence[Report],
    judged: Sequence["Judged"],
    console: Console,
) -> None:
    """Prints the reports, and writes them where the command line says."""
    print_reports(reports, console)
    if judged:
        print_judged(reports, judged, console)
    if arguments.misses:
        for report in reports:
            print_misses(report, console)
    if arguments.json:
        write_json(reports, arguments.json, measured_with(load_settings()), judged)
    if arguments.html:
        write_html(reports, arguments.html, measured_with(load_settings()))
    if arguments.write_baseline:
        write_baseline(reports, arguments.write_baseline)


@contextmanager
def _judge() -> Iterator["Judge | None"]:
    """The judge of the settings; without one its libraries are not loaded. Raises LanguageModelError."""
    settings = load_settings()
    if not settings.judge:
        yield None
        return
    from eval.reports.judge import open_judge

    with open_judge(settings) as judge:
        yield judge
