"""One list of candidates from those of the corpus and those of a user's uploads."""

from bot.answer import Candidate
from bot.english.question import Question
from bot.retrieval.reprints import shingles

# Cosine to the question. Of 134 questions about the sample, passages about another topic stay below it in
# 125; of ten questions about those passages, the one that answers is above it in all.
NEAR = 0.2


def merge(
    question: Question,
    corpus: tuple[Candidate, ...],
    own: tuple[Candidate, ...],
    *,
    chosen: bool = False,
) -> tuple[Candidate, ...]:
    """Both lists in one: each keeps its order, and of the next two the one nearer in meaning goes first.

    Scores of two indexes cannot be compared; the cosine to the question can. Uploads that were `chosen`
    are all kept, others only if they bear on the question.
    """
    rows, left = list[Candidate](), list(own) if chosen else _relevant(question, corpus, own)
    for candidate in corpus:
        while left and _nearness(left[0]) > _nearness(candidate):
            rows.append(left.pop(0))
        rows.append(candidate)
    return (*rows, *left)


def _relevant(
    question: Question, corpus: tuple[Candidate, ...], own: tuple[Candidate, ...]
) -> list[Candidate]:
    """The uploads that are near and nearer than some of the corpus, or name what the corpus does not.

    Some passages of the uploads are always the best of them, however little they have to do with the
    question, and each that is read changes the confidence of all others. Copies of the corpus are dropped.
    """
    if not own:
        return []
    least = max(NEAR, min(map(_nearness, corpus), default=NEAR))
    missing = set(question.missing(" ".join(map(_context, corpus))))
    known = [shingles(candidate.text) for candidate in corpus]
    return [
        candidate
        for candidate in own
        if (_nearness(candidate) > least or missing - set(question.missing(_context(candidate))))
        and not any(shingles(candidate.text) <= words for words in known)
    ]


def _context(candidate: Candidate) -> str:
    article = candidate.article
    return f"{article.title} {article.publisher or ''} {candidate.text}"


def _nearness(candidate: Candidate) -> float:
    return candidate.dense if candidate.dense is not None else -1.0
