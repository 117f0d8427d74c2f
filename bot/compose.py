"""Words for a person: which evidence is shown, the short answer with its quotes, or a plain refusal.

It only arranges what the reader found; every quoted word is the article's own.
"""

from collections.abc import Sequence

from bot.answer import Citation, Evidence
from bot.terms import terms

# Another source must be about this sure, beside the best one, to be shown with it.
ABOUT_AS_SURE = 0.8
# A second sentence of the same article may be less sure: the first often only leads up to it.
SECOND_SENTENCE = 0.6
MOST_CITATIONS = 3


def choose(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The best evidence first, then what belongs beside it.

    When a whole sentence answers, the next best sentence of the same article is part of the answer
    (at most two sentences). When a phrase answers, other articles that hold the same phrase agree.
    """
    best, others = evidence[0], evidence[1:]
    if best.answer == best.support:
        same = [o for o in others if o.candidate.article.id == best.candidate.article.id]
        return (best, *(o for o in same[:1] if o.score >= SECOND_SENTENCE * best.score))
    told = terms(_words(best))
    chosen = [best]
    for other in (o for o in others if o.score >= ABOUT_AS_SURE * best.score):
        known = {e.candidate.article.id for e in chosen}
        says = terms(other.support.of(other.candidate.article.text))
        if other.candidate.article.id not in known and told <= says:
            chosen.append(other)
    return tuple(chosen[:MOST_CITATIONS])


def compose(chosen: Sequence[Evidence], citations: Sequence[Citation]) -> tuple[str, str]:
    """The short answer, and the text with its quotes and `[n]` markers."""
    best = chosen[0]
    quotes = [f"“{_plain(c.quote)}” [{c.number}]" for c in citations]
    if best.answer == best.support:
        return " ".join(_words(item) for item in chosen), "\n\n".join(quotes)
    short = _words(best)
    return short, "\n\n".join([short[0].upper() + short[1:] + ".", *quotes])


def refusal(reason: str, nearest: Sequence[tuple[str, str]]) -> str:
    """The plain words of a refusal, with the nearest articles."""
    lines = [f"The articles do not answer this: {reason}."]
    if nearest:
        lines.append("Nearest: " + "; ".join(f"{title} ({path})" for path, title in nearest) + ".")
    return "\n\n".join(lines)


def why_refused(evidence: Sequence[Evidence]) -> str:
    """The reason for a refusal when nothing was sure enough."""
    if not evidence:
        return "no passage bears on the question"
    if evidence[0].missing:
        return "the nearest passage does not mention " + ", ".join(evidence[0].missing)
    return "no passage answers the question with enough certainty"


def why_changed(evidence: Evidence) -> str:
    """The reason when the words are no longer in the file."""
    path = evidence.candidate.article.path
    return f"{path} has changed or is gone since it was indexed; run `python -m index sync`"


def _words(evidence: Evidence) -> str:
    return _plain(evidence.answer.of(evidence.candidate.article.text))


def _plain(text: str) -> str:
    return " ".join(text.split())
