"""`python -m index sync|check|status`: build the index of a folder of articles, and see what it holds."""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from index.catalog.catalog import Catalog
from index.console import STOPPED, exit_code, printable
from index.models.encoder import Encoder
from index.settings import Settings, load_settings
from index.sync.check import REMEDY, check
from index.sync.sync import SyncReport, sync

MOST_OF_A_KIND = 20  # lines of one kind that a check prints


def main(argv: Sequence[str] | None = None) -> int:
    """0 when done, 1 when a check found something, 2 for a known error, in one line, 130 when cut short."""
    arguments = _parser().parse_args(argv)
    return exit_code(f"index {arguments.command}", lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    settings = load_settings(corpus=arguments.corpus, storage=arguments.storage)
    if arguments.command == "status":
        return _status(settings)
    if arguments.command == "check":
        return _check(settings, arguments.json)
    try:
        return _sync(settings, arguments.full)
    except KeyboardInterrupt:
        print("index: stopped; what was done is kept, the next sync goes on", file=sys.stderr)
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("sync", "bring the index in line with the folder, and mend it"),
        ("check", "hold folder, catalog, full-text index and Chroma against each other"),
        ("status", "tell what the index holds"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--corpus", type=Path, help="folder of articles")
        command.add_argument("--storage", type=Path, help="folder of the index")
        if name == "sync":
            command.add_argument(
                "--full", action="store_true", help="read every file and passage, changed or not"
            )
        if name == "check":
            command.add_argument("--json", action="store_true", help="one JSON object")
    return parser


def _sync(settings: Settings, full: bool) -> int:
    with _open_encoder(settings) as encoder, _bar("Syncing") as progress:
        report = sync(
            settings.corpus,
            settings.storage,
            encoder,
            settings.recipe,
            progress,
            server=settings.server,
            full=full,
        )
    _print_report(report)
    return 0


def _check(settings: Settings, as_json: bool) -> int:
    began = time.monotonic()
    with _open_encoder(settings) as encoder, _bar("Checking") as progress:
        report = check(
            settings.corpus,
            settings.storage,
            encoder.fingerprint,
            settings.recipe,
            settings.server,
            progress,
        )
    if as_json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
        return 1 if report.findings else 0
    told = Counter[str]()
    for finding in report.findings:
        told[finding.kind] += 1
        if told[finding.kind] <= MOST_OF_A_KIND:
            print(f"{finding.kind:<10} {printable(finding.line)}")
    for kind, count in told.items():
        if count > MOST_OF_A_KIND:
            print(f"{kind:<10} … and {count - MOST_OF_A_KIND:,} more")
    print(
        f"{report.articles:,} articles, {report.passages:,} passages looked at "
        f"in {time.monotonic() - began:.1f} s: "
        + (f"run `{REMEDY}`" if report.findings else "folder, catalog, words and Chroma agree")
    )
    return 1 if report.findings else 0


def _open_encoder(settings: Settings) -> closing[Encoder]:
    return closing(Encoder(settings.embedder, settings.threads or None))


@contextmanager
def _bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with rate and time left on a terminal, and nothing elsewhere."""
    console = Console(stderr=True)
    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("files", total=None, rate="")

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)
            speed = bar.tasks[0].speed
            bar.update(task, rate=f"{speed:.0f} files/s" if speed else "")

        yield progress


def _print_report(report: SyncReport) -> None:
    print(
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{len(report.kept)} kept; {report.articles} articles, {report.passages} passages, "
        f"{report.embedded} embedded in {report.seconds:.2f} s"
    )
    if report.repaired:
        print("Chroma was out of step with the catalog and has been filled again")
    for line in report.mended:
        print(printable(line))
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
