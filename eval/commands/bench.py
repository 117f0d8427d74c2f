"""`python -m eval bench`: the speed of the encoder, the reader, the engine and whole pipelines.

Figures depend on the machine; what counts is the ratio of two contenders in one run.
"""

import argparse
import os
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import cycle, islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console

from bot.build import build_engine
from bot.reading.model import READER, SpanModel
from eval.bench.contenders import QUESTIONS, ROUNDS, contenders, time_in_turn
from eval.bench.load import measure_load
from eval.bench.machine import machine, resident_mb
from eval.bench.passages import corpus_passages
from eval.bench.pipelines.beside import bench_pipelines
from eval.bench.pipelines.pipeline import OTHERS
from eval.bench.scale import SIZES, measure_sizes
from eval.cases.case import load_cases
from eval.cases.named import CORPORA, ROOT, set_path
from eval.commands.arguments import Commands, count, seconds
from eval.metrics.metrics import percentile
from eval.reports.terminal import shown
from index.models.session import open_tokenizer
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus

PARTS = ("embedding", "reading", "engine", "pipelines")
READ_PASSAGES = 8  # as many as an answer reads by default
READ_TOKENS = 200


def add_bench(commands: Commands) -> None:
    """Declare `bench`, `load` and `scale` with their flags."""
    sizes = commands.add_parser("scale", help="measure an archive at several sizes")
    sizes.add_argument("--data", type=Path, required=True, metavar="DIR", help="the public sets")
    sizes.add_argument("--work", type=Path, required=True, metavar="DIR", help="kept between runs")
    sizes.add_argument(
        "--articles", type=int, action="append", metavar="N", help=f"a size (default {SIZES})"
    )
    sizes.set_defaults(run=measure_sizes)
    crowd = commands.add_parser("load", help="have many people ask the page at once")
    crowd.add_argument("--set", choices=[*CORPORA], default="sample", help="whose questions")
    crowd.add_argument("--people", type=count, default=30, metavar="N", help="at once (30)")
    crowd.add_argument("--each", type=count, default=10, metavar="N", help="questions of each (10)")
    crowd.add_argument(
        "--pause", type=seconds, default=0.0, metavar="S", help="seconds to read an answer (none)"
    )
    crowd.add_argument("--corpus", type=Path, metavar="DIR", help="articles other than the set's")
    crowd.add_argument("--storage", type=Path, metavar="DIR", help="keep the index there")
    crowd.set_defaults(run=measure_load)
    speed = commands.add_parser("bench", help="compare speed with LlamaIndex, Chroma and bm25s")
    speed.add_argument("--fp32", type=Path, default=ROOT / "build" / "embedder_fp32.onnx")
    speed.add_argument("--texts", type=count, default=96, metavar="N", help="passages a round")
    speed.add_argument("--articles", type=Path, metavar="DIR", help="measure on these articles")
    speed.add_argument(
        "--part", action="append", choices=PARTS, metavar="NAME", help="a part of it"
    )
    speed.add_argument("--rounds", type=count, default=3, metavar="N", help="of the pipelines (3)")
    speed.add_argument("--without", action="append", choices=OTHERS, metavar="NAME", default=[])
    speed.set_defaults(run=bench)


def bench(arguments: argparse.Namespace, console: Console) -> int:
    """Print the parts of PARTS that the command line names, by default all. Raises BylineError.

    Chroma's procedure runs the model `fp32`; without it that row is skipped.
    """
    parts = arguments.part or PARTS
    settings = load_settings(corpus=arguments.articles)
    passages = corpus_passages(settings, arguments.texts)
    questions = [case.question for case in load_cases(set_path("sample"))]
    console.print(machine())
    if "embedding" in parts:
        _bench_embedding(console, settings, arguments.fp32, passages, questions)
    if "reading" in parts:
        _bench_reading(console, settings, passages, questions)
    if "engine" in parts:
        _bench_engine(console, load_settings(corpus=ROOT / "corpus"), questions)
    if "pipelines" in parts:
        bench_pipelines(arguments, settings, console)
    return 0


