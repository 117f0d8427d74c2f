"""Spans of the passages that may answer, what each shows, and how it stands among the others.

It knows nothing of models.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Candidate
from bot.english.numbers import written_numbers
from bot.english.question import Question
from bot.english.words import terms
from bot.reading.calibration import CLIPPED, AnswerSignals, SpanSignals
from index.text.article import Span

WIDEST_LEAD = 8.0
# Log-odds of the best answer in the passages that were not read: the median of 111 questions about 20
# articles of Wikipedia. A lead over nothing would look surer than it is.
UNREAD = -2.2


@dataclass(frozen=True, slots=True)
class SpanCandidate:
    """One span in one candidate: what would be shown, where it stands, how sure the span alone is.

    `answer` and `support` are in the article's text; `logit` is the log-odds that it is right, its
    passage alone considered; `words` are the stems that carry the answer. Known only of places looked at
    more closely: `similarity` is the cosine of the question's and the supporting sentence's vectors,
    `alone` the margin of the best span when that sentence and its neighbours are read without the rest of
    the passage, and `same` whether that span is this answer. `all_read` tells that no passage found was
    skipped, and `follows` that the question has words from earlier turns.
    """

    candidate: Candidate
    answer: Span
    support: Span
    signals: SpanSignals
    logit: float
    missing: tuple[str, ...]
    words: frozenset[str]
    similarity: float = 0.0
    alone: float = 0.0
    same: bool = False
    all_read: bool = True
    follows: bool = False

    def same_place(self, other: "SpanCandidate") -> bool:
        """True for the same words of the same article, met in two passages that overlap."""
        mine, theirs = self.candidate.article.id, other.candidate.article.id
        return mine == theirs and self.support.overlaps(other.support)

    def agrees(self, other: "SpanCandidate") -> bool:
        """True when both say the same: "12 per cent" and "12%", "Mr Smith" and "Smith"."""
        return self.same_place(other) or bool(
            self.words and other.words and (self.words <= other.words or other.words <= self.words)
        )


def span_signals(
    question: Question,
    margin: float,
    context: str,
    around: str,
) -> SpanSignals:
    """The signals of a span found with `margin` in `context`; `around` is what stands near the span."""
    return SpanSignals(
        margin=margin,
        coverage=len(question.terms & terms(around)) / max(1, len(question.terms)),
        wrong_figure=float(
            bool(question.figures) and not set(question.figures) <= set(written_numbers(context))
        ),
    )


def standing(place: SpanCandidate, places: Sequence[SpanCandidate]) -> AnswerSignals:
    """How the answer of one place stands among `places`, itself among them."""
    others = [other.logit for other in places if not place.agrees(other)]
    others += [] if place.all_read else [UNREAD]
    lead = place.logit - max(others) if others else WIDEST_LEAD
    return AnswerSignals(
        span=place.logit,
        lead=max(-WIDEST_LEAD, min(WIDEST_LEAD, lead)),
        similarity=place.similarity,
        alone=max(-CLIPPED, min(CLIPPED, place.alone)),
        same=float(place.same),
        wrong_figure=place.signals.wrong_figure,
        follows=float(place.follows),
    )


def _surest_first(place: SpanCandidate) -> tuple[float, float, str, Span]:
    """Never by where it was found, so that the order of the passages changes nothing."""
    return -place.logit, -place.signals.margin, place.candidate.article.path, place.support


def distinct(places: Sequence[SpanCandidate]) -> list[SpanCandidate]:
    """Each sentence once, by its surest answer, although passages overlap."""
    kept: list[SpanCandidate] = []
    for place in sorted(places, key=_surest_first):
        if not any(place.same_place(other) for other in kept):
            kept.append(place)
    return kept
