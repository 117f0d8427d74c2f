"""Parts of the engine measured by themselves: the reader, the resolver, the check of written sentences.

Wires files, models and measures together; the figures are made elsewhere.
"""

import argparse
import json
from contextlib import ExitStack, closing
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bot.build import build_resolver
from bot.composition.kinds.text.quotes import find_quotes
from bot.llm.checking.checker import Checker
from bot.llm.checking.support import Models
from bot.reading.model import SpanModel
from eval.cases.files import check_predictions, load_lines, write_predictions
from eval.cases.named import SHARED
from eval.cases.turns import turn_case
from eval.commands.arguments import Commands
from eval.parts import followups as resolution
from eval.parts import quotations
from eval.parts import reader as reading
from eval.parts.checking import ROWS, Cosine, measure, print_checks
from eval.parts.followups import as_conversation, evaluate_turns
from eval.parts.quotation_cases import PARTS, load_marked, load_quotation_cases
from eval.parts.reader import evaluate, open_context_reader
from eval.parts.reader_cases import load_reader_cases
from eval.reports.terminal import print_figures
from index.models.encoder import Encoder
from index.settings import load_settings

MARKED = Path(__file__).resolve().parents[1] / "cases" / "quotations.jsonl"
NEWS = SHARED / "data" / "news"


def add_parts(commands: Commands) -> None:
    """Declare `reader`, `resolution`, `check` and `quotations` with their flags."""
    reader = commands.add_parser("reader", help="ask the reader alone, on questions with a context")
    _take_file(reader, "id, question, context, answers", "what was answered")
    reader.set_defaults(run=measure_reader)
    follow_ups = commands.add_parser(
        "resolution", help="compare resolved follow-ups with a person's rewrites"
    )
    _take_file(follow_ups, "id, history, question, rewrite", "the standalone questions")
    follow_ups.set_defaults(run=measure_resolution)
    check = commands.add_parser("check", help="check sentences that people judged against a text")
    check.add_argument("--data", type=Path, required=True, metavar="DIR", help="it holds pairs/")
    check.add_argument("--set", action="append", choices=list(ROWS), metavar="NAME", help="a row")
    check.add_argument("--wording", action="store_true", help="check without the models")
    check.set_defaults(run=measure_check)
    quotes = commands.add_parser(
        "quotations",
        help="compare the quotations found in articles with those that a person marked",
    )
    quotes.add_argument(
        "--data", type=Path, default=NEWS, metavar="DIR", help="it holds the articles (%(default)s)"
    )
    quotes.add_argument("--marked", type=Path, default=MARKED, metavar="FILE", help="the marks")
    quotes.add_argument("--part", choices=PARTS, help="this half of the articles alone")
    quotes.add_argument("--misses", action="store_true", help="list each error")
    quotes.set_defaults(run=measure_quotes)


def _take_file(parser: argparse.ArgumentParser, keys: str, predicted: str) -> None:
    """The flags of a command that measures the cases of one file."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"a .jsonl or .jsonl.xz file; a line has {keys}",
    )
    parser.add_argument(
        "--predictions", type=Path, metavar="FILE", help=f"write {predicted}, by id"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def measure_reader(arguments: argparse.Namespace, console: Console) -> int:
    """Ask the reader of the settings every case of a file, and nothing else of the engine."""
    cases = load_reader_cases(arguments.data)
    if arguments.predictions:
        check_predictions(arguments.predictions, arguments.data)
    errors = Console(stderr=True)
    with closing(open_context_reader(load_settings())) as reader:
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


def measure_resolution(arguments: argparse.Namespace, console: Console) -> int:
    """Resolve every turn of a file by itself."""
    cases = load_lines(arguments.data, turn_case)
    if arguments.predictions:
        check_predictions(arguments.predictions, arguments.data)
    resolver = build_resolver(load_settings())
    report = evaluate_turns(
        cases, lambda question, history: resolver.resolve(question, as_conversation(history)).text
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


def measure_check(arguments: argparse.Namespace, console: Console) -> int:
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


def measure_quotes(arguments: argparse.Namespace, console: Console) -> int:
    """Find the quotations of every marked article."""
    cases = load_quotation_cases(arguments.marked, arguments.part)
    report = quotations.measure_quotations(load_marked(cases, arguments.data), find_quotes)
    print_figures(report.figures, quotations.LABELS, "named_right", console)
    if arguments.misses:
        for line in report.errors:
            console.print(line, soft_wrap=True)
    return 0
