"""Where a question is looked up: the corpus, and beside it what the person who asks has added.

It gives the engine one list of passages, and each article from where it lies. How passages are ranked is
`bot.retrieval`'s business, whose files they are `bot.uploads`'.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from bot.answer import Candidate, Evidence
from bot.citations import Verifier
from bot.retrieval import HybridRetriever, Retrieved
from bot.scope import Scope
from bot.uploads import Uploads
from index.article import Article
from index.errors import StorageError
from index.library import Library
from index.limits import Limits

OWN = 4  # passages of a person's own files that are read beside those of the corpus
_log = logging.getLogger(__name__)


class Shelves:
    """The corpus and everybody's uploads. Safe to call from several threads."""

    def __init__(
        self,
        library: Library,
        uploads: Uploads | None = None,
        limits: Limits = Limits(),  # noqa: B008
    ) -> None:
        """`library` is the corpus'; `limits` are what reading a file again may cost."""
        self.library = library
        self.uploads = uploads
        self._retriever = HybridRetriever(library)
        self._verifier = Verifier(library.corpus, limits)
        self._limits = limits

    def find(self, question: str, k: int, scope: Scope) -> Retrieved:
        """The `k` best passages of the corpus within the selection, and the owner's own among them.

        A selection is of the corpus: with one, uploads are left out. Those that cannot be read are left
        out too, with a line in the log: the corpus answers all the same.
        """
        found = self._retriever.find(question, k, selection=scope.selection)
        own = self._owned(question, scope) if not scope.selection else ()
        return replace(found, candidates=merged(found.candidates, own)) if own else found

    def _owned(self, question: str, scope: Scope) -> tuple[Candidate, ...]:
        if self.uploads is None or not scope.owner:
            return ()
        try:
            with self.uploads.opened(scope.owner) as library:
                return HybridRetriever(library).search(question, OWN) if library else ()
        except StorageError as error:
            _log.warning("uploads were left out: %s", error)
            return ()

    def holds(self, evidence: Evidence, scope: Scope) -> bool:
        """True when the file that the evidence is of reads, as it is now, as it was indexed."""
        article = evidence.candidate.article
        if self.uploads is None or not scope.owner or self.library.catalog.load(article.id):
            return self._verifier.holds(evidence)
        root = self.uploads.corpus(scope.owner)
        return Verifier(root, self._limits).holds(evidence)

    def article(self, path: str, owner: str = "") -> Article | None:
        """The article at `path` of the corpus, or among the owner's uploads, or None."""
        self.library.refresh()
        found = self.library.catalog.article(path)
        return found or self._own_article(owner, lambda library: library.catalog.article(path))

    def article_by_id(self, article_id: str, owner: str = "") -> Article | None:
        """The article with this id in the corpus, or among the owner's uploads, or None."""
        self.library.refresh()
        found = self.library.catalog.load(article_id)
        return found or self._own_article(owner, lambda library: library.catalog.load(article_id))

    def _own_article(self, owner: str, look: Callable[[Library], Article | None]) -> Article | None:
        if self.uploads is None or not owner:
            return None
        with self.uploads.opened(owner) as library:
            return look(library) if library else None

    def close(self) -> None:
        """Releases every index."""
        if self.uploads is not None:
            self.uploads.close()
        self.library.close()


def merged(corpus: tuple[Candidate, ...], own: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Both in one order: each keeps its own, and where they meet the nearer in meaning goes first.

    Scores of two indexes cannot be compared; the cosine to the question can.
    """
    rows, left = list[Candidate](), list(own)
    for candidate in corpus:
        while left and _nearness(left[0]) > _nearness(candidate):
            rows.append(left.pop(0))
        rows.append(candidate)
    return (*rows, *left)


def _nearness(candidate: Candidate) -> float:
    return candidate.dense if candidate.dense is not None else -1.0
