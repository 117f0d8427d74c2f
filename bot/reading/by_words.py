"""Finds the sentences that have the words of a question in another language. No model reads them."""

import math
from collections.abc import Sequence
from functools import lru_cache

from bot.answer import Candidate, Evidence
from bot.english.question import Question
from index.text.languages import Language

# Share of the question's words, the rare ones counting more, from which a sentence answers.
ENOUGH = 0.5
# A sentence with all the words may still not answer: none is more than "Unsure".
FEW, ALL = 0.44, 0.58


def sentences_by_words(
    question: Question, language: Language, candidates: Sequence[Candidate]
) -> tuple[Evidence, ...]:
    """The sentences with most of the question's words as evidence, best first.

    A word weighs by how few of the sentences have it. With ENOUGH of the weight a sentence may answer, but
    is never sure.
    """
    asked = frozenset(language.stems(question.text))
    rows = [
        (one, span, _stems(language, span.of(one.article.text)))
        for one in candidates
        if not one.passage.boilerplate
        for span in one.passage.sentences
    ]
    if not asked or not rows:
        return ()
    weights = {
        word: math.log((len(rows) + 1) / (0.5 + sum(word in stems for *_, stems in rows)))
        for word in asked
    }
    whole = sum(weights.values())
    best: dict[tuple[str, int], Evidence] = {}
    for one, span, stems in rows:
        if asked.isdisjoint(stems):
            continue
        # the headline says what the passage is about; a word in it counts half
        heading = _stems(language, one.article.title)
        share = (
            sum(
                weight * (1.0 if word in stems else 0.5 if word in heading else 0.0)
                for word, weight in weights.items()
            )
            / whole
        )
        key = (one.article.id, span.start)
        if share and (key not in best or best[key].score < _sureness(share)):
            best[key] = Evidence(one, span, span, _sureness(share))
    order = sorted(best.values(), key=lambda e: (-e.score, e.candidate.article.path, e.support))
    return tuple(order)


def _sureness(share: float) -> float:
    """Below FEW for a sentence with less than ENOUGH of the words, and ALL for all of them."""
    if share < ENOUGH:
        return FEW * share / ENOUGH
    return FEW + (ALL - FEW) * (0.1 + 0.9 * (share - ENOUGH) / (1 - ENOUGH))


@lru_cache(maxsize=8192)
def _stems(language: Language, text: str) -> frozenset[str]:
    return frozenset(language.stems(text))
