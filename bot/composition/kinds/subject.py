"""Whether passages and sentences bear on a subject: they name it, and have most of its other words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.answer import Candidate
from bot.composition.kinds.request import Request
from bot.composition.kinds.text.sentences import Sentence, is_whole
from bot.english.names import is_named
from bot.english.question import Question
from bot.english.words import terms
from index.text.article import Article, Span
from index.text.passages import body_sentences

MOST_WORDS = 2  # a subject of so few words must be there as a whole
SHARE = 0.6  # of the words of a longer one


def bearing(subject: Question, near: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The passages that bear on the subject, in their order; not boilerplate."""
    return tuple(
        one
        for one in near
        if not one.passage.boilerplate and bears(subject, f"{one.titled_text}", one.terms)
    )


def bears(subject: Question, text: str, words: frozenset[str] | None = None) -> bool:
    """True if `text` names every name of the subject and has enough of its words."""
    known = words if words is not None else terms(text)
    needed = len(subject.terms) if len(subject.terms) <= MOST_WORDS else SHARE * len(subject.terms)
    return (
        bool(subject.terms)
        and len(subject.terms & known) >= needed
        and all(is_named(name, [text]) for name in subject.names)
    )


def in_sentence(
    request: Request, subject: Question, near: Sequence[Candidate], leads: int = 0
) -> list[Sentence]:
    """The sentences of the passages that name the subject, or stand in an article whose title does.

    Those of the best passages come first. With `leads` so many sentences at the beginning of each article
    are among them, because the news stands there.
    """
    rows: dict[tuple[str, int], Sentence] = {}
    stories: dict[str, _Story] = {}
    with request.sources.libraries(request.scope) as libraries:
        owners = {library.corpus: library for library in libraries}
        for one in near:
            library = owners.get(one.corpus) if one.corpus else None
            if library is None:
                continue
            key = one.article.id
            story = stories.get(key) or stories.setdefault(key, _story(one.article, subject, leads))
            for span in story.shown(one):
                row = Sentence(one.article, span, library, story.order[span])
                if story.titled or terms(row.words) & subject.terms:
                    rows.setdefault((key, span.start), row)
    return list(rows.values())


@dataclass(frozen=True, slots=True)
class _Story:
    """The sentences of an article by number, the leading ones, and whether its title names the subject.

    Of an article with several passages all that is found once.
    """

    article: Article
    order: dict[Span, int]
    leading: tuple[Span, ...]
    titled: bool

    def shown(self, candidate: Candidate) -> list[Span]:
        """The whole sentences of a passage, and the leading ones, in their order."""
        found = {*self.leading, *candidate.passage.sentences} & self.order.keys()
        whole = (span for span in found if is_whole(span.of(self.article.text)))
        return sorted(whole)


def _story(article: Article, subject: Question, leads: int) -> _Story:
    order = {span: n for n, span in enumerate(body_sentences(article))}
    whole = (span for span in order if is_whole(span.of(article.text)))
    return _Story(article, order, tuple(islice(whole, leads)), bears(subject, article.title))
