"""The engine: a question becomes a cited answer in five steps: resolve, retrieve, read, decide, compose.

It keeps no state between questions: the answer depends on the question, the conversation and the index.
"""

import logging
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from bot.answer import Answer, Candidate
from bot.composition.citations import CitationVerifier
from bot.composition.compose import compose_answer, no_answer
from bot.composition.kinds.answering import Kinds, find_kind
from bot.composition.kinds.text.kind import Kind
from bot.composition.languages import language_notice
from bot.composition.remarks import reply
from bot.composition.statements import QUOTED, Writer, with_notice, write_answer
from bot.conversation import Conversation, QuestionResolver, Resolved
from bot.english.question import Question, accepted
from bot.reading.reader import Reader
from bot.resolution.remarks import remark_in
from bot.retrieval.fusion import by_reader
from bot.retrieval.retriever import Retrieved
from bot.retrieval.sources import CORPUS, Scope, Sources
from index.errors import BylineError
from index.library import Library

MAX_QUESTION_CHARS = 2_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How many candidates are read, how sure an answer must be, how long a question may be.

    `drop_unsupported` leaves out sentences of a language model that the articles do not support.
    """

    candidates: int
    min_confidence: float
    max_question_chars: int
    drop_unsupported: bool = False


class Engine:
    """Answers questions about one corpus. Safe to call from several threads."""

    def __init__(
        self,
        sources: Sources,
        resolver: QuestionResolver,
        reader: Reader,
        verifier: CitationVerifier,
        options: EngineOptions,
        writer: Writer | None = None,
    ) -> None:
        """All parts but the verifier are closed with the engine."""
        self.sources = sources
        self._resolver = resolver
        self._reader = reader
        self._verifier = verifier
        self._options = options
        self._writer = writer
        self._kinds = Kinds(sources, reader.read, verifier.verify, options.min_confidence)
        self._active = _Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def library(self) -> Library:
        """The index of the corpus, as it is now."""
        self.sources.library.refresh()
        return self.sources.library

    def is_busy(self) -> bool:
        """True while a question is being answered."""
        return self._active.count > 0

    def answer(
        self,
        question: str,
        conversation: Conversation = Conversation(),  # noqa: B008 - immutable
        scope: Scope = CORPUS,
    ) -> Answer:
        """The cited answer, or a refusal. Raises QuestionError for an empty or too long question."""
        *_, last = self.stream(question, conversation, scope)
        return last

    def stream(
        self,
        question: str,
        conversation: Conversation = Conversation(),  # noqa: B008 - immutable
        scope: Scope = CORPUS,
    ) -> Generator[Answer, None, None]:
        """The answer as it grows while a language model writes it; the last version is complete.

        Only `scope` is searched. Raises QuestionError as `answer` does.
        """
        with self._active:
            yield from self._stream(question, conversation, scope, self._writer)

    def quoted(self, question: str, scope: Scope = CORPUS) -> Answer:
        """The answer in the articles' own words, even with a language model; raises as `answer` does."""
        with self._active:
            *_, last = self._stream(question, Conversation(), scope, None)
        return last

    def search(self, question: str, k: int = 10, scope: Scope = CORPUS) -> tuple[Candidate, ...]:
        """The `k` passages that match `question` best, best first. Raises QuestionError."""
        return self.find(question, k, scope)[0]

    def find(
        self, question: str, k: int = 10, scope: Scope = CORPUS
    ) -> tuple[tuple[Candidate, ...], str]:
        """What `search` finds, and a notice for the user if the search was incomplete, else ""."""
        analysed = self._analysed(Resolved.alone(self._accepted(question)))
        found = self.sources.find(analysed, k, scope)
        return found.candidates[:k], found.notice

    def close(self) -> None:
        """Release the index, the models and the connections."""
        self.sources.close()
        self._reader.close()
        self._resolver.close()
        if self._writer is not None:
            self._writer.close()

    def _stream(
        self, typed: str, conversation: Conversation, scope: Scope, writer: Writer | None
    ) -> Generator[Answer, None, None]:
        clock = _Clock()
        typed = self._accepted(typed)
        if replied := self._replied(typed, conversation, scope):
            replied.timings_ms.update(clock.timings())
            yield replied
            return
        with clock("resolve"):
            resolved = self._resolved(typed, conversation)
        with clock("retrieve"):
            question = self._analysed(resolved)
            retrieved = self.sources.find(question, self._options.candidates, scope)
            if question.described:
                retrieved = self.sources.widened(retrieved, question, scope)
            if resolved.follows and not question.language:
                retrieved = self.sources.with_recent(retrieved, question, conversation, scope)
        asked = find_kind(typed, resolved, conversation.last)
        answer = fact = self._fact(question, retrieved, clock) if asked.needs_fact else None
        if asked.kind is not Kind.FACT:
            draft = fact or no_answer(question, retrieved.candidates)
            with clock("compose"):
                answer = self._kinds.answer(
                    question, asked, draft, retrieved.candidates, conversation, scope
                )
        answer = answer or fact or self._fact(question, retrieved, clock)
        found, notice = retrieved.candidates, retrieved.notice
        answer = replace(answer, question=typed, candidates=found, notice=notice)
        answer = with_notice(answer, language_notice(question.language, answer, conversation))
        if writer is not None and not answer.refused and answer.kind == "fact":
            spent_s = clock.timings()["resolve"] / 1000
            written = self._written(writer, question, answer, spent_s)
            with clock("write"), closing(written) as versions:
                for grown in versions:
                    yield grown
                    answer = replace(grown, growing="")
        answer.timings_ms.update(clock.timings())
        yield answer

    def _fact(self, question: Question, retrieved: Retrieved, clock: "_Clock") -> Answer:
        """The answer to a question that one sentence can answer."""
        with clock("read"):
            evidence = self._reader.read(question, retrieved.candidates)
        with clock("compose"):
            ordered = by_reader(retrieved.candidates, evidence)
            verify, least = self._verifier.verify, self._options.min_confidence
            return compose_answer(question, evidence, ordered, verify, least)

    def _written(
        self, writer: Writer, question: Question, quoted: Answer, spent_s: float
    ) -> Generator[Answer, None, None]:
        """The answer as the writer writes it; if the writer fails, `quoted` with a notice."""
        drafts = writer.write(question, quoted.candidates, spent_s)
        verify, drop = self._verifier.verify, self._options.drop_unsupported
        try:
            yield from write_answer(drafts, quoted, verify, drop=drop)
        except BylineError as error:
            _log.warning("no answer was written: %s", error)
            yield with_notice(quoted, f"{error}. {QUOTED}")

    def _replied(self, typed: str, conversation: Conversation, scope: Scope) -> Answer | None:
        """The reply to a remark, such as "When was that published?"; None for a question."""
        if (remark := remark_in(typed)) is None:
            return None
        located = partial(self.sources.located, owner=scope.owner)
        return reply(remark, typed, conversation, located, self._verifier.verify)

    def _resolved(self, typed: str, conversation: Conversation) -> Resolved:
        """The question in its conversation; one that resolving makes too long stays as typed."""
        resolved = self._resolver.resolve(typed, conversation)
        is_short = len(resolved.text) <= self._options.max_question_chars
        return resolved if is_short else Resolved.alone(typed)

    def _analysed(self, resolved: Resolved) -> Question:
        vector = self.sources.library.embed(resolved.text)
        return Question.of(resolved.text, vector, resolved.asked, resolved.history, resolved.form)

    def _accepted(self, typed: str) -> str:
        return accepted(typed, self._options.max_question_chars)


class _Counter:
    """How many threads are inside."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.count -= 1


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
