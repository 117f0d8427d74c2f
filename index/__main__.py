"""`python -m index sync|status`: build the index of a folder of articles, and see what it holds."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from index.catalog import Catalog
from index.console import STOPPED, exit_code, printable
from index.encoder import Encoder
from index.settings import Settings, load_settings
from index.sync import Recipe, SyncReport, sync


def main(argv: Sequence[str] | None = None) -> int:
    """0 when done, 2 for wrong usage or a known error, told in one line, 130 when cut short."""
    arguments = _parser().parse_args(argv)
    return exit_code(f"index {arguments.command}", lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    settings = load_settings(corpus=arguments.corpus, storage=arguments.storage)
    if arguments.command == "status":
        return _status(settings)
    try:
        return _sync(settings)
    except KeyboardInterrupt:
        print("index: stopped; what was done is kept, the next sync goes on", file=sys.stderr)
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("sync", "bring the index in line with the folder"),
        ("status", "tell what the index holds"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--corpus", type=Path, help="folder of articles")
        command.add_argument("--storage", type=Path, help="folder of the index")
    return parser


def _sync(settings: Settings) -> int:
    recipe = Recipe(settings.passage_words, settings.overlap_words, settings.limits)
    console = Console(stderr=True)
    columns = (TextColumn("Syncing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        closing(Encoder(settings.embedder, settings.threads or None)) as encoder,
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task("files", total=None)
        report = sync(
            settings.corpus,
            settings.storage,
            encoder,
            recipe,
            lambda done, of: bar.update(task, completed=done, total=of),
        )
    _print_report(report)
    return 0


def _print_report(report: SyncReport) -> None:
    print(
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{len(report.kept)} kept; {report.articles} articles, {report.passages} passages, "
        f"{report.embedded} embedded in {report.seconds:.2f} s"
    )
    if report.repaired:
        print("Chroma was out of step with the catalog and has been filled again")
    for path, reason in report.skipped:
        print(f"skipped {path!a}: {printable(reason)}")


def _status(settings: Settings) -> int:
    with closing(Catalog(settings.storage)) as catalog:
        articles, passages = catalog.counts()
        print(f"corpus    {printable(str(catalog.meta('corpus')))}")
        print(f"storage   {printable(str(settings.storage))}")
        print(
            f"holds     {articles} articles, {passages} passages, generation {catalog.generation}"
        )
        for article in catalog.articles():
            day = article.published.isoformat() if article.published else "no date"
            print(f"  {article.path!a}  {day}  {printable(article.title)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
