"""The hybrid retriever: the passages of one index that match a question best, without reprints.

It is a LlamaIndex retriever as well, so it works in any LlamaIndex engine.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from bot.answer import Candidate
from bot.english.question import Question
from bot.english.words import search_words, terms
from bot.retrieval.nodes import to_node
from bot.retrieval.reprints import without_reprints
from bot.retrieval.scoring import DEPTH, Query, Scored, score
from index.catalog.articles import Found
from index.catalog.selection import EVERYTHING, Selection
from index.errors import UnreachableError
from index.library import ATTEMPTS, PAUSE, Library
from index.models.encoder import Vectors

_log = logging.getLogger(__name__)


WORDS_ONLY = "The search by meaning is not available at the moment: only words were searched."


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages found, best first; `words_only` if the search by meaning was not available.

    `left_out` is a line about what could not be searched at all, else "".
    """

    candidates: tuple[Candidate, ...]
    words_only: bool = False
    left_out: str = ""

    @property
    def notice(self) -> str:
        """What the user should know if the search was incomplete, else ""."""
        return " ".join(filter(None, (WORDS_ONLY if self.words_only else "", self.left_out)))


class Retriever(Protocol):
    """Finds passages of the articles for a question."""

    def find(self, question: Question, k: int, *, selection: Selection = EVERYTHING) -> Retrieved:
        """The `k` best passages of `selection`, best first."""
        ...


class HybridRetriever(BaseRetriever):
    """Retrieves the passages of a Library that match a question."""

    def __init__(self, library: Library, k: int = 12) -> None:
        """`k` is how many passages LlamaIndex's `retrieve` returns."""
        self._library = library
        self._k = k
        super().__init__()

    def search(
        self, question: str, k: int, now: date | None = None, selection: Selection = EVERYTHING
    ) -> tuple[Candidate, ...]:
        """The `k` best passages for a question in words; see `find`."""
        return self.find(Question.of(question), k, now, selection=selection).candidates

    def find(
        self,
        question: Question,
        k: int,
        now: date | None = None,
        *,
        selection: Selection = EVERYTHING,
    ) -> Retrieved:
        """The `k` best passages of `selection`, best first.

        The same index, question, day and selection always give the same result. "This week" is counted
        from `now`, by default today, but never from later than the newest article of the selection: in an
        archive of 2015 "this week" is the last week of that archive.
        """
        words_only = False
        self._library.refresh()
        vector = question.vector
        if vector is None:
            vector = self._library.embed(question.text)
        words = search_words(question.text)
        candidates = None
        for _ in range(ATTEMPTS):
            newest = self._library.catalog.listing.newest(selection)
            today = now or min(date.today(), newest or date.max)
            period = question.period(today) if newest else None
            query = Query(words, vector, max(k, DEPTH), today, period, selection)
            try:
                scored = score(self._library, query)
            except UnreachableError as error:
                _log.warning("%s", error)
                words_only = True
                scored = score(self._library, query, by_meaning=False)
            candidates = self._loaded(scored, vector, k) if scored else None
            if candidates is not None:
                break
            # A sync has just replaced some of them. Search again: the next best are no substitute.
            time.sleep(PAUSE)
            self._library.refresh()
        return Retrieved(candidates or (), words_only)

    def _loaded(self, scored: Scored, vector: Vectors, k: int) -> tuple[Candidate, ...] | None:
        """The first `k` passages that are not reprints; None if one is no longer in the catalog."""
        size = max(k, 1)
        chunks = [scored.fused[at : at + size] for at in range(0, len(scored.fused), size)]
        found: dict[str, Found] = {}

        def candidates() -> Iterator[Candidate]:
            for chunk in chunks:
                found.update(self._library.catalog.articles.passages([key for key, _ in chunk]))
                for key, fused in chunk:
                    yield make_candidate(
                        self._library, found[key], fused, vector, scored.lexical.get(key)
                    )

        try:
            return _spread(without_reprints(candidates()), k)
        except KeyError:
            return None

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [to_node(candidate) for candidate in self.search(query_bundle.query_str, self._k)]


def _spread(ranked: Iterable[Candidate], k: int) -> tuple[Candidate, ...]:
    """The first `k` candidates, at most half of them of one article unless there are no others.

    An old report may fill the places of a newer one that answers in fewer words.
    """
    share = -(-k // 2)
    taken: Counter[str] = Counter()
    first, last = list[Candidate](), list[Candidate]()
    for one in ranked:
        taken[one.article.id] += 1
        (first if taken[one.article.id] <= share else last).append(one)
        if len(first) == k:
            break
    return (*first, *last)[:k]


def make_candidate(
    library: Library, found: Found, score: float, vector: Vectors, lexical: float | None = None
) -> Candidate:
    """A passage of `library` as a candidate for the question with this vector."""
    passage, article, own = found
    dense = float(own @ vector)
    text = f"{article.title}\n{passage.span.of(article.text)}"
    return Candidate(passage, article, score, dense, lexical, library.corpus, terms(text))
