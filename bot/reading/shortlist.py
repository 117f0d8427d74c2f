"""Which of the retrieved passages are worth reading; the others are about something else.

Of a few articles the best passages for a question are soon followed by ones that only fill the list. It
knows nothing of models.
"""

from collections.abc import Sequence

from bot.answer import Candidate
from bot.english.question import Question

# How far a passage may lie behind the best one. On the 341 known-answer cases of eval/sets none is left out
# that gave an answer, or one nearly as sure, and none of 150 questions about 20 articles of Wikipedia.
LESS_NEAR = 0.1  # in cosine to the question
# In the share of the question's words that passage and title hold, and a little over a third.
FEWER_WORDS = 0.34


def shortlist(question: Question, candidates: Sequence[Candidate]) -> list[int]:
    """The numbers, from 0, of the candidates to read, in their order.

    Each that is about as near to the question in meaning as the nearest, holds about as many of its words
    as the one with most, or all the names and figures it names: it may give another figure of the same
    thing in other words. A follow-up shares few words with what it asks about, so that the passages of the
    conversation's last articles are read as well. Where nothing is known of the meaning all are read.
    """
    if any(candidate.dense is None for candidate in candidates):
        return list(range(len(candidates)))
    near = [candidate.dense or 0.0 for candidate in candidates]
    shares = [_share(question, candidate) for candidate in candidates]
    nearest, most = max(near, default=0.0), max(shares, default=0.0)
    return [
        n
        for n, candidate in enumerate(candidates)
        if candidate.recent
        or near[n] >= nearest - LESS_NEAR
        or shares[n] >= most - FEWER_WORDS
        or (question.required and not question.missing(candidate.titled_text))
    ]


def _share(question: Question, candidate: Candidate) -> float:
    """The share of the question's words that the passage and its title hold."""
    return len(question.terms & candidate.terms) / max(1, len(question.terms))
