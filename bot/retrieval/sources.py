"""Where a question is searched: the articles, and beside them what the user has uploaded.

It merges both into one list of candidates and finds an article by its path or id.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from llama_index.core.retrievers import BaseRetriever

from bot.answer import Candidate
from bot.conversation import Conversation, Turn
from bot.english.question import Question
from bot.retrieval.by_words import find_by_words
from bot.retrieval.merging import merge
from bot.retrieval.node_retriever import NodeRetriever
from bot.retrieval.retriever import HybridRetriever, Retrieved, Retriever
from index.catalog.selection import EVERYTHING, Selection
from index.errors import BylineError
from index.library import Library
from index.text.article import Article
from index.text.languages import Language

RECENT, RECENT_TURNS = 8, 2  # passages of the articles that the last turns cited, and these turns
OWN = 4  # passages of the user's own files that are read beside those of the corpus
WIDER = 3  # times as many passages are looked at where no model reads them
NONE_CHOSEN = "No article fits the filter, so nothing was searched; change or remove it."
LEFT_OUT = "Your own files could not be searched; try again in a moment."
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is searched in. `owner` is the user whose uploads are searched as well.

    A selection includes only those uploads that it names by id, because the list that selections are made
    from shows the corpus alone. Without an owner no upload is ever searched, named or opened.
    """

    selection: Selection = EVERYTHING
    owner: str = ""


CORPUS = Scope()


class OwnLibraries(Protocol):
    """The indexes of what users have uploaded."""

    def opened(self, owner: str) -> AbstractContextManager[Library | None]:
        """The owner's index while it is read; None if nothing was uploaded. Raises BylineError."""
        ...

    def close(self) -> None:
        """Release every index."""
        ...


