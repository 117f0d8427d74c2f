"""Citations: numbered in order of appearance, each checked by reading the file again before it is shown.

A quote that is no longer in the file at its span is never cited. Nothing is searched for: the span that
retrieval brought is the span that is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Citation, Evidence
from index.article import Article, Span
from index.errors import UnreadableError
from index.reading import parse_article, read_bytes, sha256_of


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads the files of one corpus again."""

    corpus: Path
    max_bytes: int

    def holds(self, evidence: Evidence) -> bool:
        """True when the file, as it is now, has the evidence's words at its span."""
        article, span = evidence.candidate.article, evidence.support
        try:
            data = read_bytes(self.corpus, article.path, self.max_bytes)
            if sha256_of(data) == article.sha256:
                return span.end <= len(article.text)  # decoding is a function of the bytes
            text = parse_article(article.path, data).text
        except UnreadableError:
            return False
        # From the start, not only at the span: the lines are counted from there.
        return text[: span.end] == article.text[: span.end]


def cite(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """One citation for each distinct support, numbered from 1 in the order given."""
    supports = {(e.candidate.article.id, e.support): e.candidate.article for e in evidence}
    return tuple(
        _citation(number, article, span)
        for number, ((_, span), article) in enumerate(supports.items(), 1)
    )


def _citation(number: int, article: Article, span: Span) -> Citation:
    return Citation(
        number=number,
        file=article.path,
        title=article.title,
        published=article.published,
        start=span.start,
        end=span.end,
        line_start=line_of(article.text, span.start),
        line_end=line_of(article.text, max(span.start, span.end - 1)),
        quote=span.of(article.text),
    )


def line_of(text: str, offset: int) -> int:
    """The line, from 1, of the code point at `offset`; CR LF, LF and CR each end a line."""
    before = text[:offset]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")
