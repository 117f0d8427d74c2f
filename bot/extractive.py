"""The first extractive reader: picks the answering sentence by its words, its vector and its kind.

Rules over the retrieved sentences, no training: fast, deterministic and modest. It reads what is on the
page; it does not infer.
"""

import math
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answer import Candidate, Evidence
from bot.confidence import Signals, probability
from bot.terms import names, numbers, terms
from bot.wanted import Wanted, find_wanted, pick, speaker, wanted
from index.article import Span

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
# Sentences whose vectors are compared with the question's: each costs about two milliseconds.
SHORTLIST = 16
# Shorter lines that end without a full stop are headings.
HEADING_WORDS = 8
# Vectors kept between questions, about 1.6 kB each.
REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence of a candidate, with the words around it; `rank` is its passage's, from 0 to 1."""

    candidate: Candidate
    span: Span
    before: Span
    words: frozenset[str]
    around: frozenset[str]
    rank: float

    @property
    def text(self) -> str:
        return self.span.of(self.candidate.article.text)

    @property
    def with_before(self) -> str:
        """The sentence with the one before it, where a pronoun's name may stand."""
        return f"{self.before.of(self.candidate.article.text)} {self.text}"

    @property
    def is_furniture(self) -> bool:
        """Boilerplate and headings may answer ("Who wrote it?"), but the story goes first."""
        heading = len(self.text.split()) < HEADING_WORDS and self.text[-1] not in ".!?”\"'’)"
        headline = self.text.lstrip("# ") == self.candidate.article.title
        return heading or headline or self.candidate.passage.boilerplate


class _Remembered:
    """Vectors of sentences met before: a text's vector never changes, and articles come up again."""

    def __init__(self, embed: Embed, size: int) -> None:
        self._embed, self._size = embed, size
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, self._embed(new), strict=True))
        with self._lock:
            self._vectors.update((text, known[text]) for text in new)
            while len(self._vectors) > self._size:
                del self._vectors[next(iter(self._vectors))]  # the oldest
        return np.stack([known[text] for text in texts])


class ExtractiveReader:
    """Answers with words of the passages themselves; needs only the embedding model."""

    def __init__(self, embed: Embed) -> None:
        """`embed` turns texts into unit vectors of shape (n, dimension)."""
        self._embed = _Remembered(embed, REMEMBERED)

    def read(self, question: str, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """See Reader: sentences that may answer, best first."""
        sentences = _sentences(candidates)
        asked = terms(question)
        if not sentences or not asked:
            return ()
        weights = _weights(asked, sentences)
        ranked = sorted(sentences, key=lambda s: -_closeness(weights, s))[:SHORTLIST]
        texts = [s.text for s in ranked] + [s.with_before for s in ranked]
        vectors = self._embed([question, *texts])
        cosines = (vectors[1:] @ vectors[0]).reshape(2, -1).T
        found = [
            _judge(question, sentence, float(alone), float(with_before), weights)
            for sentence, (alone, with_before) in zip(ranked, cosines, strict=True)
        ]
        return tuple(sorted(found, key=lambda e: (-e.score, e.candidate.article.path, e.support)))


def _sentences(candidates: Sequence[Candidate]) -> list[_Sentence]:
    """Every sentence once, although passages overlap, in the candidates' order."""
    seen: dict[tuple[str, Span], _Sentence] = {}
    for place, candidate in enumerate(candidates):
        text, spans = candidate.article.text, candidate.passage.sentences
        words = [terms(span.of(text)) for span in spans]
        title = terms(candidate.article.title)
        for n, span in enumerate(spans):
            key = (candidate.article.id, span)
            if key not in seen:
                around = frozenset().union(title, *words[max(0, n - 1) : n + 2])
                before = spans[n - 1] if n else Span(span.start, span.start)
                rank = place / len(candidates)
                seen[key] = _Sentence(candidate, span, before, words[n], around, rank)
    return list(seen.values())


def _weights(asked: frozenset[str], sentences: Sequence[_Sentence]) -> dict[str, float]:
    """Inverse document frequency of the question's words over the retrieved sentences."""
    counts = Counter(word for sentence in sentences for word in sentence.words & asked)
    return {word: math.log(1 + len(sentences) / (1 + counts[word])) for word in sorted(asked)}


def _coverage(weights: dict[str, float], words: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / total


def _closeness(weights: dict[str, float], sentence: _Sentence) -> float:
    """What puts a sentence on the shortlist, before any vector is computed."""
    own, near = _coverage(weights, sentence.words), _coverage(weights, sentence.around)
    return own + 0.5 * near - 0.3 * sentence.rank


def _judge(
    question: str,
    sentence: _Sentence,
    similarity: float,
    surroundings: float,
    weights: dict[str, float],
) -> Evidence:
    kind, text = wanted(question), sentence.text
    spans = find_wanted(kind, question, text)
    required = [*names(question), *numbers(question)]
    missing = _missing(question, sentence, required)
    figures = set(numbers(text)) | set(numbers(sentence.candidate.article.title))
    signals = Signals(
        coverage=_coverage(weights, sentence.words),
        context=_coverage(weights, sentence.around),
        similarity=similarity,
        surroundings=surroundings,
        lacks_kind=float(kind is not Wanted.SENTENCE and not spans),
        missing=len(missing) / max(1, len(required)),
        wrong_figure=float(not figures >= set(numbers(question))),
        furniture=float(sentence.is_furniture),
        rank=sentence.rank,
    )
    picked = pick(kind, spans, question, text)
    answer = picked.shifted(sentence.span.start) if picked else sentence.span
    return Evidence(sentence.candidate, answer, sentence.span, probability(signals), missing)


def _missing(question: str, sentence: _Sentence, required: Sequence[str]) -> tuple[str, ...]:
    """Names and numbers of the question that neither the sentence, its neighbours nor the title hold."""
    known = sentence.around | set(numbers(sentence.text))
    absent = [name for name in required if not terms(name) & known]
    whose = speaker(question)
    if whose and whose not in sentence.around:
        absent.append(whose)
    return tuple(dict.fromkeys(absent))
