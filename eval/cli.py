"""The command line of `python -m eval`: its commands and their flags, and nothing of what they do."""

import argparse
import math
from pathlib import Path

from eval.bench.pipelines.pipeline import OTHERS
from eval.bench.scale import SIZES
from eval.cases.case import CORPORA, ROOT
from eval.cases.collection import COLLECTIONS
from eval.cases.importing.formats import FORMATS
from eval.commands.bench import PARTS
from eval.commands.retrieval import HALVES
from eval.commands.robustness import MOST
from eval.parts.checking import ROWS
from eval.reports.gate import BASELINE

WHAT = "Measure answers and their parts, and make cases of what people say of them."


def build_parser() -> argparse.ArgumentParser:
    """The parser of everything behind `python -m eval`."""
    parser = argparse.ArgumentParser(prog="python -m eval", description=WHAT)
    commands = parser.add_subparsers(dest="command", required=True)
    _answers(commands)
    _sets(commands)
    _parts(commands)
    _speed(commands)
    return parser


def _answers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Sets asked, compared and changed."""
    run = commands.add_parser("run", help="ask every case of a set and print the figures")
    run.add_argument("--set", action="append", metavar="NAME", help="sample, real or a .jsonl file")
    run.add_argument("--corpus", type=Path, metavar="DIR", help="the articles of the set")
    run.add_argument("--storage", type=Path, metavar="DIR", help="keep the index there")
    run.add_argument("--json", type=Path, metavar="FILE", help="write the whole report")
    run.add_argument(
        "--with",
        dest="changes",
        action="append",
        metavar="BYLINE_X=VALUE",
        help="ask the set again with this setting changed, and print both runs side by side",
    )
    run.add_argument("--misses", action="store_true", help="print each case that was missed")
    run.add_argument(
        "--gate",
        type=Path,
        nargs="?",
        const=BASELINE,
        metavar="FILE",
        help="exit with 1 when a figure fell beyond its interval (default file: eval/baseline.json)",
    )
    run.add_argument(
        "--write-baseline",
        type=Path,
        nargs="?",
        const=BASELINE,
        metavar="FILE",
        help="keep what the sets gave as what --gate compares with (the same default)",
    )
    run.add_argument("--html", type=Path, metavar="FILE", help="write a report to look at")
    both = commands.add_parser("compare", help="two reports that run --json wrote, side by side")
    both.add_argument("a", type=Path, metavar="A.json")
    both.add_argument("b", type=Path, metavar="B.json", help="is measured against A")
    changes = commands.add_parser("corrupt", help="change the files of a copy, and ask again")
    changes.add_argument(
        "--set", default="sample", metavar="NAME", help="a named set or a .jsonl file"
    )
    changes.add_argument("--corpus", type=Path, metavar="DIR", help="the articles of the set")
    changes.add_argument(
        "--most",
        type=count,
        default=MOST,
        metavar="N",
        help=f"answerable cases of the set ({MOST})",
    )
    changes.add_argument("--json", type=Path, metavar="FILE", help="write every check")


def _sets(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Sets checked and made."""
    valid = commands.add_parser("validate", help="check the cases of sets against their articles")
    valid.add_argument(
        "--set",
        action="append",
        metavar="NAME",
        help="a set or a .jsonl file (default: every named set whose articles are here)",
    )
    valid.add_argument("--corpus", type=Path, metavar="DIR", help="the articles of the sets")
    taken = commands.add_parser("import", help="make a set of a published one that you have")
    taken.add_argument("format", choices=list(FORMATS))
    taken.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="its files or folder")
    taken.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="write DIR/set.jsonl and DIR/corpus/, of conversations DIR/turns.jsonl",
    )
    taken.add_argument("--force", action="store_true", help="write over these files")
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


def _parts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Parts of the engine by themselves."""
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


def _speed(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Speed and size."""
    sizes = commands.add_parser("scale", help="measure an archive at several sizes")
    sizes.add_argument("--data", type=Path, required=True, metavar="DIR", help="the public sets")
    sizes.add_argument("--work", type=Path, required=True, metavar="DIR", help="kept between runs")
    sizes.add_argument(
        "--articles", type=int, action="append", metavar="N", help=f"a size (default {SIZES})"
    )
    crowd = commands.add_parser("load", help="have many people ask the page at once")
    crowd.add_argument("--set", choices=[*CORPORA], default="sample", help="whose questions")
    crowd.add_argument("--people", type=count, default=30, metavar="N", help="at once (30)")
    crowd.add_argument("--each", type=count, default=10, metavar="N", help="questions of each (10)")
    crowd.add_argument(
        "--pause", type=seconds, default=0.0, metavar="S", help="seconds to read an answer (none)"
    )
    speed = commands.add_parser("bench", help="measure speed beside LlamaIndex, Chroma and bm25s")
    speed.add_argument("--fp32", type=Path, default=ROOT / "build" / "embedder_fp32.onnx")
    speed.add_argument("--texts", type=int, default=96, metavar="N", help="passages a round")
    speed.add_argument("--articles", type=Path, metavar="DIR", help="measure on these articles")
    speed.add_argument(
        "--part", action="append", choices=PARTS, metavar="NAME", help="a part of it"
    )
    speed.add_argument(
        "--rounds", type=count, default=3, metavar="N", help="of the pipelines by turns (3)"
    )
    speed.add_argument("--without", action="append", choices=OTHERS, metavar="NAME", default=[])


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


def count(text: str) -> int:
    """A whole number of at least 1."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number of at least 1")
    return int(text)


def seconds(text: str) -> float:
    """A length of time of 0 or more."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r}: expected seconds, 0 or more")
    return value
