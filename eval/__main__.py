"""`python -m eval …`: measure answers and their parts, and make cases of what people say of them.

Wires sets, corpus, index and engine together; the figures are made elsewhere.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

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
from eval.cases import CORPORA, Case, check_files, load_cases, set_path
from eval.checking import ROWS, Cosine, measure, print_checks
from eval.compare import compare_files
from eval.corrupt import corrupt
from eval.engines import measured_with
from eval.finding import rank_collections
from eval.flags import build_parser
from eval.follow_ups import answer_loss
from eval.from_feedback import write_cases
from eval.gate import check_sets, load_baseline, losses, write_baseline
from eval.importing.command import import_set
from eval.lines import load_lines
from eval.load import measure_load
from eval.predictions import check_predictions, write_predictions
from eval.ranking import rank_run
from eval.reader import evaluate
from eval.reader_cases import load_reader_cases
from eval.report import print_figures, print_misses, print_reports
from eval.report_html import write_html
from eval.report_json import write_json
from eval.resolution import evaluate_turns, told, turn_case
from eval.results import DEPTH, Report
from eval.run import run_cases
from eval.scale import measure_sizes
from eval.with_settings import run_twice
from index.console import exit_code
from index.encoder import Encoder
from index.errors import EvaluationError
from index.settings import Settings, load_settings


def main(argv: Sequence[str] | None = None) -> int:
    """0 good, 1 a threshold was missed, 2 usage or a known error, 130 when cut short."""
    try:
        arguments = build_parser().parse_args(argv)
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
    if arguments.command == "compare":
        return compare_files(arguments, console)
    if arguments.command == "load":
        return measure_load(arguments, console)
    if arguments.command == "corrupt":
        return corrupt(arguments, console)
    if arguments.command == "scale":
        return measure_sizes(arguments, console)
    if arguments.command == "from-feedback":
        return write_cases(arguments)
    if arguments.command == "import":
        return import_set(arguments)
    if arguments.command == "rank":
        return rank_run(arguments, console)
    return _run(arguments, console)


def _run(arguments: argparse.Namespace, console: Console) -> int:
    paths = [set_path(name) for name in dict.fromkeys(arguments.set or ["sample"])]
    names = [path.stem for path in paths]
    if len(set(names)) < len(names):
        raise EvaluationError(f"--set {' '.join(names)}: two sets of one name; run them apart")
    if arguments.changes:
        return run_twice(arguments, paths, _report, console)
    baselines = load_baseline(arguments.gate) if arguments.gate else {}
    if arguments.gate:
        check_sets(baselines, names, arguments.gate)
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
        write_json(reports, arguments.json, measured_with(load_settings()))
    if arguments.html:
        write_html(reports, arguments.html, measured_with(load_settings()))
    if arguments.write_baseline:
        write_baseline(reports, arguments.write_baseline)
    lines = (
        [line for each in reports for line in losses(each, baselines[each.name])]
        if baselines
        else []
    )
    for line in lines:
        print(f"lost: {line}", file=sys.stderr)
    return 1 if lines else 0


def _report(
    path: Path,
    corpus: Path | None,
    storage: Path | None,
    changes: Mapping[str, str] = MappingProxyType({}),
) -> Report:
    """Bring the index of the set's corpus up to date, then ask it every case, some settings changed."""
    with _asked_set(path, corpus, storage, changes) as (cases, engine, settings):
        deeper = partial(engine.search, k=DEPTH)
        return run_cases(engine, cases, settings.corpus, path.stem, settings.limits, deeper)


@contextmanager
def _asked_set(
    path: Path,
    corpus: Path | None = None,
    storage: Path | None = None,
    changes: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[tuple[Case, ...], Engine, Settings]]:
    """A set's cases, with an engine over its corpus, synced first."""
    cases = load_cases(path)
    with ExitStack() as stack:
        folder = storage or Path(stack.enter_context(tempfile.TemporaryDirectory("-byline-eval")))
        folders = {"corpus": corpus or CORPORA.get(path.stem), "storage": folder}
        settings = load_settings(**folders, **changes)
        if not settings.corpus.is_dir():
            raise EvaluationError(
                f"set {path.stem!r}: its corpus {settings.corpus} is not a folder; "
                "give the folder of its articles with --corpus"
            )
        check_files(cases, settings.corpus, path)
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


if __name__ == "__main__":
    sys.exit(main())
