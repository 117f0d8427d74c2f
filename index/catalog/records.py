"""The records that the catalog takes and returns, and how spans are written in its columns."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.text.article import Article, Passage, Span

# The limits of a file whose articles were made with another index config.
OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file of the corpus as it was when it was last read, with or without articles.

    `sha256` is the hash of its bytes, `limits` the fingerprint of the limits it was read with, and
    `refused` holds (path, reason) of the rejected members, or of the file itself. While `state` (see
    index/sync/survey.py) is the same, the file need not be read again; "" means that it must be.
    `noticed` are remarks of its readers, see `index.text.noticed`.
    """

    path: str
    sha256: str
    limits: str
    refused: tuple[tuple[str, str], ...] = ()
    state: str = ""
    noticed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indexed:
    """One article ready to be stored; `vectors` has shape (len(passages), dimension), float32."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Origin:
    """The article that a passage belongs to: its id and its date of publication, if known."""

    article_id: str
    published: date | None


@dataclass(frozen=True, slots=True)
class Stored:
    """One passage row, unverified.

    `title` and `body` are None where the full-text index lacks the passage. `passage` is None where
    the row cannot be read as a passage of this article.
    """

    number: int
    id: str
    passage: Passage | None
    vector: bytes
    title: str | None
    body: str | None


def load_passage(article_id: str, ordinal: int, sentences: str, boilerplate: int) -> Passage | None:
    """The passage in a row, or None when the row is damaged."""
    try:
        spans = load_spans(sentences)
        start, end = spans[0].start, spans[-1].end
    except (ValueError, TypeError, IndexError):
        return None
    return Passage(article_id, ordinal, start, end, spans, bool(boilerplate))


def dump_spans(spans: Sequence[Span]) -> str:
    """Spans as JSON, for a column."""
    return json.dumps([(span.start, span.end) for span in spans], separators=(",", ":"))


def load_spans(text: str) -> tuple[Span, ...]:
    """The inverse of `dump_spans`. Raises ValueError or TypeError for damaged JSON."""
    return tuple(Span(start, end) for start, end in json.loads(text))
