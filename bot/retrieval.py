"""Finding passages: dense (Chroma) and lexical (FTS5) rankings, fused by reciprocal rank.

A LlamaIndex retriever, so it can serve any LlamaIndex engine; Byline's own engine takes the Candidates.
"""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from bot.answer import Candidate
from bot.period import Period, asked_period
from bot.reprints import without_reprints
from bot.terms import search_words
from index.encoder import Vectors
from index.errors import UnreachableError
from index.library import ATTEMPTS, PAUSE, Library

# Cormack, Clarke and Büttcher (2009), "Reciprocal rank fusion outperforms Condorcet …": k = 60.
RRF_K = 60
# Passages taken from each ranking before they are fused.
DEPTH = 40
# What a place among the passages of the days asked about counts, beside one among all: chosen on 93
# questions of the news quiz over 2,400 articles, where 1 to 4 did alike.
TIMELY = 2.0
NEWEST = 12  # passages among which "the latest" prefers the newest
_log = logging.getLogger(__name__)


def fuse(
    rankings: Sequence[Sequence[str]], weights: Sequence[float] | None = None, k: int = RRF_K
) -> list[tuple[str, float]]:
    """Reciprocal rank fusion: score(d) = Σ w / (k + rank of d), ranks from 1; best first, ties by id.

    `weights` holds a w for each ranking, 1 by default.
    """
    parts: dict[str, list[float]] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, key in enumerate(ranking, 1):
            parts.setdefault(key, []).append(weight / (k + rank))
    # fsum: an exact sum, so that the order of the rankings can never turn a tie.
    scores = {key: math.fsum(shares) for key, shares in parts.items()}
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages found, best first; `words_only` when the search by meaning was out of reach."""

    candidates: tuple[Candidate, ...]
    words_only: bool = False


class HybridRetriever(BaseRetriever):
    """Retrieves the passages of a Library that bear on a question."""

    def __init__(self, library: Library, k: int = 12) -> None:
        """`k` is how many passages LlamaIndex's `retrieve` returns."""
        self._library = library
        self._k = k
        super().__init__()

    def search(self, question: str, k: int, now: date | None = None) -> tuple[Candidate, ...]:
        """The `k` best passages, best first. The same index, question and day always give the same.

        `now` is the day that "this week" counts from, by default today. An archive's own last day goes
        before: in articles of 2015 "this week" is the last one that they tell of.
        """
        return self.find(question, k, now).candidates

    def find(self, question: str, k: int, now: date | None = None) -> Retrieved:
        """What `search` finds, and whether the rankings by meaning had a part in it."""
        words_only = False
        self._library.refresh()
        vector = self._library.embed(question)
        words = search_words(question)
        for _ in range(ATTEMPTS):
            newest = self._library.newest()
            today = now or min(date.today(), newest or date.max)
            period = asked_period(question, today) if newest else None
            depth = max(k, DEPTH)
            try:
                found = self._ranked(words, vector, depth, period)
            except UnreachableError as error:
                _log.warning("%s", error)
                words_only = True
                found = self._ranked(words, vector, depth, period, by_meaning=False)
            if found is not None:
                break
            # A sync has just replaced some of them: what stands second must not answer for them.
            time.sleep(PAUSE)
            self._library.refresh()
        return Retrieved(tuple(without_reprints(found or ()))[:k], words_only)

    def _ranked(
        self,
        words: Sequence[str],
        vector: Vectors,
        depth: int,
        period: Period | None,
        by_meaning: bool = True,
    ) -> tuple[Candidate, ...] | None:
        """The candidates of all rankings, best first; None when some are gone since they were ranked."""
        dense = self._library.dense(vector, depth) if by_meaning else []
        lexical = dict(self._library.lexical(words, depth))
        rankings = [[key for key, _ in dense], list(lexical)]
        weights = [1.0, 1.0]
        if period and not period.newest:
            days = period.start, period.end
            timely = dict(self._library.lexical(words, depth, days))
            near = self._library.dense(vector, depth, days) if by_meaning else []
            lexical = timely | lexical
            rankings += [[key for key, _ in near], list(timely)]
            weights += [TIMELY, TIMELY]
        fused = fuse(rankings, weights)
        found = self._library.passages([key for key, _ in fused])
        if len(found) < len(fused):
            return None
        if period and period.newest:
            # The day counts among the best only, or anything new would do; without one goes last.
            days_of = {key: found[key][1].published or date.min for key, _ in fused[:NEWEST]}
            by_day = sorted(days_of, key=lambda key: days_of[key], reverse=True)
            fused = fuse([*rankings, by_day], [*weights, TIMELY])
        return tuple(
            Candidate(
                passage=found[key][0],
                article=found[key][1],
                score=score,
                dense=float(found[key][2] @ vector),
                lexical=lexical.get(key),
            )
            for key, score in fused
        )

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
