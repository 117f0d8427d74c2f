"""Journey 2: a question becomes a cited answer: resolve → retrieve → read → decide → compose.

Forward only, and without memory: the answer is a function of the question, the conversation and the index.
"""

import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.answer import Answer, Candidate, Evidence
from bot.citations import Verifier, cite
from bot.conversation import Conversation
from bot.reader import Reader
from bot.resolution import resolve
from bot.retrieval import HybridRetriever
from index.article import Article, Span
from index.errors import QuestionError
from index.library import Library

# A second source is shown when it is about as sure as the first.
SECOND_SOURCE = 0.85
MOST_CITATIONS = 3
NEAREST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the engine draws lines."""

    candidates: int
    min_confidence: float
    max_question_chars: int


class Engine:
    """Answers questions about one corpus. Safe to call from several threads."""

    def __init__(
        self,
        library: Library,
        retriever: HybridRetriever,
        reader: Reader,
        verifier: Verifier,
        limits: Limits,
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._reader = reader
        self._verifier = verifier
        self._limits = limits

    def answer(self, question: str, conversation: Conversation = Conversation()) -> Answer:  # noqa: B008 - immutable
        """The cited answer, or a refusal. Raises QuestionError for an empty or too long question."""
        clock = _Clock()
        question = self._accept(question)
        with clock("resolve"):
            standalone = resolve(question, conversation)
        with clock("retrieve"):
            candidates = self._retriever.search(standalone, self._limits.candidates)
        with clock("read"):
            evidence = self._reader.read(standalone, candidates)
        with clock("compose"):
            answer = self._compose(question, standalone, candidates, evidence)
        answer.timings_ms.update(clock.timings())
        return answer

    def _compose(
        self,
        question: str,
        standalone: str,
        candidates: Sequence[Candidate],
        evidence: Sequence[Evidence],
    ) -> Answer:
        confidence = evidence[0].score if evidence else 0.0
        chosen = _agreeing(evidence) if confidence >= self._limits.min_confidence else ()
        citations = cite(chosen, self._verifier)
        nearest = tuple(dict.fromkeys((c.article.path, c.article.title) for c in candidates))
        if not citations:
            reason = _changed(chosen[0]) if chosen else _reason(evidence)
            return Answer(
                question=question,
                standalone_question=standalone,
                answer="",
                text=_refusal(reason, nearest[:NEAREST_SHOWN]),
                refused=True,
                reason=reason,
                confidence=confidence if not chosen else 0.0,
                nearest=nearest[:NEAREST_SHOWN],
                candidates=tuple(candidates),
            )
        best = next(e for e in chosen if e.support == Span(citations[0].start, citations[0].end))
        short = " ".join(best.answer.of(best.candidate.article.text).split())
        quotes = [f"“{' '.join(c.quote.split())}” [{c.number}]" for c in citations]
        head = [] if best.answer == best.support else [short[0].upper() + short[1:] + "."]
        return Answer(
            question=question,
            standalone_question=standalone,
            answer=short,
            text="\n\n".join([*head, *quotes]),
            refused=False,
            reason=None,
            confidence=confidence,
            citations=citations,
            nearest=nearest[:NEAREST_SHOWN],
            candidates=tuple(candidates),
        )

    def search(self, question: str, k: int = 10) -> tuple[Candidate, ...]:
        """The `k` passages that bear most on `question`, best first. Raises QuestionError."""
        return self._retriever.search(self._accept(question), k)

    def article(self, path: str) -> Article | None:
        """The indexed article at `path`, relative to the corpus, or None."""
        self._library.refresh()
        return self._library.catalog.article(path)

    def articles(self) -> tuple[Article, ...]:
        """Every indexed article, ordered by path."""
        return self._library.catalog.articles()

    def close(self) -> None:
        """Releases the index and the models."""
        self._library.close()

    def _accept(self, question: str) -> str:
        # Invisible and control characters carry no question; a lone surrogate cannot be encoded.
        kept = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in question)
        plain = " ".join("".join(kept).split())
        if not any(c.isalnum() for c in plain):
            raise QuestionError("the question is empty; type a question about the articles")
        if len(plain) > self._limits.max_question_chars:
            raise QuestionError(
                f"the question has {len(plain):,} characters; expected at most "
                f"{self._limits.max_question_chars:,}: shorten it, or raise BYLINE_MAX_QUESTION_CHARS"
            )
        return plain


class _Clock:
    """Milliseconds by stage, and in all."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._stages[stage] = (time.perf_counter() - began) * 1000

    def timings(self) -> dict[str, float]:
        return {**self._stages, "total": (time.perf_counter() - self._began) * 1000}


def _agreeing(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The best evidence, and what other articles say that is about as sure."""
    best = evidence[0]
    chosen = [best]
    for other in evidence[1:]:
        new = all(other.candidate.article.id != e.candidate.article.id for e in chosen)
        if new and other.score >= SECOND_SOURCE * best.score and len(chosen) < MOST_CITATIONS:
            chosen.append(other)
    return tuple(chosen)


def _reason(evidence: Sequence[Evidence]) -> str:
    if not evidence:
        return "no passage bears on the question"
    if evidence[0].missing:
        return "the nearest passages do not mention " + ", ".join(evidence[0].missing)
    return "no passage answers the question with enough certainty"


def _changed(evidence: Evidence) -> str:
    path = evidence.candidate.article.path
    return f"{path} has changed since it was indexed; run `python -m index sync`"


def _refusal(reason: str, nearest: Sequence[tuple[str, str]]) -> str:
    lines = [f"The articles do not answer this: {reason}."]
    if nearest:
        lines.append("Nearest: " + "; ".join(f"{title} ({path})" for path, title in nearest) + ".")
    return "\n\n".join(lines)
