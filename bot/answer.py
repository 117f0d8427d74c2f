"""The data of answering: Candidates from retrieval, Evidence from a reader, an Answer with Citations."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from index.text.article import Article, Passage, Span

Verdict = Literal["supported", "partly", "unsupported"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A retrieved passage with its article, its scores and the folder that it comes from.

    `score` is the fused score that orders candidates (higher is better); `dense` is the cosine
    similarity to the question in [-1, 1], `lexical` the BM25 score (higher is better). A score is
    None when it is not known. `corpus` is the folder that holds the article's file; without it no
    citation can be verified. `terms` are the stems of the passage and the title.
    `recent` is True where the last turns of the conversation were about its article.
    """

    passage: Passage
    article: Article
    score: float
    dense: float | None = None
    lexical: float | None = None
    corpus: Path | None = None
    terms: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    recent: bool = False

    @property
    def text(self) -> str:
        """The passage's words, as in the file."""
        return self.passage.span.of(self.article.text)

    @property
    def titled_text(self) -> str:
        """The text below the article's title, which often names what the passage only calls "it"."""
        return f"{self.article.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of one candidate that answers: `answer` lies within `support`, the full sentence(s).

    Both spans are in the article's text. `score` is the reader's probability in [0, 1] that this
    answers the question; `missing` names words of the question that should be there and are not.
    """

    candidate: Candidate
    answer: Span
    support: Span
    score: float
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence that a language model wrote, with the verdict, its reason and the supporting evidence."""

    text: str
    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Growing:
    """The sentence that a language model is writing, as far as it can be shown; it is not checked yet."""

    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer to the exact words in a file.

    `start`/`end` are code points in the article's text as decoded, `line_start`/`line_end` count
    from 1, and `quote` equals the file's text at that span: it is re-read before it is shown. `page`
    is the one the quote begins on, from 1, where the file has pages; `file` names a row or a member of
    a file as its article's path does, and `sha256` is its hash, by which it is found when it has moved.
    `answer` are the answering words where they are less than the quote, in code points of the article's
    text within start..end; None when the whole quote answers. `updated` is the day of a later version.
    """

    number: int
    file: str
    title: str
    published: date | None
    start: int
    end: int
    line_start: int
    line_end: int
    quote: str
    page: int | None = None
    publisher: str | None = None
    author: str | None = None
    updated: date | None = None
    answer: Span | None = None
    sha256: str = ""

    @property
    def answering(self) -> Span:
        """The answering words within `quote`."""
        return (self.answer or Span(self.start, self.end)).shifted(-self.start)

    @property
    def place(self) -> str:
        """Where the words are: "page 3" in a file that has pages, else "lines 5–7"."""
        if self.page is not None:
            return f"page {self.page}"
        first, last = self.line_start, self.line_end
        return f"line {first}" if first == last else f"lines {first}–{last}"

    def to_json(self) -> dict[str, Any]:
        """The citation as JSON."""
        return {
            "number": self.number,
            "file": self.file,
            "sha256": self.sha256 or None,
            "title": self.title,
            "published": self.published.isoformat() if self.published else None,
            "publisher": self.publisher,
            "author": self.author,
            "updated": self.updated.isoformat() if self.updated else None,
            "start": self.start,
            "end": self.end,
            "answer_start": self.answer.start if self.answer else None,
            "answer_end": self.answer.end if self.answer else None,
            "line_start": self.line_start,
            "line_end": self.line_end,
            "page": self.page,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a language model with its verdict, the reason, and the citations that support it.

    `reason` is empty when the sentence is supported; `numbers` are those of the answer's citations.
    """

    text: str
    verdict: Verdict
    reason: str
    numbers: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """The statement as JSON."""
        return {
            "text": self.text,
            "verdict": self.verdict,
            "reason": self.reason,
            "citations": list(self.numbers),
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of an answer that is more than a fact: words of an article with the numbers of its citations.

    `speaker` is the one whose words they are, "" where no one is asked for, and in a comparison
    the person or outlet that the item belongs to. `date` is an ISO date: the day of the event in a timeline
    ("2015-11", "2015" where only that is known), else the article's day; None if it is not known.
    """

    text: str
    numbers: tuple[int, ...]
    speaker: str = ""
    date: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The item as JSON."""
        return {
            "text": self.text,
            "citations": list(self.numbers),
            "speaker": self.speaker or None,
            "date": self.date,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question.

    `answer` is the short answer (empty when refused); `text` is what a person reads, with `[1]` markers that
    refer to `citations`. In a refusal `nearest` names (file, title) of the nearest articles, `missing` the
    words of the question that no passage near has, and `closest` cites the sentence that came nearest to an
    answer, if any did. `timings_ms` holds milliseconds by stage and never takes part in equality.
    `statements` are a language model's sentences, where one wrote the text, and `growing` is the one it
    is writing, which nothing has checked yet; `notice` is one line for the person, such as why it did not.
    `differing` are citations of other articles that give another figure, in order of publication and
    numbered on after `citations` (one that `statements` cite is among both, under one number).
    `kind` is "fact", or one of the kinds of `bot.composition.kinds.asked`, whose answers have `items`.
    """

    question: str
    standalone_question: str
    answer: str
    text: str
    refused: bool
    reason: str | None
    confidence: float
    citations: tuple[Citation, ...] = ()
    nearest: tuple[tuple[str, str], ...] = ()
    candidates: tuple[Candidate, ...] = field(default=(), repr=False)
    timings_ms: dict[str, float] = field(default_factory=dict, compare=False)
    statements: tuple[Statement, ...] = ()
    growing: str = ""
    notice: str = ""
    differing: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()
    closest: tuple[Citation, ...] = ()
    kind: str = "fact"
    items: tuple[Item, ...] = ()

    @property
    def sources(self) -> tuple[Citation, ...]:
        """`citations`, and those of `differing` that are not among them."""
        numbers = {citation.number for citation in self.citations}
        return *self.citations, *(one for one in self.differing if one.number not in numbers)

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON."""
        held: dict[str, Any] = {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "answer": self.answer,
            "text": self.text,
            "refused": self.refused,
            "reason": self.reason,
            "confidence": round(self.confidence, 4),
            "kind": self.kind,
            "citations": [citation.to_json() for citation in self.citations],
            "closest": [citation.to_json() for citation in self.closest],
            "timings_ms": {stage: round(ms, 2) for stage, ms in self.timings_ms.items()},
        }
        if self.items:
            held["items"] = [item.to_json() for item in self.items]
        if self.differing:
            held["differing"] = [citation.to_json() for citation in self.differing]
        # Only with a language model.
        if self.statements or self.notice:
            held["statements"] = [one.to_json() for one in self.statements]
            held["notice"] = self.notice
        return held
