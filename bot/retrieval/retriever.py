"""Finding passages: those that bear most on a question, without reprints, as they stand in the catalog.

A LlamaIndex retriever, so it can serve any LlamaIndex engine; Byline's own engine takes the Candidates.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from bot.answer import Candidate
from bot.english.period import asked_period
from bot.english.words import search_words
from bot.retrieval.reprints import without_reprints
from bot.retrieval.scoring import DEPTH, Query, Scored, score
from index.catalog.articles import Found
from index.catalog.selection import EVERYTHING, Selection
from index.errors import UnreachableError
from index.library import ATTEMPTS, PAUSE, Library
from index.models.encoder import Vectors

_log = logging.getLogger(__name__)


WORDS_ONLY = "The search by meaning is out of reach for now: only words were searched."


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages found, best first; `words_only` when the search by meaning was out of reach.

    `left_out` is a line about what could not be searched at all, else "".
    """

    candidates: tuple[Candidate, ...]
    words_only: bool = False
    left_out: str = ""

    @property
    def notice(self) -> str:
        """What to tell the person when this is not all there may be, else ""."""
        return " ".join(filter(None, (WORDS_ONLY if self.words_only else "", self.left_out)))


class HybridRetriever(BaseRetriever):
    """Retrieves the passages of a Library that bear on a question."""

    def __init__(self, library: Library, k: int = 12) -> None:
        """`k` is how many passages LlamaIndex's `retrieve` returns."""
        self._library = library
        self._k = k
        super().__init__()

    def search(
        self, question: str, k: int, now: date | None = None, selection: Selection = EVERYTHING
    ) -> tuple[Candidate, ...]:
        """The `k` best passages of `selection`, best first.

        The same index, question, day and selection always give the same. `now` is the day that "this
        week" counts from, by default today. The articles' own last day goes before: in an archive, or
        a selection, of 2015 "this week" is the last one that they tell of.
        """
        return self.find(question, k, now, selection).candidates

    def find(
        self, question: str, k: int, now: date | None = None, selection: Selection = EVERYTHING
    ) -> Retrieved:
        """What `search` finds, and whether the rankings by meaning had a part in it."""
        words_only = False
        self._library.refresh()
        vector = self._library.embed(question)
        words = search_words(question)
        candidates = None
        for _ in range(ATTEMPTS):
            newest = self._library.catalog.listing.newest(selection)
            today = now or min(date.today(), newest or date.max)
            period = asked_period(question, today) if newest else None
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
            # A sync has just replaced some of them: what stands second must not answer for them.
            time.sleep(PAUSE)
            self._library.refresh()
        return Retrieved(candidates or (), words_only)

    def _loaded(self, scored: Scored, vector: Vectors, k: int) -> tuple[Candidate, ...] | None:
        """The first `k` that are no reprints, as they stand in the catalog; None when one is gone."""
        size = max(k, 1)
        chunks = [scored.fused[at : at + size] for at in range(0, len(scored.fused), size)]
        found: dict[str, Found] = {}

        def candidates() -> Iterator[Candidate]:
            for chunk in chunks:
                found.update(self._library.catalog.articles.passages([key for key, _ in chunk]))
                for key, fused in chunk:
                    passage, article, own = found[key]
                    dense = float(own @ vector)
                    yield Candidate(passage, article, fused, dense, scored.lexical.get(key))

        try:
            return tuple(islice(without_reprints(candidates()), k))
        except KeyError:
            return None

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
