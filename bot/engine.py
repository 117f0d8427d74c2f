"""Journey 2: a question becomes a cited answer: resolve → retrieve → read → decide → compose.

Forward only, and without memory: the answer is a function of the question, the conversation and the index.
"""

import logging
import threading
import time
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from bot.answer import Answer, Candidate, Evidence
from bot.composition.agreement import beside, differing
from bot.composition.citations import cite
from bot.composition.compose import (
    choose,
    compose,
    compose_statements,
    refusal,
    statement_text,
    why_changed,
    why_refused,
)
from bot.composition.refusal import missing_words
from bot.conversation import Conversation, QuestionResolver
from bot.page.people.uploads import Uploads
from bot.reading.reader import Drafted, Growing, Reader, Writer
from bot.retrieval.ranking import by_reader
from bot.retrieval.scope import CORPUS, Scope
from bot.retrieval.sources import Shelves
from index.catalog.catalog import Catalog
from index.errors import BylineError, QuestionError
from index.text.article import Article

NEAREST_SHOWN = 3
NOT_BORNE_OUT = (
    "No sentence of the language model was borne out. This is what the articles say, word for word."
)
_log = logging.getLogger(__name__)
MAX_QUESTION_CHARS = 2_000


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
        shelves: Shelves,
        resolver: QuestionResolver,
        reader: Reader,
        limits: Limits,
        writer: Writer | None = None,
    ) -> None:
        self._shelves = shelves
        self._resolver = resolver
        self._reader = reader
        self._limits = limits
        self._writer = writer
        self._counting = _Counting()

    def is_busy(self) -> bool:
        """True while a question is being answered."""
        return self._counting.inside > 0

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
        with self._counting:
            yield from self._stream(question, conversation, scope, self._writer)

    def quoted(self, question: str, scope: Scope = CORPUS) -> Answer:
        """The answer in the articles' own words, whatever writes the others; raises as `answer` does."""
        with self._counting:
            *_, last = self._stream(question, Conversation(), scope, None)
        return last

    def searched(self, scope: Scope = CORPUS) -> int:
        """How many articles a question in `scope` is looked up in."""
        self._shelves.library.refresh()
        return self._shelves.count(scope)

    def _stream(
        self, question: str, conversation: Conversation, scope: Scope, writer: Writer | None
    ) -> Generator[Answer, None, None]:
        clock = _Clock()
        question = self._accept(question)
        with clock("resolve"):
            standalone = self._resolve(question, conversation)
        with clock("retrieve"):
            retrieved = self._shelves.find(standalone, self._limits.candidates, scope)
            candidates = retrieved.candidates
        with clock("read"):
            evidence = self._reader.read(standalone, candidates)
        with clock("compose"):
            answer = self._compose(question, standalone, candidates, evidence, scope)
            answer = replace(answer, notice=retrieved.notice)
        if writer is not None and not answer.refused:
            spent_s = clock.timings()["resolve"] / 1000
            written = self._written(writer, answer, spent_s, scope)
            with clock("write"), closing(written) as versions:
                for grown in versions:
                    yield grown
                    answer = replace(grown, growing="")
        answer.timings_ms.update(clock.timings())
        yield answer

    def _written(
        self, writer: Writer, found: Answer, spent_s: float, scope: Scope
    ) -> Generator[Answer, None, None]:
        """What the writer makes of what was found; when it fails, what was found with a notice."""
        drafted: list[Drafted] = []
        held: list[Evidence] = []
        answer = replace(found, answer="", text="", citations=(), differing=())
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
                    if all(self._shelves.holds(item, scope) for item in one.evidence):
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
                differing=(),
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
        # What a model writes may hold any of the figures: where articles differ, all of them are shown.
        cited, apart = beside(citations, found)
        return replace(
            found,
            answer=first,
            text=text,
            citations=cited,
            statements=statements,
            differing=apart,
        )

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
        scope: Scope,
    ) -> Answer:
        confidence = evidence[0].score if evidence else 0.0
        sure = bool(evidence) and confidence >= self._limits.min_confidence
        chosen = choose(standalone, evidence) if sure else ()
        held = [item for item in chosen if self._shelves.holds(item, scope)]
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
            # What would not have been an answer by itself casts no doubt on one.
            others = [e for e in evidence if e.score >= self._limits.min_confidence]
            apart = differing(standalone, held, others)
            apart = tuple(item for item in apart if self._shelves.holds(item, scope))
            return replace(
                refused,
                answer=short,
                text=text,
                refused=False,
                citations=citations,
                differing=cite(apart, len(citations) + 1),
            )
        reason = why_changed(chosen[0]) if chosen else why_refused(evidence)
        return replace(
            refused,
            missing=() if chosen else missing_words(standalone, candidates),
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
        found = self._shelves.find(self._accept(question), k, scope)
        return found.candidates[:k], found.notice

    def article(self, path: str, owner: str = "") -> Article | None:
        """The article at `path`, relative to the corpus, or among the owner's uploads, or None."""
        return self._shelves.article(path, owner)

    def article_by_id(self, article_id: str, owner: str = "") -> Article | None:
        """The article with this id in the corpus, or among the owner's uploads, or None."""
        return self._shelves.article_by_id(article_id, owner)

    def articles(self) -> tuple[Article, ...]:
        """Every indexed article, ordered by path."""
        return self.catalog().articles.all()

    def catalog(self) -> Catalog:
        """The catalog of the corpus as it stands now, to be read."""
        library = self._shelves.library
        library.refresh()
        return library.catalog

    @property
    def uploads(self) -> Uploads:
        """What people added. Raises ValueError where it was built without."""
        if self._shelves.uploads is None:
            raise ValueError("this engine was built without uploads")
        return self._shelves.uploads

    @property
    def is_complete(self) -> bool:
        """False while the index is being synced, or when the last sync was stopped before its end."""
        return self._shelves.library.is_complete

    def close(self) -> None:
        """Releases the index and the models."""
        self._shelves.close()
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
                f"{self._limits.max_question_chars:,}: shorten it"
            )
        return plain


class _Counting:
    """How many threads are inside."""

    def __init__(self) -> None:
        self.inside = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.inside -= 1


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
