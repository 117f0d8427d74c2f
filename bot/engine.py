"""Journey 2: a question becomes a cited answer: resolve → retrieve → read → decide → compose.

Forward only, and without memory: the answer is a function of the question, the conversation and the index.
"""

import logging
import time
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from bot.answer import Answer, Candidate, Evidence
from bot.citations import Verifier, cite
from bot.compose import (
    choose,
    compose,
    compose_statements,
    refusal,
    statement_text,
    why_changed,
    why_refused,
)
from bot.conversation import Conversation, QuestionResolver
from bot.ranking import by_reader
from bot.reader import Drafted, Growing, Reader, Writer
from bot.retrieval import HybridRetriever
from bot.scope import CORPUS, Scope
from index.article import Article
from index.catalog import Catalog
from index.errors import BylineError, QuestionError
from index.library import Library

NEAREST_SHOWN = 3
NOT_BORNE_OUT = (
    "No sentence of the language model was borne out. This is what the articles say, word for word."
)
WORDS_ONLY = "The search by meaning is out of reach for now: only words were searched."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the engine draws lines."""

    candidates: int
    min_confidence: float
    max_question_chars: int
    drop_unsupported: bool = False


class Engine:
    """Answers questions about one corpus. Safe to call from several threads."""

    def __init__(
        self,
        library: Library,
        resolver: QuestionResolver,
        retriever: HybridRetriever,
        reader: Reader,
        verifier: Verifier,
        limits: Limits,
        writer: Writer | None = None,
    ) -> None:
        self._library = library
        self._resolver = resolver
        self._retriever = retriever
        self._reader = reader
        self._verifier = verifier
        self._limits = limits
        self._writer = writer

    def answer(
        self,
        question: str,
        conversation: Conversation = Conversation(),  # noqa: B008 - immutable
        scope: Scope = CORPUS,
    ) -> Answer:
        """The cited answer, or a refusal. Raises QuestionError for an empty or too long question."""
        for answer in self.stream(question, conversation, scope):
            last = answer
        return last

    def stream(
        self,
        question: str,
        conversation: Conversation = Conversation(),  # noqa: B008 - immutable
        scope: Scope = CORPUS,
    ) -> Generator[Answer, None, None]:
        """The answer as it grows where a language model writes it, word by word; the last is whole.

        Only what is in `scope` is searched. Raises QuestionError as `answer` does.
        """
        clock = _Clock()
        question = self._accept(question)
        with clock("resolve"):
            standalone = self._resolve(question, conversation)
        with clock("retrieve"):
            retrieved = self._retriever.find(
                standalone, self._limits.candidates, selection=scope.selection
            )
            candidates = retrieved.candidates
        with clock("read"):
            evidence = self._reader.read(standalone, candidates)
        with clock("compose"):
            answer = self._compose(question, standalone, candidates, evidence)
            if retrieved.words_only:
                answer = replace(answer, notice=WORDS_ONLY)
        if self._writer is not None and not answer.refused:
            spent_s = clock.timings()["resolve"] / 1000
            written = self._written(self._writer, answer, spent_s)
            with clock("write"), closing(written) as versions:
                for grown in versions:
                    yield grown
                    answer = replace(grown, growing="")
        answer.timings_ms.update(clock.timings())
        yield answer

    def _written(
        self, writer: Writer, found: Answer, spent_s: float
    ) -> Generator[Answer, None, None]:
        """What the writer makes of what was found; when it fails, what was found with a notice."""
        drafted: list[Drafted] = []
        held: list[Evidence] = []
        answer = replace(found, answer="", text="", citations=())
        try:
            asked = found.standalone_question, found.candidates
            with closing(writer.write(*asked, spent_s)) as written:
                for one in written:
                    if isinstance(one, Growing):
                        # Where what does not check is dropped, nothing is shown before it is checked.
                        if not self._limits.drop_unsupported:
                            yield replace(answer, growing=one.text)
                        continue
                    drafted.append(one)
                    # Read again once, so that numbers stay what they are while the answer grows.
                    if all(self._verifier.holds(item) for item in one.evidence):
                        held += one.evidence
                    answer = self._stated(found, drafted, held)
                    yield answer
        except BylineError as error:
            _log.warning("no answer was written: %s", error)
            why = f"{error}. This is what the articles say, word for word."
            yield replace(found, notice=f"{found.notice} {why}".lstrip())
            return
        if not drafted:
            reason = "the language model finds no answer in the passages"
            yield replace(
                found,
                answer="",
                text=refusal(reason, found.nearest),
                refused=True,
                reason=reason,
                confidence=0.0,
                citations=(),
            )
        elif not answer.citations:
            yield replace(found, notice=f"{found.notice} {NOT_BORNE_OUT}".lstrip())

    def _stated(
        self, found: Answer, drafted: Sequence[Drafted], held: Sequence[Evidence]
    ) -> Answer:
        citations = cite(held)
        drop = self._limits.drop_unsupported
        statements = compose_statements(drafted, citations, held, drop=drop)
        text = " ".join(map(statement_text, statements))
        first = next((s.text for s in statements if s.verdict != "unsupported"), "")
        return replace(found, answer=first, text=text, citations=citations, statements=statements)

    def _resolve(self, question: str, conversation: Conversation) -> str:
        """A question that outgrows the limit by what it takes from the turns before stays as typed."""
        standalone = self._resolver.resolve(question, conversation)
        return standalone if len(standalone) <= self._limits.max_question_chars else question

    def _compose(
        self,
        question: str,
        standalone: str,
        candidates: tuple[Candidate, ...],
        evidence: Sequence[Evidence],
    ) -> Answer:
        confidence = evidence[0].score if evidence else 0.0
        sure = bool(evidence) and confidence >= self._limits.min_confidence
        chosen = choose(standalone, evidence) if sure else ()
        held = [item for item in chosen if self._verifier.holds(item)]
        ordered = by_reader(candidates, evidence)
        nearest = tuple(dict.fromkeys((c.article.path, c.article.title) for c in ordered))
        nearest = nearest[:NEAREST_SHOWN]
        refused = Answer(
            question=question,
            standalone_question=standalone,
            answer="",
            text="",
            refused=True,
            reason=None,
            confidence=confidence,
            nearest=nearest,
            candidates=candidates,
        )
        # The first is the answer itself; without it the others only stand beside nothing.
        if held and held[0] is chosen[0]:
            citations = cite(held)
            short, text = compose(standalone, held, citations)
            return replace(refused, answer=short, text=text, refused=False, citations=citations)
        reason = why_changed(chosen[0]) if chosen else why_refused(evidence)
        return replace(
            refused,
            text=refusal(reason, nearest),
            reason=reason,
            confidence=0.0 if chosen else confidence,
        )

    def search(self, question: str, k: int = 10, scope: Scope = CORPUS) -> tuple[Candidate, ...]:
        """The `k` passages that bear most on `question`, best first. Raises QuestionError."""
        return self.find(question, k, scope)[0]

    def find(
        self, question: str, k: int = 10, scope: Scope = CORPUS
    ) -> tuple[tuple[Candidate, ...], str]:
        """What `search` finds, and a line for the person when that is not all there may be, else ""."""
        found = self._retriever.find(self._accept(question), k, selection=scope.selection)
        return found.candidates, WORDS_ONLY if found.words_only else ""

    def article(self, path: str) -> Article | None:
        """The indexed article at `path`, relative to the corpus, or None."""
        self._library.refresh()
        return self._library.catalog.article(path)

    def articles(self) -> tuple[Article, ...]:
        """Every indexed article, ordered by path."""
        self._library.refresh()
        return self._library.catalog.articles()

    @property
    def catalog(self) -> Catalog:
        """The catalog of the corpus as it stands now, to be read."""
        self._library.refresh()
        return self._library.catalog

    @property
    def is_complete(self) -> bool:
        """False while the index is being synced, or when the last sync was stopped before its end."""
        return self._library.is_complete

    def close(self) -> None:
        """Releases the index and the models."""
        self._library.close()
        self._reader.close()
        self._resolver.close()

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
