"""A language model's sentences become an answer: each is shown with its verdict and its citations."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Protocol

from bot.answer import Answer, Candidate, Citation, Drafted, Evidence, Growing, Statement, Verdict
from bot.composition.agreement import beside
from bot.composition.citations import cite
from bot.composition.compose import Verify
from bot.composition.refusal import refusal
from bot.english.question import Question

CHANGED = "the passage has changed since it was indexed"
NO_ANSWER = "the language model finds no answer in the passages"
QUOTED = "This is what the articles say, word for word."
NOTHING_SUPPORTED = f"No sentence of the language model is supported. {QUOTED}"


class Writer(Protocol):
    """Writes an answer in sentences of its own, each checked against the candidates."""

    def write(
        self, question: Question, candidates: Sequence[Candidate], spent_s: float = 0.0
    ) -> Generator[Drafted | Growing, None, None]:
        """Each sentence when it is complete, and the unfinished one in between; none if nothing answers.

        `spent_s` seconds of the time-out were already used for this question.

        Raises BylineError if it cannot go on.
        """
        ...

    def close(self) -> None:
        """Release its connections."""
        ...


def write_answer(
    drafts: Generator[Drafted | Growing, None, None], quoted: Answer, verify: Verify, *, drop: bool
) -> Generator[Answer, None, None]:
    """The answer as it grows, made of a writer's `drafts`; the last version is complete.

    `quoted` is the answer in the articles' own words, which is given if the writer finds nothing better.
    `drop` leaves out unsupported sentences. Raises what `drafts` raises.
    """
    drafted: list[Drafted] = []
    verified: list[Evidence] = []
    answer = replace(quoted, answer="", text="", citations=(), differing=())
    with closing(drafts):
        for one in drafts:
            if isinstance(one, Growing):
                # With `drop`, nothing is shown before it is checked.
                if not drop:
                    yield replace(answer, growing=one.text)
                continue
            drafted.append(one)
            # Each file is re-read only once, so that numbers stay the same while the answer grows.
            if all(map(verify, one.evidence)):
                verified += one.evidence
            answer = _stated(quoted, drafted, verified, drop=drop)
            yield answer
    if not drafted:
        yield replace(
            quoted,
            answer="",
            text=refusal(NO_ANSWER, quoted.nearest),
            refused=True,
            reason=NO_ANSWER,
            confidence=0.0,
            citations=(),
            differing=(),
        )
    elif not answer.citations:
        yield with_notice(quoted, NOTHING_SUPPORTED)


def with_notice(answer: Answer, notice: str) -> Answer:
    """`answer` with one more notice behind those it has."""
    return replace(answer, notice=f"{answer.notice} {notice}".strip())


def _stated(
    quoted: Answer, drafted: Sequence[Drafted], verified: Sequence[Evidence], *, drop: bool
) -> Answer:
    citations = cite(verified)
    statements = compose_statements(drafted, citations, verified, drop=drop)
    first = next((s.text for s in statements if s.verdict != "unsupported"), "")
    # A model may write any of the figures: if articles give different ones, all of them are shown.
    cited, differing = beside(citations, quoted)
    return replace(
        quoted,
        answer=first,
        text=" ".join(map(statement_text, statements)),
        citations=cited,
        statements=statements,
        differing=differing,
    )


def compose_statements(
    drafted: Sequence[Drafted],
    citations: Sequence[Citation],
    verified: Sequence[Evidence],
    *,
    drop: bool,
) -> tuple[Statement, ...]:
    """A language model's sentences with the numbers of their citations; `drop` leaves out unsupported ones.

    `verified` is the evidence that the citations were made of. A sentence without any is unsupported.
    """
    numbers = {
        (evidence.candidate.article.id, evidence.support): citation.number
        for evidence in verified
        for citation in citations
        if (citation.file, citation.start, citation.end)
        == (evidence.candidate.article.path, evidence.support.start, evidence.support.end)
    }
    statements = []
    for one in drafted:
        spans = [(e.candidate.article.id, e.support) for e in one.evidence]
        cited = tuple(sorted({numbers[span] for span in spans if span in numbers}))
        # If one of several files has changed, nothing says which half of the sentence it supported.
        supported = bool(spans) and all(span in numbers for span in spans)
        reason = one.reason if supported or one.verdict == "unsupported" else CHANGED
        judged: Verdict = one.verdict if supported else "unsupported"
        statements.append(Statement(one.text, judged, reason, cited if supported else ()))
    return tuple(s for s in statements if not (drop and s.verdict == "unsupported"))


def statement_text(statement: Statement) -> str:
    """A sentence with its markers; an unsupported one is struck out and has the reason before it."""
    if statement.verdict == "unsupported":
        return f"(Not supported: {statement.reason}) ~~{statement.text}~~"
    markers = "".join(f"[{number}]" for number in statement.numbers)
    note = f" (in part: {statement.reason})" if statement.verdict == "partly" else ""
    return f"{statement.text} {markers}{note}"


def support_line(statements: Sequence[Statement]) -> str:
    """How many of a language model's sentences the articles support, in a line."""
    supported = sum(statement.verdict == "supported" for statement in statements)
    count = len(statements)
    subject = "The sentence is" if count == 1 else f"All {count} sentences are"
    if supported < count:
        subject = f"{supported} of {count} sentences {'is' if supported == 1 else 'are'}"
    return f"{subject} supported by the articles"
