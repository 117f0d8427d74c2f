"""Asks an engine every case of a set, as a user would, and collects the results in a Report.

Checks each citation by reading its file again, independently of the index. Knows nothing of how an
engine answers, and prints nothing.
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bot.answer import Answer, Candidate, Citation
from bot.conversation import Conversation
from eval.cases.case import Case, Support
from eval.runs.citing import count_support
from eval.runs.report import Report
from eval.runs.result import NOWHERE, CaseResult, Cited, Place, Retrieved, digest_of
from index.errors import UnreadableError
from index.formats.limits import USUAL, Limits
from index.reading.articles import read_article
from index.text.article import Article, Span

Search = Callable[[str], tuple[Candidate, ...]]  # a standalone question → passages, best first
_Place = tuple[str, tuple[Span, ...]]  # a supporting span: its file, and wherever it stands there
_LINE_END = re.compile(r"\r\n|\n|\r")


class Answerer(Protocol):
    """What is measured: anything that answers a question in a conversation."""

    def answer(self, question: str, conversation: Conversation) -> Answer:
        """The answer, with its citations and its ranked candidates."""


def run_cases(
    engine: Answerer,
    cases: Iterable[Case],
    corpus: Path,
    name: str = "cases",
    limits: Limits = USUAL,
    search: Search | None = None,
) -> Report:
    """Ask every case in order, each in a conversation of its own.

    `corpus` is the folder that citations are checked against; a file beyond `limits` counts as
    unreadable, and a citation of it as invalid. `search` is as in `run_case`. Raises what the engine raises.
    """
    checker = CitationChecker(corpus, limits)
    return Report(name, tuple(run_case(engine, case, checker, search) for case in cases))


def run_case(
    engine: Answerer, case: Case, checker: "CitationChecker", search: Search | None = None
) -> CaseResult:
    """Ask one case. Raises what the engine raises.

    What `search` finds beyond the answer's own candidates follows them among those retrieved, so
    that a ranking may be measured deeper than it is read. A follow-up that a person rewrote is asked a
    second time as they wrote it, alone: the difference is what resolving costs.
    """
    result = _asked(engine, case, checker, search)
    if case.history and case.rewrite:
        alone = _asked(engine, replace(case, question=case.rewrite, history=()), checker)
        result = replace(result, alone=alone.correct)
    return result


def _asked(
    engine: Answerer, case: Case, checker: "CitationChecker", search: Search | None = None
) -> CaseResult:
    conversation = in_conversation(engine, case.history)
    started = time.perf_counter()
    answer = engine.answer(case.question, conversation)
    ms = (time.perf_counter() - started) * 1000
    answers = (*(turn.answer for turn in conversation.turns), answer)
    citations = [citation for each in answers for citation in each.citations]
    spans = [(span.file, checker.find(span)) for span in case.spans]
    deeper = search(answer.standalone_question) if search else ()
    read = {each.passage.id for each in answer.candidates}
    ranked = (*answer.candidates, *(each for each in deeper if each.passage.id not in read))
    return CaseResult(
        case=case,
        standalone=answer.standalone_question,
        given=answer.answer,
        refused=answer.refused,
        confidence=answer.confidence,
        cited_files=tuple(dict.fromkeys(citation.file for citation in answer.citations)),
        retrieved=tuple(dict.fromkeys(each.article.path for each in ranked)),
        citations=len(citations),
        citations_valid=sum(map(checker.valid, citations)),
        digest=digest_of([_hashed(each) for each in answers]),
        ms=ms,
        passages=tuple(_retrieved(each, spans) for each in ranked),
        read=len(answer.candidates),
        text=answer.text,
        cited=tuple(
            Cited(
                each.file,
                _held(each.file, _span(each), spans),
                checker.place(each.file, _span(each)),
            )
            for each in answer.citations
        ),
        support=count_support(answer),
        differing=len({each.file for each in answer.differing}),
        stages={stage: round(ms, 3) for stage, ms in answer.timings_ms.items()},
        supporting=tuple(checker.place(file, *found[:1]) for file, found in spans),
    )


def _hashed(answer: Answer) -> dict[str, object]:
    """What is hashed of an answer: everything but times, confidence, and what a refusal calls near.

    The last two follow the models' scores, in whose second decimal kinds of processors differ.
    """
    left_out = {"timings_ms", "confidence"} | ({"text"} if answer.refused else set())
    return {key: value for key, value in answer.to_json().items() if key not in left_out}


def in_conversation(engine: Answerer, questions: Iterable[str]) -> Conversation:
    """The conversation in which `questions` were asked, oldest first. Raises what the engine raises."""
    conversation = Conversation()
    for question in questions:
        conversation = conversation.with_turn(engine.answer(question, conversation))
    return conversation


def _retrieved(candidate: Candidate, spans: Sequence[_Place]) -> Retrieved:
    article, passage = candidate.article, candidate.passage
    holds = _held(article.path, passage.span, spans)
    place = Place(article.id, passage.start, passage.end)
    return Retrieved(
        passage.id, article.path, article.title, candidate.text, candidate.score, holds, place
    )


def _span(citation: Citation) -> Span:
    """Where it says its words stand; an invalid position gives an empty span."""
    start = max(0, citation.start)
    return Span(start, max(start, citation.end))


def _held(file: str, span: Span, spans: Sequence[_Place]) -> tuple[int, ...]:
    """Which of the supporting spans, by their places in the case, `span` of `file` overlaps."""
    return tuple(
        n
        for n, (other, found) in enumerate(spans)
        if other == file and any(map(span.overlaps, found))
    )


class CitationChecker:
    """Compares citations with the files themselves, each read once, independently of the index."""

    def __init__(self, corpus: Path, limits: Limits = USUAL) -> None:
        self._corpus = corpus
        self._limits = limits
        self._articles: dict[str, Article | None] = {}

    def valid(self, citation: Citation) -> bool:
        """True when quote, span, lines and page are those of the file as it is now on disk."""
        article = self._read(citation.file)
        start, end = citation.start, citation.end
        if article is None or not 0 <= start < end <= len(article.text):
            return False
        lines = (_line_of(article.text, start), _line_of(article.text, end - 1))
        given_lines = (citation.line_start, citation.line_end)
        stands = article.text[start:end] == citation.quote and lines == given_lines
        return stands and citation.page == article.page_of(start)

    def find(self, support: Support) -> tuple[Span, ...]:
        """Wherever the words of a supporting span stand in its file now; () when they do not."""
        article = self._read(support.file)
        if article is None:
            return ()
        found = re.finditer(re.escape(support.text), article.text)
        return tuple(Span(one.start(), one.end()) for one in found)

    def place(self, file: str, span: Span | None = None) -> Place:
        """The place of `span` in its file as it is now; NOWHERE without a span or a readable file."""
        article = self._read(file)
        if article is None or span is None:
            return NOWHERE
        return Place(article.id, span.start, span.end)

    def _read(self, file: str) -> Article | None:
        if file not in self._articles:
            try:
                self._articles[file] = read_article(self._corpus, file, self._limits)
            except (UnreadableError, OSError):
                self._articles[file] = None
        return self._articles[file]


def _line_of(text: str, offset: int) -> int:
    """The line, from 1, of the code point at `offset`, as an editor counts them."""
    return len(_LINE_END.findall(text, 0, offset)) + 1
