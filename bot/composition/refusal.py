"""What a refusal lacks: the words of a question that none of the passages near it has.

Words are compared by their stems; it knows nothing of readers.
"""

from collections.abc import Sequence

from bot.answer import Candidate
from bot.english.words import names, numbers, terms, tokens


def missing_words(question: str, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The words of `question` that carry meaning and stand in no candidate or its title, in order.

    A name of several words is missing as a whole, or not at all: "Barack Obama" where "Obama" is read.
    """
    if not candidates:
        return ()
    known = frozenset[str]().union(
        *(terms(c.article.title) | terms(c.text) | set(numbers(c.text)) for c in candidates)
    )
    asked = (phrase for phrase in _phrases(question) if terms(phrase))
    return tuple(dict.fromkeys(one for one in asked if terms(one).isdisjoint(known)))


def _phrases(question: str) -> list[str]:
    """The names of `question` and the words between them, in order."""
    phrases, rest = list[str](), question
    for name in names(question):
        before, _, rest = rest.partition(name)
        phrases += [*(token.text for token in tokens(before)), name]
    return [*phrases, *(token.text for token in tokens(rest))]
