"""The engine a set is asked with: the page's own over its corpus, else one built for the time of a run.

Beside the programs this is where an evaluation sees settings.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Protocol

from bot.answer import Candidate
from bot.build import build_engine, sync_corpus
from eval.runs.run import Answerer
from eval.runs.sets import Offered
from index.errors import ModelError
from index.models.session import MODEL_FILE
from index.settings import Settings


class Asked(Answerer, Protocol):
    """What a set is asked of: it answers, and shows its ranking."""

    def search(self, question: str, k: int = 10) -> tuple[Candidate, ...]:
        """The `k` passages that bear most on `question`, best first."""


OpenEngine = Callable[[Offered], AbstractContextManager[Asked]]


def engine_opener(engine: Asked, settings: Settings, folder: Path) -> OpenEngine:
    """What gives each set an engine: `engine` itself, which stays open, for the corpus of `settings`.

    For any other corpus one is built, with an index under `folder` that is kept and brought up to
    date, and closed after the run. Opening it raises BylineError.
    """

    @contextmanager
    def opened(offered: Offered) -> Iterator[Asked]:
        if offered.corpus.resolve() == settings.corpus.resolve():
            yield engine
            return
        changed = {"corpus": offered.corpus, "storage": folder / offered.name}
        apart = settings.model_copy(update=changed)
        sync_corpus(apart)
        with closing(build_engine(apart)) as other:
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
