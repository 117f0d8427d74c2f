"""`python -m eval …`: measure answers and their parts, and make cases of what people say of them.

Wires sets, corpus, index and engine together; the figures are made elsewhere.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bot.build import build_context_reader, build_engine, build_resolver, sync_corpus
from bot.checking import Checker
from bot.engine import Engine
from bot.spans import SpanModel
from bot.support import Models
from eval import reader as reading
from eval import resolution
from eval.bench import bench
from eval.cases import CORPORA, ROOT, Case, check_files, load_cases, set_path
from eval.checking import ROWS, Cosine, measure, print_checks
from eval.collection import COLLECTIONS
from eval.finding import HALVES, rank_collections
from eval.follow_ups import answer_loss
from eval.from_feedback import write_cases
from eval.lines import load_lines
from eval.load import measure_load
from eval.predictions import check_predictions, write_predictions
from eval.reader import evaluate
from eval.reader_cases import load_reader_cases
from eval.report import (
    BASELINE,
    load_thresholds,
    missed,
    print_figures,
    print_misses,
    print_reports,
    write_json,
)
from eval.resolution import evaluate_turns, told, turn_case
from eval.results import Report
from eval.run import run_cases
from eval.scale import SIZES, measure_sizes
from index.console import exit_code
from index.encoder import Encoder
from index.errors import EvaluationError
from index.settings import Settings, load_settings


def main(argv: Sequence[str] | None = None) -> int:
    """0 good, 1 a threshold was missed, 2 usage or a known error, 130 when cut short."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed why
        return int(stop.code or 0)
    return exit_code("eval", lambda: _command(arguments))


class _Output(Console):
    """A console that leaves a reader who went away to `exit_code`; rich's own would end with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _command(arguments: argparse.Namespace) -> int:
    width = None if sys.stdout.isatty() else 120
    console = _Output(width=width, highlight=False, markup=False)
    if arguments.command == "bench":
        bench(console, arguments.fp32, arguments.texts, arguments.articles)
        return 0
    if arguments.command == "reader":
        return _reader(arguments, console)
    if arguments.command == "resolution":
        return _resolution(arguments, console)
    if arguments.command == "check":
        return _check(arguments, console)
    if arguments.command == "retrieval":
        return rank_collections(arguments, console)
    if arguments.command == "load":
        return measure_load(arguments, console)
    if arguments.command == "scale":
        return measure_sizes(arguments, console)
    if arguments.command == "from-feedback":
        return write_cases(arguments)
    return _run(arguments, console)


def _run(arguments: argparse.Namespace, console: Console) -> int:
    paths = [set_path(name) for name in dict.fromkeys(arguments.set or ["sample"])]
    names = [path.stem for path in paths]
    if len(set(names)) < len(names):
        raise EvaluationError(f"--set {' '.join(names)}: two sets of one name; run them apart")
    thresholds = load_thresholds(arguments.gate, names) if arguments.gate else {}
    reports = []
    for path in paths:
        storage = arguments.storage
        if storage and len(paths) > 1:
            storage = storage / path.stem  # one index a set: corpora may differ
        reports.append(_report(path, arguments.corpus, storage))
    print_reports(reports, console)
    if arguments.misses:
        for report in reports:
            print_misses(report, console)
    if arguments.json:
        write_json(reports, arguments.json)
    lines = [line for each in reports for line in missed(each, thresholds.get(each.name, {}))]
    for line in lines:
        print(f"missed: {line}", file=sys.stderr)
    return 1 if lines else 0


def _report(path: Path, corpus: Path | None, storage: Path | None) -> Report:
    """Bring the index of the set's corpus up to date, then ask it every case."""
    with _asked_set(path, corpus, storage) as (cases, engine, settings):
        return run_cases(engine, cases, settings.corpus, path.stem, settings.limits)


@contextmanager
def _asked_set(
    path: Path, corpus: Path | None = None, storage: Path | None = None
) -> Iterator[tuple[tuple[Case, ...], Engine, Settings]]:
    """A set's cases, with an engine over its corpus, synced first."""
    cases = load_cases(path)
    with ExitStack() as stack:
        folder = storage or Path(stack.enter_context(tempfile.TemporaryDirectory("-byline-eval")))
        settings = load_settings(corpus=corpus or CORPORA.get(path.stem), storage=folder)
        if not settings.corpus.is_dir():
            raise EvaluationError(
                f"set {path.stem!r}: its corpus {settings.corpus} is not a folder; "
                "give the folder of its articles with --corpus"
            )
        check_files(cases, settings.corpus)
        sync_corpus(settings)
        yield cases, stack.enter_context(closing(build_engine(settings))), settings


def _reader(arguments: argparse.Namespace, console: Console) -> int:
    """Ask the reader of the settings every case of a file, and nothing else of the engine."""
    cases = load_reader_cases(arguments.data)
    if arguments.predictions:
        check_predictions(arguments.predictions, arguments.data)
    errors = Console(stderr=True)
    with closing(build_context_reader(load_settings())) as reader:
        watched = track(
            cases, "Reading", console=errors, transient=True, disable=not errors.is_terminal
        )
        report = evaluate(watched, reader.read, reader.threshold)
    if arguments.predictions:
        write_predictions(report.predictions, arguments.predictions)
    if arguments.json:
        print(json.dumps(report.to_json(), indent=1))
    else:
        figures = {**report.figures, **report.timings}
        print_figures(figures, reading.LABELS, "token_f1", console)
    return 0


