"""`python -m eval …`: measure answers and their parts, and make sets of cases.

Each command declares its own flags and the function that runs it.
"""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from eval.commands.ablate import add_ablate
from eval.commands.bench import add_bench
from eval.commands.cases import add_cases
from eval.commands.compare import add_compare
from eval.commands.importing import add_import
from eval.commands.parts import add_parts
from eval.commands.retrieval import add_retrieval
from eval.commands.robustness import add_corrupt
from eval.commands.run import add_run
from index.console import end_on_sigterm, exit_code

COMMANDS = (
    *(add_run, add_compare, add_corrupt, add_ablate),
    *(add_cases, add_import),
    *(add_parts, add_retrieval, add_bench),
)


def main(argv: Sequence[str] | None = None) -> int:
    """0 good, 1 a threshold was missed, 2 a usage error or a known error, 130 when interrupted."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed why
        return int(stop.code or 0)
    width = None if sys.stdout.isatty() else 120
    console = _Output(width=width, highlight=False, markup=False)
    return exit_code("eval", lambda: int(arguments.run(arguments, console)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description="Measure answers and their parts, and make sets of cases.",
    )
    commands = parser.add_subparsers(required=True)
    for add in COMMANDS:
        add(commands)
    return parser


class _Output(Console):
    """A console that leaves a closed pipe to `exit_code`; rich itself would exit with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


if __name__ == "__main__":
    end_on_sigterm()
    sys.exit(main())
