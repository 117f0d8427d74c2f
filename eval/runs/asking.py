"""A set is asked: its cases loaded and checked, its articles indexed, an engine built over them.

Beside the programs this is where an evaluation sees settings.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

from bot.build import build_engine, sync_corpus
from bot.engine import Engine
from eval.cases.case import CORPORA, Case, check_files, load_cases
from eval.runs.report import DEPTH, Report
from eval.runs.run import run_cases
from index.errors import EvaluationError
from index.settings import Settings, load_settings

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
        return run_cases(engine, cases, settings.corpus, path.stem, settings.limits, deeper)


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