def _resolution(arguments: argparse.Namespace, console: Console) -> int:
    """Resolve every turn of a file by itself; without one, ask a set's follow-ups."""
    if not arguments.data:
        return _answer_loss([set_path(name) for name in arguments.set or ["sample"]], console)
    cases = load_lines(arguments.data, turn_case)
    if arguments.predictions:
        check_predictions(arguments.predictions, arguments.data)
    resolver = build_resolver(load_settings())
    report = evaluate_turns(
        cases, lambda question, history: resolver.resolve(question, told(history))
    )
    if arguments.predictions:
        write_predictions(report.predictions, arguments.predictions)
    figures = {**report.figures, **report.timings}
    if arguments.json:
        print(
            json.dumps(
                {name: value and round(value, 4) for name, value in figures.items()}, indent=1
            )
        )
    else:
        print_figures(figures, resolution.LABELS, "term_f1", console)
    return 0


def _check(arguments: argparse.Namespace, console: Console) -> int:
    """Check the sentences of public sets, with the models of the settings or without."""
    settings = load_settings()
    with ExitStack() as opened:
        encoder = Encoder(settings.embedder, settings.threads or None)
        opened.callback(encoder.close)
        models = None
        if not arguments.wording:
            reader = SpanModel(settings.reader, settings.threads or None)
            opened.callback(reader.close)
            models = Models(encoder.encode, reader.read)
        check, cosine = Checker(models).check, Cosine(encoder.encode)
        reports = measure(arguments.data, arguments.set or ROWS, check, cosine)
    print_checks(reports, console)
    return 0


def _answer_loss(paths: Sequence[Path], console: Console) -> int:
    """Ask the follow-ups of sets in their conversations, and as a person's standalone rewrites."""
    for path in paths:
        with _asked_set(path) as (cases, engine, settings):
            loss = answer_loss(engine, cases, settings.corpus, settings.limits)
        console.print(
            f"{path.stem}: {loss.ours} of {loss.cases} follow-ups correct or rightly refused in their "
            f"conversation, {loss.theirs} as a person's standalone rewrite"
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
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
        help="exit with 1 when a figure misses its threshold (default file: eval/baseline.json)",
    )
    reader = commands.add_parser("reader", help="ask the reader alone, on questions with a context")
    _take_file(reader, "id, question, context, answers", "what was answered", required=True)
    follow_ups = commands.add_parser(
        "resolution", help="resolve follow-ups, against a person's rewrites"
    )
    follow_ups.add_argument(
        "--set",
        action="append",
        metavar="NAME",
        help="ask a set's follow-ups, when no --data is given",
    )
    _take_file(follow_ups, "id, history, question, rewrite", "the standalone questions")
    check = commands.add_parser("check", help="check sentences that people judged against a text")
    check.add_argument("--data", type=Path, required=True, metavar="DIR", help="it holds pairs/")
    check.add_argument("--set", action="append", choices=list(ROWS), metavar="NAME", help="a row")
    check.add_argument("--wording", action="store_true", help="check without the models")
    found = commands.add_parser("retrieval", help="rank the articles of public collections")
    found.add_argument("--data", type=Path, required=True, metavar="DIR", help="the public sets")
    found.add_argument("--set", action="append", choices=COLLECTIONS, metavar="NAME")
    found.add_argument("--work", type=Path, metavar="DIR", help="keep articles and index there")
    found.add_argument("--fp32", type=Path, metavar="FILE", help="also rank by this model, exactly")
    found.add_argument("--half", choices=HALVES, default="report", help="which questions")
    sizes = commands.add_parser("scale", help="measure an archive at several sizes")
    sizes.add_argument("--data", type=Path, required=True, metavar="DIR", help="the public sets")
    sizes.add_argument("--work", type=Path, required=True, metavar="DIR", help="kept between runs")
    sizes.add_argument(
        "--articles", type=int, action="append", metavar="N", help=f"a size (default {SIZES})"
    )
    votes = commands.add_parser("from-feedback", help="make known-answer cases of people's votes")
    votes.add_argument("--storage", type=Path, metavar="DIR", help="the index the votes lie beside")
    votes.add_argument("--corpus", type=Path, metavar="DIR", help="the articles that were asked")
    votes.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE.jsonl",
        help="write the cases; what has to be completed goes to FILE.drafts.jsonl",
    )
    votes.add_argument("--force", action="store_true", help="write over these files")
    crowd = commands.add_parser("load", help="have many people ask the page at once")
    crowd.add_argument("--set", choices=[*CORPORA], default="sample", help="whose questions")
    crowd.add_argument("--people", type=int, default=30, metavar="N", help="at once (30)")
    crowd.add_argument("--each", type=int, default=10, metavar="N", help="questions of each (10)")
    speed = commands.add_parser("bench", help="measure speed beside Chroma's default embedding")
    speed.add_argument("--fp32", type=Path, default=ROOT / "build" / "embedder_fp32.onnx")
    speed.add_argument("--texts", type=int, default=96, metavar="N", help="passages a round")
    speed.add_argument("--articles", type=Path, metavar="DIR", help="take the passages from there")
    return parser


def _take_file(
    parser: argparse.ArgumentParser, keys: str, predicted: str, *, required: bool = False
) -> None:
    """The flags of a command that measures the cases of one file."""
    parser.add_argument(
        "--data",
        type=Path,
        required=required,
        metavar="FILE",
        help=f"a .jsonl or .jsonl.xz file; a line has {keys}",
    )
    parser.add_argument(
        "--predictions", type=Path, metavar="FILE", help=f"write {predicted}, by id"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


if __name__ == "__main__":
    sys.exit(main())
