"""The first extractive reader: picks the answering sentence by its words, its vector and its kind.

Rules over the retrieved sentences, no training: fast, deterministic and modest. It reads what is on the
page; it does not infer.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answer import Candidate, Evidence
from bot.confidence import Signals, probability
from bot.terms import names, numbers, terms
from bot.wanted import Wanted, find_wanted, nearest, speaker, wanted
from index.article import Span

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
# Sentences whose vectors are compared with the question's: each costs about a millisecond.
SHORTLIST = 16
# Boilerplate may answer ("Who wrote it?"), but the story goes first.
BOILERPLATE_DISCOUNT = 0.7


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence of a candidate, with the words around it."""

    candidate: Candidate
    span: Span
    words: frozenset[str]
    around: frozenset[str]

    @property
    def text(self) -> str:
        return self.span.of(self.candidate.article.text)


class ExtractiveReader:
    """Answers with words of the passages themselves; needs only the embedding model."""

    def __init__(self, embed: Embed) -> None:
        """`embed` turns texts into unit vectors of shape (n, dimension)."""
        self._embed = embed

    def read(self, question: str, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """See Reader: sentences that may answer, best first."""
        sentences = _sentences(candidates)
        asked = terms(question)
        if not sentences or not asked:
            return ()
        weights = _weights(asked, sentences)
        ranked = sorted(
            sentences,
            key=lambda s: -_coverage(weights, s.words) - 0.3 * _coverage(weights, s.around),
        )[:SHORTLIST]
        vectors = self._embed([question, *(sentence.text for sentence in ranked)])
        similarities = vectors[1:] @ vectors[0]
        found = [
            _judge(question, sentence, float(similarity), weights)
            for sentence, similarity in zip(ranked, similarities, strict=True)
        ]
        return tuple(sorted(found, key=lambda e: (-e.score, e.candidate.article.path, e.support)))


def _sentences(candidates: Sequence[Candidate]) -> list[_Sentence]:
    """Every sentence once, although passages overlap, in the candidates' order."""
    seen: dict[tuple[str, Span], _Sentence] = {}
    for candidate in candidates:
        text, spans = candidate.article.text, candidate.passage.sentences
        words = [terms(span.of(text)) for span in spans]
        title = terms(candidate.article.title)
        for n, span in enumerate(spans):
            around = frozenset().union(title, *words[max(0, n - 1) : n + 2])
            key = (candidate.article.id, span)
            if key not in seen:
                seen[key] = _Sentence(candidate, span, words[n], around)
            elif len(around) > len(seen[key].around):
                seen[key] = _Sentence(seen[key].candidate, span, words[n], around)
    return list(seen.values())


def _weights(asked: frozenset[str], sentences: Sequence[_Sentence]) -> dict[str, float]:
    """Inverse document frequency of the question's words over the retrieved sentences."""
    counts = Counter(word for sentence in sentences for word in sentence.words & asked)
    return {word: math.log(1 + len(sentences) / (1 + counts[word])) for word in sorted(asked)}


def _coverage(weights: dict[str, float], words: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / total


def _judge(
    question: str, sentence: _Sentence, similarity: float, weights: dict[str, float]
) -> Evidence:
    kind = wanted(question)
    text = sentence.text
    spans = find_wanted(kind, question, text)
    missing = _missing(question, sentence)
    required = len(_required(question))
    signals = Signals(
        coverage=_coverage(weights, sentence.words),
        context=_coverage(weights, sentence.around),
        similarity=similarity,
        fits=0.5 if kind is Wanted.SENTENCE else float(bool(spans)),
        missing=len(missing) / required if required else 0.0,
    )
    score = probability(signals)
    if sentence.candidate.passage.boilerplate:
        score *= BOILERPLATE_DISCOUNT
    answer = nearest(spans, question, text).shifted(sentence.span.start) if spans else sentence.span
    return Evidence(sentence.candidate, answer, sentence.span, score, missing)


def _required(question: str) -> list[str]:
    """Names, numbers and the speaker: what a question is about, and what cannot be somebody else's."""
    return [*names(question), *numbers(question)]


def _missing(question: str, sentence: _Sentence) -> tuple[str, ...]:
    """Names and numbers of the question that neither the passage nor the title holds."""
    known = terms(sentence.candidate.text) | terms(sentence.candidate.article.title)
    known |= set(numbers(sentence.candidate.text))
    absent = [name for name in _required(question) if not terms(name) & known]
    whose = speaker(question)
    if whose and whose not in sentence.around:
        absent.append(whose)
    return tuple(dict.fromkeys(absent))
