"""Any LlamaIndex retriever in the place of Byline's own, as long as it returns Byline's nodes."""

from itertools import islice

from llama_index.core.retrievers import BaseRetriever

from bot.english.question import Question
from bot.retrieval.reprints import without_reprints
from bot.retrieval.retriever import Retrieved, make_candidate
from index.catalog.selection import EVERYTHING, Selection
from index.library import Library


class NodeRetriever:
    """A LlamaIndex retriever over Byline's nodes, in the place of Byline's own."""

    def __init__(self, retriever: BaseRetriever, library: Library) -> None:
        """`library` holds the passages; nodes of other passages are skipped."""
        self._retriever = retriever
        self._library = library

    def find(self, question: Question, k: int, *, selection: Selection = EVERYTHING) -> Retrieved:
        """The first `k` passages of `selection` that the retriever returns, in its order."""
        self._library.refresh()
        scores = {
            node.node_id: node.score or 0.0 for node in self._retriever.retrieve(question.text)
        }
        keys = list(scores)
        if selection:
            chosen = self._library.catalog.articles.among(keys, selection)
            keys = [key for key in keys if key in chosen]
        vector = question.vector
        if vector is None:
            vector = self._library.embed(question.text)
        passages = self._library.catalog.articles.passages(keys)
        candidates = (
            make_candidate(self._library, passages[key], scores[key], vector)
            for key in keys
            if key in passages
        )
        return Retrieved(tuple(islice(without_reprints(candidates), k)))
