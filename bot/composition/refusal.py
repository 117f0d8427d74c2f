"""A refusal: why there is no answer, and which words of the question no passage contains."""

from collections.abc import Sequence

from bot.answer import Candidate, Citation, Evidence
from bot.composition.citations import numbered_quotes
from bot.english.names import find_names
from bot.english.numbers import written_numbers
from bot.english.question import Question
from bot.english.words import terms, tokens

REFUSED = "The articles do not answer this"
CLOSEST = "The closest passage:"
# The probability of an answer from which its sentence is shown in a refusal: below it, it is of no use.
LEAST_CLOSE = 0.15


def refusal(
    reason: str, nearest: Sequence[tuple[str, str]], closest: Sequence[Citation] = ()
) -> str:
    """The text of a refusal, with the sentence that came closest and the nearest articles."""
    lines = [f"{REFUSED}: {reason}."]
    lines += [f"{CLOSEST} {quote}" for quote in numbered_quotes(closest)]
    if nearest:
        lines.append("Nearest: " + "; ".join(f"{title} ({path})" for path, title in nearest) + ".")
    return "\n\n".join(lines)


def why_refused(evidence: Sequence[Evidence]) -> str:
    """The reason if nothing was sure enough: names and figures that no place found has, if there are any."""
    if not evidence:
        return "no passage bears on the question"
    if nowhere := [one for one in evidence[0].missing if all(one in e.missing for e in evidence)]:
        return "the nearest passages do not mention " + ", ".join(nowhere)
    return "no passage answers the question with enough certainty"


def why_changed(evidence: Evidence) -> str:
    """The reason if the words are no longer in the file."""
    path = evidence.candidate.article.path
    return f"{path} has changed or is gone since it was indexed; run `python -m index sync`"


def missing_words(question: Question, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The words of `question` that carry meaning and are in no candidate or its title, in order.

    A name of several words is missing as a whole, or not at all: "Barack Obama" is there if "Obama" is.
    """
    if not candidates:
        return ()
    known = frozenset[str]().union(*(c.terms | set(written_numbers(c.text)) for c in candidates))
    phrases = (phrase for phrase in _phrases(question.text) if terms(phrase))
    return tuple(dict.fromkeys(one for one in phrases if terms(one).isdisjoint(known)))


def _phrases(question: str) -> list[str]:
    """The names in `question` and the words between them, in order."""
    phrases, rest = list[str](), question
    for name in find_names(question):
        before, _, rest = rest.partition(name)
        phrases += [*(token.text for token in tokens(before)), name]
    return [*phrases, *(token.text for token in tokens(rest))]
