"""`python -m eval retrieval`: a public collection becomes an index, and every system ranks its articles.

Wires collection, index and rankings together; the figures are made elsewhere.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

from rich.console import Console

from bot.build import build_reader
from eval.bench.chroma_default import ChromaDefault
from eval.bench.retrieval import halves, print_rankings, rank
from eval.bench.systems import systems
from eval.cases.collection import COLLECTIONS, Collection, load_collection
from eval.commands.arguments import Commands
from index.library import Library
from index.models.encoder import Encoder
from index.settings import load_settings
from index.sync.corpus import sync_corpus

HALVES = ("tune", "report", "all")


def add_retrieval(commands: Commands) -> None:
    """Declare `retrieval` and its flags."""
    found = commands.add_parser("retrieval", help="rank the articles of public collections")
    found.add_argument("--data", type=Path, required=True, metavar="DIR", help="the public sets")
    found.add_argument("--set", action="append", choices=COLLECTIONS, metavar="NAME")
    found.add_argument("--work", type=Path, metavar="DIR", help="keep articles and index there")
    found.add_argument("--fp32", type=Path, metavar="FILE", help="also rank by this model, exactly")
    found.add_argument("--half", choices=HALVES, default="report", help="which questions")
    found.set_defaults(run=rank_collections)


def rank_collections(arguments: argparse.Namespace, console: Console) -> int:
    """Ranks the collections of the command line, each on an index of its own. Raises BylineError."""
    with ExitStack() as stack:
        work = arguments.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in arguments.set or COLLECTIONS:
            collection = load_collection(name, arguments.data)
            _rank(collection, work / name, arguments, console)
    return 0


def _rank(
    collection: Collection, work: Path, arguments: argparse.Namespace, console: Console
) -> None:
    collection.write(work / "corpus")
    settings = load_settings(corpus=work / "corpus", storage=work / "storage")
    sync_corpus(settings)
    tune, report = halves(collection.topics)
    topics = {"tune": tune, "report": report, "all": collection.topics}[arguments.half]
    exact = None
    if arguments.fp32:
        exact = ChromaDefault(arguments.fp32, settings.embedder / "tokenizer.json").encode
    with ExitStack() as opened:
        encoder = Encoder(settings.embedder, settings.threads or None)
        library = opened.enter_context(closing(Library(settings.corpus, settings.storage, encoder)))
        reader = opened.enter_context(closing(build_reader(settings, encoder)))
        articles, passages = library.catalog.articles.counts()
        rankings = {}
        for name, ranker in systems(library, reader, collection, exact).items():
            print(f"{collection.name}: {name} …", file=sys.stderr)
            rankings[name] = rank(topics, ranker)
    console.print(
        f"{collection.name}: {articles:,} articles, {passages:,} passages, "
        f"{len(topics)} questions ({arguments.half})"
    )
    print_rankings(rankings, console)
