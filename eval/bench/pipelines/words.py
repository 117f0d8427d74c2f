"""bm25s on passages as Byline cuts them: its own tokens and stop words, everything as it comes.

It has no way to add to an index: every sync builds it anew. Source: Lù 2024, arXiv:2407.03618.
"""

from pathlib import Path

import bm25s

from eval.bench.pipelines.passages import read_passages
from eval.bench.pipelines.pipeline import PASSAGES, Given, Held


class Words:
    """An index in memory, saved as a program would that starts again tomorrow."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._files: list[str] = []
        self._index = bm25s.BM25()

    def sync(self, storage: Path) -> Held:
        """Read, cut, index and save, whatever already exists."""
        self._files, texts = read_passages(self._given.corpus)
        self._index = bm25s.BM25()
        self._index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)
        self._index.save(str(storage / "bm25s"))
        return Held(len(set(self._files)), len(texts))

    def search(self, question: str) -> list[str]:
        """By BM25 alone."""
        tokens = bm25s.tokenize(question, show_progress=False)
        k = min(PASSAGES, len(self._files))
        ranked, _ = self._index.retrieve(tokens, k=k, show_progress=False)
        return list(dict.fromkeys(self._files[int(n)] for n in ranked[0]))

    def close(self) -> None:
        """Nothing to close."""


def open_pipeline(given: Given) -> Words:
    """The pipeline, nothing synced yet."""
    return Words(given)
