"""Citations: numbered in order of appearance, each checked by reading the file again before it is shown.

A quote that is no longer in the file at its span is never cited. Nothing is searched for: the span that
retrieval brought is the span that is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.answer import Citation, Evidence
from index.article import Article, Span
from index.errors import UnreadableError
from index.reading import read_bytes, reader_of

REMEMBERED_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads the files of one corpus again."""

    corpus: Path
    max_bytes: int

    def holds(self, evidence: Evidence) -> bool:
        """True when the file, as it is now, reads the same up to the end of the evidence.

        Up to its end, not only at its span: what stands before it gives the line numbers.
        """
        article, end = evidence.candidate.article, evidence.support.end
        try:
            data = read_bytes(self.corpus, article.path, self.max_bytes)
            # A large file is not worth keeping in memory for the next citation.
            read = _text_of if len(data) <= REMEMBERED_BYTES else _text_of.__wrapped__
            text = read(article.path, data)
        except UnreadableError:
            return False
        return end <= len(text) and text[:end] == article.text[:end]


@lru_cache(maxsize=16)
def _text_of(path: str, data: bytes) -> str:
    """The text of a file's bytes; remembered, because a conversation cites the same few files."""
    return reader_of(path)(data).text


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
