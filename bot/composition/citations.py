"""Citations, numbered in order of appearance; each is verified by re-reading its file.

A quote that is no longer in the file at its span is never cited. Nothing is searched for: the span that
retrieval found is the span that is shown.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from bot.answer import Candidate, Citation, Evidence
from index.errors import UnreadableError
from index.formats.limits import Limits
from index.reading.articles import sha256_of, texts_of
from index.reading.folder import read_bytes
from index.text.article import Span

# Code points of text that are cached in all: a conversation cites the same few files.
CACHED = 8_000_000


class CitationVerifier:
    """Re-reads the files that evidence comes from. Safe to call from several threads."""

    def __init__(self, limits: Limits) -> None:
        """`limits` bound the parsing of a file."""
        self._limits = limits
        # by path and hash of the file
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._lock = threading.Lock()

    def verify(self, evidence: Evidence) -> bool:
        """True if the file is unchanged up to the end of the evidence.

        The text before the span counts as well: it gives the line numbers.
        """
        candidate, end = evidence.candidate, evidence.support.end
        if candidate.corpus is None:
            return False
        article = candidate.article
        try:
            data = read_bytes(candidate.corpus, article.file, self._limits.max_bytes)
            text = self._text(article.path, data)
        except UnreadableError:
            return False
        return end <= len(text) and text[:end] == article.text[:end]

    def _text(self, path: str, data: bytes) -> str:
        """The text of the article at `path`, parsed from the bytes of its file; cached by their hash."""
        key = (path, sha256_of(data))
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
                return self._texts[key]
        texts = texts_of(path, data, self._limits)
        with self._lock:
            for other, text in texts.items():
                self._texts[other, key[1]] = text
            self._texts.move_to_end(key)
            size = sum(map(len, self._texts.values()))
            while size > CACHED:
                size -= len(self._texts.popitem(last=False)[1])
        return texts[path]


_MARKED = re.compile(r"^[“\"«„]|[”\"»]$")


def cite(evidence: Sequence[Evidence], first: int = 1) -> tuple[Citation, ...]:
    """One citation for each distinct support, numbered from `first` in the order given."""
    supports: dict[tuple[str, Span], Evidence] = {}
    for one in evidence:
        supports.setdefault((one.candidate.article.id, one.support), one)
    return tuple(_citation(number, one) for number, one in enumerate(supports.values(), first))


def numbered_quotes(citations: Sequence[Citation]) -> list[str]:
    """Each quote on one line, with its `[n]` marker."""
    return [f"{in_marks(' '.join(c.quote.split()))} [{c.number}]" for c in citations]


def in_marks(words: str) -> str:
    """The words between quotation marks; those that begin or end with one of their own stay as they are."""
    return words if _MARKED.search(words) else f"“{words}”"


def _citation(number: int, evidence: Evidence) -> Citation:
    article, span = evidence.candidate.article, evidence.support
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
        page=article.page_of(span.start),
        publisher=article.publisher,
        author=article.author,
        updated=article.updated,
        answer=evidence.answer if evidence.answer != span else None,
        sha256=article.sha256,
    )


def line_of(text: str, offset: int) -> int:
    """The line, from 1, of the code point at `offset`; CR LF, LF and CR each end a line."""
    before = text[:offset]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")


def passage_json(candidate: Candidate) -> dict[str, Any]:
    """A retrieved passage as JSON; offsets are code points in the article's text."""
    article, span = candidate.article, candidate.passage.span
    return {
        "file": article.path,
        "title": article.title,
        "outlet": article.publisher,
        "author": article.author,
        "date": article.published.isoformat() if article.published else None,
        "updated": article.updated.isoformat() if article.updated else None,
        "start": span.start,
        "end": span.end,
        "line_start": line_of(article.text, span.start),
        "line_end": line_of(article.text, max(span.start, span.end - 1)),
        "page": article.page_of(span.start),
        "text": candidate.text,
        "score": round(candidate.score, 6),
    }
