"""Measures an archive at several sizes: first sync, sync without a change, questions, memory, disk, start.

Every figure is made by processes as a person starts them. It ranks nothing and judges no answer.
"""

import argparse
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path

from rich.console import Console

from bot.build import build_engine
from eval.bench.machine import resident_mb
from eval.bench.passages import corpus_passages
from eval.cases.collection import Collection, load_collection
from eval.cases.named import ROOT
from eval.metrics.metrics import percentile
from eval.reports.terminal import make_table
from index.catalog.catalog import Catalog
from index.errors import EvaluationError
from index.models.encoder import Encoder
from index.settings import Settings, load_settings

SIZES = (1_500, 5_000, 15_000)
QUESTIONS = 100
EMBEDDED = 512  # passages embedded by themselves, before the sync and after it
AGAIN = 3  # syncs without a change, of which the median counts


@dataclass(frozen=True, slots=True)
class Scale:
    """What one size costs; rates are passages/s, None where the index was there already."""

    articles: int
    passages: int
    first_sync_s: float | None
    sync_rate: float | None
    embedding_rate: float | None
    unchanged_sync_s: float | None
    start_s: float
    question_p50_ms: float
    question_p95_ms: float
    rss_mb: float | None
    catalog_mb: float
    chroma_mb: float


LABELS = {
    "articles": "articles",
    "passages": "passages",
    "first_sync_s": "first sync, s",
    "sync_rate": "first sync, passages/s",
    "embedding_rate": "embedding alone, passages/s",
    "unchanged_sync_s": "sync without a change, s",
    "start_s": "start until the first question, s",
    "question_p50_ms": "question p50, ms",
    "question_p95_ms": "question p95, ms",
    "rss_mb": "RSS after the questions, MB",
    "catalog_mb": "disk: catalog, MB",
    "chroma_mb": "disk: Chroma, MB",
}


def measure_sizes(arguments: argparse.Namespace, console: Console) -> int:
    """Measures each size of the command line in a folder of its own. Raises BylineError."""
    collection = load_collection("news", arguments.data)
    scales = []
    for size in arguments.articles or SIZES:
        if not 1 <= size <= len(collection.documents):
            raise EvaluationError(f"--articles {size}: expected 1 to {len(collection.documents)}")
        scales.append(measure_size(collection, size, arguments.work / str(size)))
        print_scales(scales, console)
    return 0


def print_scales(scales: Sequence[Scale], console: Console) -> None:
    """A column a size."""
    table = make_table(["", *(f"{scale.articles:,}" for scale in scales)])
    for name in (each.name for each in fields(Scale)):
        table.add_row(LABELS[name], *(_shown(getattr(scale, name)) for scale in scales))
    console.print(table)


def measure_size(collection: Collection, size: int, work: Path) -> Scale:
    """The first `size` documents as an archive in `work`; an index that is there is brought up to date."""
    part = Collection(collection.name, collection.documents[:size], collection.topics)
    part.write(work / "corpus")
    settings = load_settings(corpus=work / "corpus", storage=work / "storage")
    first = embedding = None
    if not settings.storage.exists():
        texts = corpus_passages(settings, EMBEDDED)
        before = _embedded(settings, texts)
        first = _synced(settings)
        embedding = (before + _embedded(settings, texts)) / 2
    else:
        _synced(settings)
    unchanged = percentile([_synced(settings) for _ in range(AGAIN)], 50)
    questions = [topic.question for topic in islice(part.topics, QUESTIONS)]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        asked = process.submit(_asked, settings, questions, time.time()).result()
    with closing(Catalog(settings.storage, database=settings.catalog_database)) as catalog:
        articles, passages = catalog.articles.counts()
    return Scale(
        articles=articles,
        passages=passages,
        first_sync_s=first,
        sync_rate=first and passages / first,
        embedding_rate=embedding,
        unchanged_sync_s=unchanged,
        start_s=asked.start_s,
        question_p50_ms=percentile(asked.times_ms, 50) or 0.0,
        question_p95_ms=percentile(asked.times_ms, 95) or 0.0,
        rss_mb=asked.rss_mb,
        catalog_mb=_size_mb(settings.storage) - _size_mb(settings.storage / "chroma"),
        chroma_mb=_size_mb(settings.storage / "chroma"),
    )


def _embedded(settings: Settings, texts: Sequence[str]) -> float:
    """Passages embedded a second, with nothing else going on."""
    with closing(Encoder(settings.embedder, settings.threads or None)) as encoder:
        encoder.encode(texts[:32])
        began = time.perf_counter()
        encoder.encode(texts)
        return len(texts) / (time.perf_counter() - began)


def _synced(settings: Settings) -> float:
    """Seconds of `python -m index sync`, the start of Python included. Raises EvaluationError."""
    folders = ["--corpus", str(settings.corpus), "--storage", str(settings.storage)]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "index", "sync", *folders],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise EvaluationError(f"index sync ended with {done.returncode}; its last words are above")
    return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class _Asked:
    start_s: float
    times_ms: list[float]
    rss_mb: float | None


def _asked(settings: Settings, questions: Sequence[str], began: float) -> _Asked:
    """What a process of its own, begun at the time `began`, sees of an index."""
    with closing(build_engine(settings)) as engine:
        start = time.time() - began
        times = []
        for question in [questions[0], *questions]:
            asked = time.perf_counter()
            engine.answer(question)
            times.append((time.perf_counter() - asked) * 1000)
        return _Asked(start, times[1:], resident_mb())


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
