"""Finding passages: dense (Chroma) and lexical (FTS5) rankings, fused by reciprocal rank.

A LlamaIndex retriever, so it can serve any LlamaIndex engine; Byline's own engine takes the Candidates.
"""

import math
import time
from collections.abc import Sequence

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from bot.answer import Candidate
from bot.terms import search_words
from index.library import ATTEMPTS, PAUSE, Library

# Cormack, Clarke and Büttcher (2009), "Reciprocal rank fusion outperforms Condorcet …": k = 60.
RRF_K = 60
# Passages taken from each ranking before they are fused.
DEPTH = 40


def fuse(rankings: Sequence[Sequence[str]], k: int = RRF_K) -> list[tuple[str, float]]:
    """Reciprocal rank fusion: score(d) = Σ 1 / (k + rank of d), ranks from 1; best first, ties by id."""
    parts: dict[str, list[float]] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, 1):
            parts.setdefault(key, []).append(1.0 / (k + rank))
    # fsum: an exact sum, so that the order of the rankings can never turn a tie.
    scores = {key: math.fsum(shares) for key, shares in parts.items()}
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


class HybridRetriever(BaseRetriever):
    """Retrieves the passages of a Library that bear on a question."""

    def __init__(self, library: Library, k: int = 12) -> None:
        """`k` is how many passages LlamaIndex's `retrieve` returns."""
        self._library = library
        self._k = k
        super().__init__()

    def search(self, question: str, k: int) -> tuple[Candidate, ...]:
        """The `k` best passages, best first. The same index and question always give the same."""
        depth = max(k, DEPTH)
        self._library.refresh()
        vector = self._library.embed(question)
        words = search_words(question)
        for _ in range(ATTEMPTS):
            dense = self._library.dense(vector, depth)
            lexical = dict(self._library.lexical(words, depth))
            fused = fuse([[key for key, _ in dense], list(lexical)])
            found = self._library.passages([key for key, _ in fused])
            if len(found) == len(fused):
                break
            # A sync has just replaced some of them: what stands second must not answer for them.
            time.sleep(PAUSE)
            self._library.refresh()
        return tuple(
            Candidate(
                passage=found[key][0],
                article=found[key][1],
                score=score,
                dense=float(found[key][2] @ vector),
                lexical=lexical.get(key),
            )
            for key, score in fused
            if key in found
        )[:k]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [to_node(candidate) for candidate in self.search(query_bundle.query_str, self._k)]


def to_node(candidate: Candidate) -> NodeWithScore:
    """A candidate as LlamaIndex knows it; offsets are into the article's text."""
    passage, article = candidate.passage, candidate.article
    node = TextNode(
        id_=passage.id,
        text=candidate.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={
            "file": article.path,
            "title": article.title,
            "published": article.published.isoformat() if article.published else None,
            "publisher": article.publisher,
        },
    )
    return NodeWithScore(node=node, score=candidate.score)
