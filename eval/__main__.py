"""`python -m eval …`: measure answers and their parts, and make cases of what people say of them.

Each command is a function elsewhere; here they have their names.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console

from eval.bench.load import measure_load
from eval.bench.scale import measure_sizes
from eval.cli import build_parser
from eval.commands.bench import bench
from eval.commands.cases import validate_sets, write_cases
from eval.commands.compare import compare_files
from eval.commands.importing import import_set
from eval.commands.parts import measure_check, measure_reader, measure_resolution
from eval.commands.retrieval import rank_collections
from eval.commands.robustness import corrupt
from eval.commands.run import run_sets
from index.console import exit_code

COMMANDS: Mapping[str, Callable[[argparse.Namespace, Console], int]] = {
    "run": run_sets,
    "compare": compare_files,
    "corrupt": corrupt,
    "validate": lambda arguments, _: validate_sets(arguments),
    "import": lambda arguments, _: import_set(arguments),
    "from-feedback": lambda arguments, _: write_cases(arguments),
    "reader": measure_reader,
    "resolution": measure_resolution,
    "check": measure_check,
    "retrieval": rank_collections,
    "scale": measure_sizes,
    "load": measure_load,
    "bench": bench,
}


def main(argv: Sequence[str] | None = None) -> int:
    """0 good, 1 a threshold was missed, 2 usage or a known error, 130 when cut short."""
    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed why
        return int(stop.code or 0)
    width = None if sys.stdout.isatty() else 120
    console = _Output(width=width, highlight=False, markup=False)
    return exit_code("eval", lambda: COMMANDS[arguments.command](arguments, console))


class _Output(Console):
    """A console that leaves a reader who went away to `exit_code`; rich's own would end with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


if __name__ == "__main__":
    sys.exit(main())