def _bench_embedding(
    console: Console, settings: Settings, fp32: Path, passages: list[str], questions: list[str]
) -> None:
    words = statistics.mean(len(text.split()) for text in passages)
    console.print(
        f"embedding: {len(passages)} passages of {words:.0f} words, {ROUNDS} rounds in turn, "
        f"medians; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    if not fp32.is_file():
        console.print(
            f"no {fp32}: Chroma's default procedure is skipped; "
            f"make the model with: python -m training.export_embedder --data FOLDER --fp32 {fp32}",
            soft_wrap=True,
        )
    ours, *others = contenders(settings.embedder, fp32, passages)
    time_in_turn([ours, *others], passages, questions)
    for each in (ours, *others):
        console.print(
            f"  {each.name:<18}{each.rate:8.1f} passages/s   question p50 "
            f"{each.question_p50:7.2f} ms   RSS +{shown(each.rss_mb)} MB"
        )
    for other in others:
        cosines = np.sum(ours.encode(passages) * other.encode(passages), axis=1)
        console.print(
            f"  {ours.rate / other.rate:.2f} times the passages/s of {other.name}, a question "
            f"{other.question_p50 / ours.question_p50:.1f} times as fast; "
            f"cosine of the two mean {cosines.mean():.4f}, least {cosines.min():.4f}"
        )


def _bench_reading(
    console: Console, settings: Settings, passages: Sequence[str], questions: Sequence[str]
) -> None:
    """A question read in READ_PASSAGES passages of READ_TOKENS tokens: on every core, and on one."""
    tokenizer = open_tokenizer(settings.reader, READER)
    encoded = tokenizer.encode(" ".join(passages), add_special_tokens=False)
    ends = [encoded.offsets[n][0] for n in range(0, len(encoded.ids), READ_TOKENS)]
    texts = [" ".join(passages)[a:b] for a, b in pairwise(ends)][:READ_PASSAGES]
    before, began = resident_mb(), time.perf_counter()
    with (
        closing(SpanModel(settings.reader)) as model,
        closing(SpanModel(settings.reader, 1)) as one,
    ):
        loaded = (time.perf_counter() - began) * 1000 / 2
        times: dict[str, list[float]] = {"every core": [], "one core": []}
        for question in [questions[0], *islice(cycle(questions), ROUNDS * QUESTIONS)]:
            for name, reader in (("every core", model), ("one core", one)):
                started = time.perf_counter()
                reader.read(question, texts)
                times[name].append((time.perf_counter() - started) * 1000)
        after = resident_mb()
    console.print(f"reading: {len(texts)} passages of {READ_TOKENS} tokens a question, in turn")
    for name, taken in times.items():
        p50, p95 = (shown(percentile(taken[1:], percent)) for percent in (50, 95))
        console.print(f"  {name:<18}p50 {p50} ms   p95 {p95} ms")
    grown = None if before is None or after is None else (after - before) / 2
    console.print(f"  model load {loaded:.0f} ms   RSS +{shown(grown)} MB (mean of two)")


def _bench_engine(console: Console, settings: Settings, questions: Sequence[str]) -> None:
    """The whole way on the sample: first sync, sync without a change, every question."""
    with TemporaryDirectory("-byline-bench") as folder:
        settings = load_settings(corpus=settings.corpus, storage=Path(folder))
        started = time.perf_counter()
        report = sync_corpus(settings)
        first = time.perf_counter() - started
        started = time.perf_counter()
        sync_corpus(settings)
        again = time.perf_counter() - started
        with closing(build_engine(settings)) as engine:
            engine.answer(questions[0])  # the first question loads what is loaded lazily
            times = []
            for question in questions:
                started = time.perf_counter()
                engine.answer(question)
                times.append((time.perf_counter() - started) * 1000)
    console.print(f"engine on the sample: {report.passages} passages, {len(questions)} questions")
    console.print(
        f"  first sync {first:.2f} s ({report.passages / first:.1f} passages/s, loading included)"
        f"   sync without a change {again * 1000:.0f} ms"
    )
    p50, p95 = (shown(percentile(times, percent)) for percent in (50, 95))
    console.print(f"  question p50 {p50} ms   p95 {p95} ms   RSS {shown(resident_mb())} MB in all")
