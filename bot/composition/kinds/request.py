"""What every kind of answer is made from: the question, what was found for it, and where to look further."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.answer import Answer, Candidate, Evidence
from bot.composition.compose import Verify
from bot.composition.kinds.text.kind import Asked
from bot.composition.kinds.text.sentences import is_whole
from bot.conversation import Conversation
from bot.english.question import Question
from bot.retrieval.sources import Scope, Sources
from index.catalog.selection import Selection
from index.library import Library
from index.text.article import Article
from index.text.passages import body_sentences

MASTHEAD = 120  # code points at the beginning of a text
Read = Callable[[Question, Sequence[Candidate]], Sequence[Evidence]]


def _above_story(library: Library, key: str, text: str) -> str:
    """What stands in front of the first sentence of a story, at most MASTHEAD characters."""
    article = library.catalog.articles.load(key)
    first = (
        next((s for s in body_sentences(article) if is_whole(s.of(text))), None)
        if article
        else None
    )
    return text[: min(MASTHEAD, first.start) if first else MASTHEAD]


@dataclass(frozen=True, slots=True)
class Request:
    """One question of a kind other than a fact.

    `draft` is the answer to be filled in, with the question and the candidates. `read` finds evidence in
    candidates, of which `min_confidence` is enough to answer.
    """

    question: Question
    asked: Asked
    draft: Answer
    candidates: tuple[Candidate, ...]
    conversation: Conversation
    scope: Scope
    sources: Sources
    read: Read
    verify: Verify
    min_confidence: float

    def empty(self) -> Answer:
        """The answer before anything is found."""
        return replace(
            self.draft, kind=self.asked.kind.value, items=(), citations=(), differing=(), closest=()
        )

    def about(self, subject: str) -> Question:
        """A question with these words alone, embedded."""
        return Question.of(subject, self.sources.library.embed(subject))

    def located(self, path: str, sha256: str = "") -> tuple[Library, Article] | None:
        """The article at `path`, or with this content, of those that may be searched; and its library."""
        with self.sources.libraries(self.scope) as libraries:
            for library in libraries:
                if article := library.catalog.articles.at(path, sha256):
                    return library, article
        return None

    def outlet(self, name: str) -> Selection | None:
        """The articles of an outlet, within those that are searched: by their publisher.

        Or, where none is known by that name, those that name it above their story, as a masthead does.
        """
        wanted = name.lower().removeprefix("the ")
        chosen = self.scope.selection
        with self.sources.libraries(self.scope) as libraries:
            for library in libraries:
                for outlet, _ in library.catalog.listing.publishers():
                    if outlet.lower().removeprefix("the ") == wanted:
                        return replace(chosen, publishers=frozenset([outlet]))
            headed = [
                key
                for library in libraries
                for key, _, text in library.catalog.full_text.containing(name, chosen)
                if name in text[:MASTHEAD]
                and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", _above_story(library, key, text))
            ]
        return replace(chosen, ids=frozenset(headed)) if headed else None
