"""bm25s on Byline's passages, with its default tokens and stop words.

It has no way to add to an index: every sync builds it anew. Source: Lù 2024, arXiv:2407.03618.
"""

from pathlib import Path

import bm25s

from eval.bench.passages import read_passages
from eval.bench.pipelines.pipeline import PASSAGES, IndexSize, Inputs
from index.settings import load_settings


class Words:
    """An index in memory, saved as a program would that starts again tomorrow."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._files: list[str] = []
        self._index = bm25s.BM25()

    def sync(self, storage: Path) -> IndexSize:
        """Read, split, index and save everything anew."""
        settings = load_settings(corpus=self._inputs.corpus)
        self._files, texts = map(list, zip(*read_passages(settings), strict=True))
        self._index = bm25s.BM25()
        self._index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)
        self._index.save(str(storage / "bm25s"))
        return IndexSize(len(set(self._files)), len(texts))

    def search(self, question: str) -> list[str]:
        """By BM25 alone."""
        tokens = bm25s.tokenize(question, show_progress=False)
        k = min(PASSAGES, len(self._files))
        ranked, _ = self._index.retrieve(tokens, k=k, show_progress=False)
        return list(dict.fromkeys(self._files[int(n)] for n in ranked[0]))

    def close(self) -> None:
        """Nothing to close."""
