"""Where a question is looked up: the corpus, and beside it what the person who asks has added.

It gives the engine one list of passages, and each article from where it lies. How passages are ranked is
`bot.retrieval.retriever`'s business, whose files they are `bot.page.people.uploads`'.
"""

import logging
from collections.abc import Callable

from bot.answer import Candidate, Evidence
from bot.composition.citations import Verifier
from bot.english.question import Asked
from bot.page.people.uploads import Uploads
from bot.retrieval.reprints import shingles
from bot.retrieval.retriever import HybridRetriever, Retrieved
from bot.retrieval.scope import Scope
from index.errors import BylineError
from index.formats.limits import Limits
from index.library import Library
from index.text.article import Article

OWN = 4  # passages of a person's own files that are read beside those of the corpus
# Cosine to the question. Of 134 questions about the sample, passages about something else altogether stay
# below it in 125; of ten questions about those passages, the one that answers is above it in all.
NEAR = 0.2
LEFT_OUT = "Your own files could not be searched for now; try again in a moment."
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

    def find(self, question: str, k: int, scope: Scope) -> Retrieved:
        """The `k` best passages of the corpus within the selection, and the owner's own among them.

        Of uploads that cannot be read it is told that they are left out: the corpus answers all the same.
        """
        found = self._retriever.find(question, k, selection=scope.selection)
        if not _asks_own(scope):
            return found
        own = self._found(question, k if scope.selection else OWN, scope)
        merged = merge(question, found.candidates, own.candidates, chosen=bool(scope.selection))
        words_only = found.words_only or own.words_only
        return Retrieved(merged, words_only, own.left_out)

    def count(self, scope: Scope) -> int:
        """How many articles a question in `scope` is looked up in."""
        found = _counted(self.library, scope)
        if self.uploads is None or not scope.owner or not _asks_own(scope):
            return found
        try:
            with self.uploads.opened(scope.owner) as library:
                return found + (_counted(library, scope) if library else 0)
        except BylineError as error:
            _log.warning("uploads were not counted: %s", error)
            return found

    def _found(self, question: str, k: int, scope: Scope) -> Retrieved:
        """The `k` best of the owner's own passages."""
        if self.uploads is None or not scope.owner:
            return Retrieved(())
        try:
            with self.uploads.opened(scope.owner) as library:
                if library is None:
                    return Retrieved(())
                return HybridRetriever(library).find(question, k, selection=scope.selection)
        except BylineError as error:
            _log.warning("uploads were left out: %s", error)
            return Retrieved((), left_out=LEFT_OUT)

    def holds(self, evidence: Evidence, scope: Scope) -> bool:
        """True when the file that the evidence is of reads, as it is now, as it was indexed."""
        article = evidence.candidate.article
        if self.uploads is None or not scope.owner or self._is_of_corpus(article):
            return self._verifier.holds(evidence)
        return self._verifier.holds(evidence, self.uploads.corpus(scope.owner))

    def _is_of_corpus(self, article: Article) -> bool:
        known = self.library.catalog.articles.at(article.path)
        return known is not None and known.id == article.id

    def article(self, path: str, owner: str = "") -> Article | None:
        """The article at `path` of the corpus, or among the owner's uploads, or None."""
        self.library.refresh()
        found = self.library.catalog.articles.at(path)
        return found or self._own_article(owner, lambda library: library.catalog.articles.at(path))

    def article_by_id(self, article_id: str, owner: str = "") -> Article | None:
        """The article with this id in the corpus, or among the owner's uploads, or None."""
        self.library.refresh()
        found = self.library.catalog.articles.load(article_id)
        return found or self._own_article(
            owner, lambda library: library.catalog.articles.load(article_id)
        )

    def _own_article(self, owner: str, look: Callable[[Library], Article | None]) -> Article | None:
        """What `look` finds; None, too, where the owner's index cannot be read."""
        if self.uploads is None or not owner:
            return None
        try:
            with self.uploads.opened(owner) as library:
                return look(library) if library else None
        except BylineError as error:
            _log.warning("an upload was not looked up: %s", error)
            return None

    def close(self) -> None:
        """Releases every index."""
        if self.uploads is not None:
            self.uploads.close()
        self.library.close()


def _asks_own(scope: Scope) -> bool:
    return not scope.selection or bool(scope.selection.ids)


def _counted(library: Library, scope: Scope) -> int:
    return library.catalog.listing.browse(scope.selection, "path", 0, 1)[1]


def merge(
    question: str,
    corpus: tuple[Candidate, ...],
    own: tuple[Candidate, ...],
    *,
    chosen: bool = False,
) -> tuple[Candidate, ...]:
    """Both in one order: each keeps its own, and where they meet the nearer in meaning goes first.

    Scores of two indexes cannot be compared; the cosine to the question can. Of one's own those that were
    `chosen` are all read, others only where they bear on the question.
    """
    rows, left = list[Candidate](), list(own) if chosen else _bearing(question, corpus, own)
    for candidate in corpus:
        while left and _nearness(left[0]) > _nearness(candidate):
            rows.append(left.pop(0))
        rows.append(candidate)
    return (*rows, *left)


def _bearing(
    question: str, corpus: tuple[Candidate, ...], own: tuple[Candidate, ...]
) -> list[Candidate]:
    """Of one's own, what is near, and nearer than some of the corpus', or names what none of those does.

    However little one's files have to do with a question, some passages are the best of them, and each
    that is read shifts the standing of all others. What the corpus' say word for word is not one's own.
    """
    if not own:
        return []
    least = max(NEAR, min(map(_nearness, corpus), default=NEAR))
    asked = Asked.of(question)
    lacking = set(asked.missing(" ".join(map(_context, corpus))))
    held = [shingles(candidate.text) for candidate in corpus]
    return [
        candidate
        for candidate in own
        if (_nearness(candidate) > least or lacking - set(asked.missing(_context(candidate))))
        and not any(shingles(candidate.text) <= words for words in held)
    ]


def _context(candidate: Candidate) -> str:
    article = candidate.article
    return f"{article.title} {article.publisher or ''} {candidate.text}"


def _nearness(candidate: Candidate) -> float:
    return candidate.dense if candidate.dense is not None else -1.0