class Sources:
    """The corpus and the uploads of all users. Safe to call from several threads."""

    def __init__(self, library: Library, own: OwnLibraries | None = None) -> None:
        """`library` is the corpus's; `own` are the users' uploads, if there are any."""
        self.library = library
        self.own = own
        self._retriever: Retriever = HybridRetriever(library)

    def search_with(self, retriever: BaseRetriever) -> None:
        """Search the corpus with a LlamaIndex retriever over the nodes of `corpus_nodes`."""
        self._retriever = NodeRetriever(retriever, self.library)

    def find(self, question: Question, k: int, scope: Scope) -> Retrieved:
        """The `k` best passages of the corpus within the selection, and the owner's own among them.

        If the uploads cannot be read, the corpus is searched alone and the result says so. So it does if
        no article is in the selection. A question in another language is searched for by its words, if any
        article in that language has some.
        """
        found = self._found(question, k, scope)
        is_empty = bool(scope.selection) and not found.candidates and not found.left_out
        return replace(found, left_out=NONE_CHOSEN) if is_empty and not self.count(scope) else found

    def _found(self, question: Question, k: int, scope: Scope) -> Retrieved:
        language = question.language
        if (
            language
            and language.has_spaces
            and (by_words := self._by_words(question, language, k, scope))
        ):
            return Retrieved(by_words)
        found = self._retriever.find(question, k, selection=scope.selection)
        if not _includes_own(scope):
            return found
        own = self._find_own(question, k if scope.selection else OWN, scope)
        merged = merge(question, found.candidates, own.candidates, chosen=bool(scope.selection))
        words_only = found.words_only or own.words_only
        return Retrieved(merged, words_only, own.left_out)

    def _by_words(
        self, question: Question, language: Language, k: int, scope: Scope
    ) -> tuple[Candidate, ...]:
        with self.libraries(scope) as libraries:
            return tuple(
                candidate
                for library in libraries
                for candidate in find_by_words(
                    library, question, language, WIDER * k, scope.selection
                )
            )

    def widened(self, found: Retrieved, question: Question, scope: Scope) -> Retrieved:
        """What was found, and behind it the next best passages, WIDER times as many in all."""
        wider = self.find(question, WIDER * len(found.candidates), scope)
        known = {one.passage.id for one in found.candidates}
        others = [one for one in wider.candidates if one.passage.id not in known]
        return replace(found, candidates=(*found.candidates, *others))

    def with_recent(
        self, found: Retrieved, question: Question, conversation: Conversation, scope: Scope
    ) -> Retrieved:
        """What was found, and the best passages of the articles that the last turns were about.

        Most follow-ups ask about these. They are read whether or not they share words with the question.
        """
        ids = self._recent(conversation, scope)
        ids = ids & scope.selection.ids if scope.selection.ids else ids
        if not ids:
            return found
        within = replace(scope, selection=replace(scope.selection, ids=ids))
        near = self.find(question, RECENT, within)
        recent = {one.passage.id: replace(one, recent=True) for one in near.candidates}
        others = [one for one in found.candidates if one.passage.id not in recent]
        return replace(found, candidates=(*recent.values(), *others))

    def _recent(self, conversation: Conversation, scope: Scope) -> frozenset[str]:
        """Ids of the articles cited in the last turns, or, after a refusal, of those nearest to it."""
        files = dict.fromkeys(
            file for turn in conversation.turns[-RECENT_TURNS:] for file in _about(turn)
        )
        owner = scope.owner if _includes_own(scope) else ""
        articles = (self.article(path, owner, sha256) for path, sha256 in files)
        return frozenset(article.id for article in articles if article)

    def _find_own(self, question: Question, k: int, scope: Scope) -> Retrieved:
        """The `k` best of the owner's own passages."""
        if self.own is None or not scope.owner:
            return Retrieved(())
        try:
            with self.own.opened(scope.owner) as library:
                if library is None:
                    return Retrieved(())
                return HybridRetriever(library).find(question, k, selection=scope.selection)
        except BylineError as error:
            _log.warning("uploads were not searched: %s", error)
            return Retrieved((), left_out=LEFT_OUT)

    @contextmanager
    def libraries(self, scope: Scope) -> Iterator[tuple[Library, ...]]:
        """The indexes that are searched in `scope`; that of the uploads only if it can be read."""
        self.library.refresh()
        found = [self.library]
        with ExitStack() as opened:
            if self.own is not None and scope.owner and _includes_own(scope):
                try:
                    own = opened.enter_context(self.own.opened(scope.owner))
                    found += [own] if own else []
                except BylineError as error:
                    _log.warning("uploads were not read: %s", error)
            yield tuple(found)

    def count(self, scope: Scope) -> int:
        """How many articles a question in `scope` is searched in."""
        with self.libraries(scope) as libraries:
            return sum(_count(library, scope) for library in libraries)

    def article(self, path: str, owner: str = "", sha256: str = "") -> Article | None:
        """The corpus's or owner's article at `path`, or elsewhere with the content `sha256`, or None."""
        return located[0] if (located := self.located(path, sha256, owner)) else None

    def located(self, path: str, sha256: str = "", owner: str = "") -> tuple[Article, Path] | None:
        """As `article`, with the folder that its path is relative to."""
        self.library.refresh()
        look = partial(_at, path=path, sha256=sha256)
        return look(self.library) or self._own_article(owner, look)

    def article_by_id(self, article_id: str, owner: str = "") -> Article | None:
        """The article that has or had this id, in the corpus or among the owner's uploads, or None."""
        self.library.refresh()
        found = self.library.catalog.articles.find(article_id)
        return found or self._own_article(owner, lambda own: own.catalog.articles.find(article_id))

    def _own_article(self, owner: str, look: Callable[[Library], T | None]) -> T | None:
        """What `look` finds; None also if the owner's index cannot be read."""
        if self.own is None or not owner:
            return None
        try:
            with self.own.opened(owner) as library:
                return look(library) if library else None
        except BylineError as error:
            _log.warning("an upload was not found: %s", error)
            return None

    def close(self) -> None:
        """Release every index."""
        if self.own is not None:
            self.own.close()
        self.library.close()


def _at(library: Library, path: str, sha256: str) -> tuple[Article, Path] | None:
    article = library.catalog.articles.at(path, sha256)
    return (article, library.corpus) if article else None


def _includes_own(scope: Scope) -> bool:
    return not scope.selection or bool(scope.selection.ids)


def _count(library: Library, scope: Scope) -> int:
    return library.catalog.listing.browse(scope.selection, "path", 0, 1)[1]


def _about(turn: Turn) -> list[tuple[str, str]]:
    """Path, and content hash if it is known, of the articles that a turn was about."""
    answer = turn.answer
    if answer.refused:
        return [(path, "") for path, _ in answer.nearest[:1]]
    return [(citation.file, citation.sha256) for citation in answer.citations]
