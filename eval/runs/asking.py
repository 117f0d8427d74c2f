"""The engine that a set is asked with: one built for the run, or the page's own.

Apart from the commands, this is the only module of the evaluation that reads settings.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from bot.answer import Candidate
from bot.build import build_engine
from bot.engine import Engine
from eval.cases.case import Case, check_files, load_cases
from eval.cases.named import corpus_of, set_name
from eval.runs.report import DEPTH, Report
from eval.runs.run import Answerer, run_cases
from eval.runs.sets import AvailableSet
from index.errors import EvaluationError, ModelError
from index.models.session import MODEL_FILE
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus

UNCHANGED: Mapping[str, str] = MappingProxyType({})


def ask_set(
    path: Path,
    corpus: Path | None,
    storage: Path | None,
    changes: Mapping[str, str] = UNCHANGED,
) -> Report:
    """Bring the index of the set's corpus up to date, then ask it every case, some settings changed."""
    with asked_set(path, corpus, storage, changes) as (cases, engine, settings):
        deeper = partial(engine.search, k=DEPTH)
        return run_cases(engine, cases, settings.corpus, set_name(path), settings.limits, deeper)


@contextmanager
def asked_set(
    path: Path,
    corpus: Path | None = None,
    storage: Path | None = None,
    changes: Mapping[str, str] = UNCHANGED,
) -> Iterator[tuple[tuple[Case, ...], Engine, Settings]]:
    """A set's cases, with an engine over its corpus, synced first."""
    cases = load_cases(path)
    with ExitStack() as stack:
        folder = storage or Path(stack.enter_context(tempfile.TemporaryDirectory("-byline-eval")))
        folders = {"corpus": corpus_of(path, corpus), "storage": folder}
        settings = load_settings(**folders, **changes)
        if not settings.corpus.is_dir():
            raise EvaluationError(
                f"set {set_name(path)!r}: its corpus {settings.corpus} is not a folder; "
                "give the folder of its articles with --corpus"
            )
        check_files(cases, settings.corpus, path)
        sync_corpus(settings)
        yield cases, stack.enter_context(closing(build_engine(settings))), settings


class SearchableEngine(Answerer, Protocol):
    """What a set is asked of: it answers, and shows its ranking."""

    def search(self, question: str, k: int = 10) -> tuple[Candidate, ...]:
        """The `k` passages that bear most on `question`, best first."""


OpenEngine = Callable[[AvailableSet], AbstractContextManager[SearchableEngine]]


def engine_opener(engine: SearchableEngine, settings: Settings, folder: Path) -> OpenEngine:
    """What gives each set an engine: `engine` itself, which stays open, for the corpus of `settings`.

    For any other corpus one is built, with an index under `folder` that is kept and brought up to
    date, and closed after the run. Opening it raises BylineError.
    """

    @contextmanager
    def opened(chosen: AvailableSet) -> Iterator[SearchableEngine]:
        if chosen.corpus.resolve() == settings.corpus.resolve():
            yield engine
            return
        changed = {"corpus": chosen.corpus, "storage": folder / chosen.name}
        own = settings.model_copy(update=changed)
        sync_corpus(own)
        with closing(build_engine(own)) as other:
            yield other

    return opened


def measured_with(settings: Settings) -> dict[str, str | int]:
    """What a run depends on beside its set: how sure, how many passages, which models (sha256).

    Raises ModelError when a model cannot be read.
    """
    return {
        "strictness": settings.strictness,
        "candidates": settings.candidates,
        "language model": settings.llm.partition("@")[0] or "none",
        "embedder": _fingerprint(settings.embedder),
        "reader": _fingerprint(settings.reader),
        "resolver": _fingerprint(settings.resolver),
    }


def _fingerprint(folder: Path) -> str:
    try:
        with (folder / MODEL_FILE).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:12]
    except OSError as error:
        raise ModelError(f"{folder / MODEL_FILE}: cannot be read ({error.strerror})") from error
