"""`python -m eval run --with BYLINE_X=VALUE`: ask a set with the current settings and with some changed.

Knows nothing of how a set is asked.
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.text import Text

from eval.cases.named import corpus_of, set_name
from eval.commands.compare import print_comparison
from eval.runs.asking import measured_with
from eval.runs.json import write_json
from eval.runs.report import Report
from index.errors import EvaluationError
from index.settings import Settings, load_settings, read_assignments

SHARED_FLAGS = {
    "corpus": "--corpus DIR",
    "storage": "--storage DIR",
}  # what is the same in both runs
OF_ONE_RUN = ("gate", "misses", "html", "write_baseline")


class AskSet(Protocol):
    """Asks a set: the figures of one run."""

    def __call__(
        self, path: Path, corpus: Path | None, storage: Path | None, changes: Mapping[str, str]
    ) -> Report:
        """Ask the set at `path` over `corpus`, with an index in `storage` and some settings changed."""
        ...


def run_twice(
    arguments: argparse.Namespace, paths: Sequence[Path], ask: AskSet, console: Console
) -> int:
    """Ask every set twice, and print the runs side by side. Raises BylineError before anything is asked."""
    if given := [flag for flag in OF_ONE_RUN if getattr(arguments, flag)]:
        flag = f"--{given[0].replace('_', '-')}"
        raise EvaluationError(
            f"{flag}: applies to one run, and --with makes two; remove one of the flags"
        )
    changes = read_changes(arguments.changes)
    separate = {path: _needs_another_index(path, arguments.corpus, changes) for path in paths}
    first, second = list[Report](), list[Report]()
    for path in paths:
        with tempfile.TemporaryDirectory("-byline-with") as folder:
            kept = arguments.storage or Path(folder, "index")
            kept = (
                kept / set_name(path) if len(paths) > 1 else kept
            )  # one index a set: corpora may differ
            other = Path(folder, "changed") if separate[path] else kept
            first.append(ask(path, arguments.corpus, kept, {}))
            second.append(ask(path, arguments.corpus, other, changes))
        print_both(first[-1], second[-1], arguments.changes, console)
    if arguments.json:
        write_json(first, arguments.json, measured_with(load_settings()))
        write_json(second, changed_file(arguments.json), measured_with(load_settings(**changes)))
    return 0


def read_changes(lines: Sequence[str]) -> dict[str, str]:
    """The settings that are changed, by name. Raises SettingsError or EvaluationError."""
    changes = read_assignments(lines)
    for name, flag in SHARED_FLAGS.items():
        if name in changes:
            raise EvaluationError(
                f"--with BYLINE_{name.upper()}: expected a setting that two runs over one folder can "
                f"differ in; for both of them there is {flag}"
            )
    return changes


def changed_file(path: Path) -> Path:
    """Where the run with changed settings goes: `report.json` has `report.with.json` beside it."""
    return path.with_name(f"{path.stem}.with{path.suffix}")


def _needs_another_index(path: Path, corpus: Path | None, changes: Mapping[str, str]) -> bool:
    """True when an index of one run would be made again by the other. Raises SettingsError."""
    folder = corpus_of(path, corpus)

    def made_of(settings: Settings) -> tuple[object, ...]:
        return settings.index_config, settings.embedder, settings.chroma

    return made_of(load_settings(corpus=folder)) != made_of(load_settings(corpus=folder, **changes))


def print_both(a: Report, b: Report, changes: Sequence[str], console: Console) -> None:
    """Both runs of a set side by side; B is the one with changed settings."""
    print_comparison(a, b, console, ("as set", "changed"))
    console.print(Text(f"changed: {', '.join(changes)}"), soft_wrap=True)
