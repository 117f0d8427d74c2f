"""Byline as the bench runs it: its own sync, its own retriever, its own cited answers, no language model."""

from pathlib import Path

from bot.build import build_engine
from bot.engine import Engine
from eval.bench.pipelines.pipeline import PASSAGES, IndexSize, Inputs
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus


class Byline:
    """The engine over an index of its own."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._settings: Settings | None = None
        self._engine: Engine | None = None

    def sync(self, storage: Path) -> IndexSize:
        """As `python -m index sync`."""
        self.close()
        inputs = self._inputs
        self._settings = load_settings(
            corpus=inputs.corpus, storage=storage, models=inputs.embedder.parent, llm="", chroma=""
        )
        report = sync_corpus(self._settings)
        return IndexSize(report.articles, report.passages)

    def search(self, question: str) -> list[str]:
        """By words and meaning, fused, as before an answer is read."""
        found = self._opened.search(question, PASSAGES)
        return list(dict.fromkeys(candidate.article.path for candidate in found))

    def answer(self, question: str) -> bool:
        """The whole way: retrieve, read, decide, cite, check the citations. False for a refusal."""
        return not self._opened.answer(question).refused

    def close(self) -> None:
        """Close the engine."""
        if self._engine:
            self._engine.close()
        self._engine = None

    @property
    def _opened(self) -> Engine:
        if self._settings is None:
            raise RuntimeError("nothing is synced yet")
        if self._engine is None:
            self._engine = build_engine(self._settings)
        return self._engine
