"""`python -m index sync|check|status`: build, verify and list the index of a folder of articles."""

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
from index.console import STOPPED, end_on_sigterm, exit_code, printable
from index.errors import FeedError, SettingsError
from index.reading.feed import keep_feed
from index.settings import PGVECTOR, Settings, load_settings
from index.state.index_state import IndexState
from index.state.meta import IndexMeta
from index.sync.check import REMEDY
from index.sync.corpus import check_corpus, sync_corpus
from index.sync.report import SyncReport
from index.sync.table import check_place, write_table

MOST_OF_A_KIND = 20  # lines of one kind that a check prints, and of encodings that a sync prints


def main(argv: Sequence[str] | None = None) -> int:
    """0 on success, 1 when a check found something, 2 for a known error, 130 when interrupted."""
    arguments = _parser().parse_args(argv)
    return exit_code(f"index {arguments.command}", lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    settings = load_settings(corpus=arguments.corpus, storage=arguments.storage)
    if arguments.command == "status":
        return _status(settings)
    if arguments.command == "check":
        return _check(settings, arguments.json)
    try:
        return _sync(settings, arguments)
    except KeyboardInterrupt:
        print("index: stopped; finished batches are kept, the next sync continues", file=sys.stderr)
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("sync", "sync the index with the folder, and repair it"),
        ("check", "compare the folder, the catalog, the full-text index and Chroma"),
        ("status", "list the articles of the index"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--corpus", type=Path, help="folder of articles")
        command.add_argument("--storage", type=Path, help="folder of the index")
        if name == "sync":
            command.add_argument(
                "--full",
                action="store_true",
                help="read every file and verify every passage, changed or not",
            )
            command.add_argument(
                "--report",
                type=Path,
                metavar="FILE.csv",
                help="write what was read of every file, with warnings, as a table",
            )
            command.add_argument(
                "--feed",
                action="append",
                default=[],
                metavar="URL_OR_FILE",
                help="first add the entries of an RSS or Atom feed to the folder; can be repeated",
            )
            command.add_argument(
                "--ray",
                default="",
                metavar="ADDRESS",
                help="let a Ray cluster read and embed: its host:port, auto, or local for one of its own",
            )
        if name == "check":
            command.add_argument("--json", action="store_true", help="one JSON object")
    return parser


def _sync(settings: Settings, arguments: argparse.Namespace) -> int:
    table: Path | None = arguments.report
    if table is not None:
        check_place(table, settings.corpus)
    if arguments.feed and settings.objects:
        raise SettingsError(
            f"--feed: its entries become files of the corpus, and {settings.objects} is only copied; "
            "expected a folder as --corpus"
        )
    all_read = all([_keep_feed(address, settings.corpus) for address in arguments.feed])
    with _bar("Syncing") as progress:
        report = sync_corpus(settings, progress, full=arguments.full, ray=arguments.ray)
    _print_report(report, _copy(settings))
    if table is not None:
        write_table(table, settings.storage, report.skipped, settings.catalog_database)
    return 0 if all_read else 2


def _keep_feed(address: str, corpus: Path) -> bool:
    """Adds a feed's entries to the folder; False, with one line, if it cannot be read: the rest goes on."""
    try:
        report = keep_feed(address, corpus)
    except FeedError as error:
        print(f"index sync: {printable(str(error))}", file=sys.stderr)
        return False
    print(
        f"feed {printable(address)}: {len(report.added)} added, {len(report.changed)} changed, "
        f"{report.kept} kept"
        + f", {report.without_text} without a text"
        * bool(report.without_text)
    )
    return True


def _check(settings: Settings, as_json: bool) -> int:
    began = time.monotonic()
    with _bar("Checking") as progress:
        report = check_corpus(settings, progress)
    if as_json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
        return 1 if report.findings else 0
    counts = Counter[str]()
    for finding in report.findings:
        counts[finding.kind] += 1
        if counts[finding.kind] <= MOST_OF_A_KIND:
            print(f"{finding.kind:<10} {printable(finding.line)}")
    for kind, count in counts.items():
        if count > MOST_OF_A_KIND:
            print(f"{kind:<10} … and {count - MOST_OF_A_KIND:,} more")
    print(
        f"{report.articles:,} articles, {report.passages:,} passages compared "
        f"in {time.monotonic() - began:.1f} s: "
        + (
            f"run `{REMEDY}`"
            if report.findings
            else f"folder, catalog, words and {_copy(settings)} agree"
        )
    )
    return 1 if report.findings else 0


@contextmanager
def _bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar with rate and time left on a terminal; nothing elsewhere."""
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


def _copy(settings: Settings) -> str:
    """The name of what searches the vectors."""
    return PGVECTOR if settings.chroma == PGVECTOR else "Chroma"


def _print_report(report: SyncReport, copy: str) -> None:
    print(
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{len(report.kept)} kept; {report.articles} articles, {report.passages} passages, "
        f"{report.embedded} embedded in {report.seconds:.2f} s"
    )
    if report.repaired:
        print(f"{copy} did not match the catalog and has been filled again")
    for line in report.repairs:
        print(printable(line))
    for path, reason in report.skipped:
        print(f"skipped {path!a}: {printable(reason)}")
    for path, encoding in report.guessed[:MOST_OF_A_KIND]:
        print(f"guessed {path!a}: the encoding {printable(encoding)}")
    if (more := len(report.guessed) - MOST_OF_A_KIND) > 0:
        print(f"guessed … and the encodings of {more:,} more")


def _opened(settings: Settings) -> Catalog:
    suspect = IndexState(settings.storage).suspect
    return Catalog(settings.storage, database=settings.catalog_database, on_damage=suspect)


def _status(settings: Settings) -> int:
    with closing(_opened(settings)) as catalog:
        articles, passages = catalog.articles.counts()
        print(f"corpus    {printable(str(IndexMeta(catalog).corpus))}")
        print(f"storage   {printable(str(settings.storage))}")
        print(
            f"holds     {articles} articles, {passages} passages, generation {catalog.generation}"
        )
        for article in catalog.articles.all():
            day = article.published.isoformat() if article.published else "no date"
            print(f"  {article.path!a}  {day}  {printable(article.title)}")
    return 0


if __name__ == "__main__":
    end_on_sigterm()
    sys.exit(main())
