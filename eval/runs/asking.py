"""The engine that a set is asked with: one built for the run, or the page's own.

Apart from the commands, this is the only module of the evaluation that reads settings.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from bot.answer import Candidate
from bot.build import build_engine
from eval.cases.case import Case
from eval.cases.named import corpus_of, load_asked, set_name
from eval.runs.report import DEPTH, Report
from eval.runs.run import Answerer, run_cases
from eval.runs.sets import AvailableSet
from index.errors import ModelError
from index.models.session import MODEL_FILE
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus


@contextmanager
def indexed_set(
    path: Path, corpus: Path | None, storage: Path | None
) -> Iterator[tuple[Settings, tuple[Case, ...]]]:
    """Bring the index of the set's corpus up to date; the settings to open it with, and the cases.

    Without `storage` the index lasts as long as the context. Raises BylineError.
    """
    with ExitStack() as stack:
        folder = storage or Path(stack.enter_context(tempfile.TemporaryDirectory("-byline-eval")))
        settings = load_settings(corpus=corpus_of(path, corpus), storage=folder)
        cases = load_asked(path, settings.corpus)
        sync_corpus(settings)
        yield settings, cases


def ask_set(path: Path, corpus: Path | None, storage: Path | None) -> Report:
    """Bring the index of the set's corpus up to date, then ask it every case. Raises BylineError."""
    with (
        indexed_set(path, corpus, storage) as (settings, cases),
        closing(build_engine(settings)) as engine,
    ):
        deeper = partial(engine.search, k=DEPTH)
        return run_cases(engine, cases, settings.corpus, set_name(path), settings.limits, deeper)


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
        if chosen.asks(settings.corpus):
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
