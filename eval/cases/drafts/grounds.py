"""What the articles say where: their sentences by the stems of their words, to look for an answer.

It compares words and knows nothing of what they mean.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.english.words import terms
from index.text.article import Article, Span
from index.text.passages import split_passages

WORDS = 400  # of a passage; only its sentences matter here
SHARE = 0.5  # of a question's other words, near a name, from which on the name may be what is asked about


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article, on one line, with its terms and those of it and its two neighbours."""

    article: Article
    span: Span
    text: str
    terms: frozenset[str]
    near: frozenset[str]


class Grounds:
    """Every sentence of the articles, in order of their paths. Immutable."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles = tuple(sorted(articles, key=lambda one: one.path))
        self._sentences = [one for article in self.articles for one in _sentences(article)]
        self._by_term: dict[str, list[int]] = defaultdict(list)
        for number, sentence in enumerate(self._sentences):
            for term in sentence.terms:
                self._by_term[term].append(number)

    def holding(self, wanted: frozenset[str]) -> Iterator[Sentence]:
        """The sentences with all the terms `wanted`; none when nothing is wanted."""
        rows = sorted((self._by_term.get(term, []) for term in wanted), key=len)
        rest = [set(row) for row in rows[1:]]
        for number in rows[0] if rows else ():
            if all(number in row for row in rest):
                yield self._sentences[number]

    def count(self, wanted: frozenset[str]) -> int:
        """How many sentences hold all the terms `wanted`."""
        return sum(1 for _ in self.holding(wanted))

    def may_answer(self, name: frozenset[str], others: frozenset[str]) -> bool:
        """True when a sentence with all of `name` has, with its neighbours, half of `others` or more."""
        return any(
            len(others & sentence.near) >= SHARE * len(others) for sentence in self.holding(name)
        )


def _sentences(article: Article) -> Iterator[Sentence]:
    """Of the story first, then of the boilerplate, whose words may answer a question too."""
    found = []
    for passage in split_passages(article, WORDS, 0):
        for span in passage.sentences:
            text = " ".join(span.of(article.text).split())
            found.append((span, text, terms(text)))
    for number, (span, text, own) in enumerate(found):
        near = own.union(*(each for _, _, each in found[max(0, number - 1) : number + 2]))
        yield Sentence(article, span, text, own, near)
