"""Sentences that may be shown by themselves: whole, not repeated, and not hanging on the one before."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.composition.kinds.text.quote_marks import quoted_spans
from bot.english.words import terms
from bot.retrieval.reprints import repeats
from index.library import Library
from index.text.article import Article, Span

ALIKE = 0.9  # cosine similarity from which two sentences say the same
SHORTEST, LONGEST = 6, 70  # words
_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_CAPTION = re.compile(
    r"^(?:image|photo|video|picture|credit|source|file photo|watch|read more)\b", re.I
)
_CREDIT = re.compile(
    r"(?:Image|Photo|Picture)s?:|Getty|^[.—–]|@\w|\[email|https?://"
    # "Ada Pell/AP A bridge at night."
    r"|\w/\s?(?:AP|AFP|Reuters|EPA|UPI|Xinhua|TASS|dpa|Bloomberg|Shutterstock|Alamy|Anadolu)\b"
    r"|^[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){1,3}/\s?[A-Z]"
)
_MARKS = re.compile(r"(?:#{1,6}|[-*•–]|\d{1,2}[.)])\s+")
_LOOSE = re.compile(
    r"^[“\"'‘]?(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|But|And|So|However|Also|Still|Then"
    r"|Both|Such|There|No|Yes|Meanwhile|Instead|Moreover|Furthermore|Additionally|Another|Later|Earlier"
    r"|In addition|For example|For instance|At the time|As a result|The (?:former|latter|other|two))\b"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article; `position` is its number in the story, from 0."""

    article: Article
    span: Span
    library: Library
    position: int

    @property
    def words(self) -> str:
        """The sentence on one line."""
        return " ".join(self.span.of(self.article.text).split())


def is_whole(sentence: str) -> bool:
    """True for a statement; not for headings, captions, credits and questions."""
    plain = " ".join(sentence.split())
    return (
        SHORTEST <= len(plain.split()) <= LONGEST
        and _END.search(plain) is not None
        and not plain.rstrip("\"'”’)").endswith(("?", "...", "…"))
        and not _CAPTION.match(plain)
        and not _CREDIT.search(plain)
        and not plain.startswith("#")
    )


def loose(sentence: str) -> bool:
    """True if it refers to the sentence before: "He added that …"."""
    return _LOOSE.match(sentence) is not None or re.search(r"\btoo\W*$", sentence) is not None


def is_quotation(sentence: str) -> bool:
    """True if most of it is somebody's words between quotation marks."""
    quoted = sum(len(one.span.of(sentence)) for one in quoted_spans(sentence))
    return quoted > len(sentence) / 2


def without_marks(text: str, span: Span) -> Span:
    """The span without the marks of a heading or a list in front: "# ", "- "."""
    found = _MARKS.match(text, span.start, span.end)
    return Span(found.end(), span.end) if found and found.end() < span.end else span


def near_duplicate(one: str, other: str, cosine: float) -> bool:
    """True if two sentences say the same in nearly the same words."""
    return cosine >= ALIKE or repeats(one, other)


def weigh(rows: Sequence[Sentence], most: int) -> list[Sentence]:
    """At most `most` of the sentences, in order: the opening, and those with the story's frequent words."""
    if len(rows) <= most:
        return list(rows)
    words = [terms(row.words) for row in rows]
    counts = Counter(word for one in words for word in one)
    value = [sum(counts[word] for word in one) / (len(one) + 5) for one in words]
    opening = max(1, most // 5)
    best = sorted(range(opening, len(rows)), key=lambda n: -value[n])[: most - opening]
    return [rows[n] for n in sorted([*range(opening), *best])]
