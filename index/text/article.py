"""The nouns of the corpus: a file becomes Articles, an Article has Passages, a Span points into its text.

Offsets are Python string indices (code points) into `Article.text`, end exclusive.
"""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date

# Separates a file from a part of it, as in `quotes.csv//3` or `week.zip//monday/flood.txt`. The path of a
# real file never has two consecutive slashes, so the two cannot be confused.
INSIDE = "//"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range [start, end) of code points in an article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span {self.start}–{self.end}: expected 0 <= start <= end")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The part of `text` that this span covers."""
        return text[self.start : self.end]

    def shifted(self, by: int) -> "Span":
        """The same range, moved by `by` code points."""
        return Span(self.start + by, self.end + by)

    def overlaps(self, other: "Span") -> bool:
        """True when the two ranges share at least one code point."""
        return max(self.start, other.start) < min(self.end, other.end)


@dataclass(frozen=True, slots=True)
class Article:
    """One file of the corpus, or one row or member of it, decoded.

    `path` is relative to the corpus, with forward slashes. For a row or member it is the path of the file,
    INSIDE, and the row's number or the member's name. `sha256` is the hash of the file, row or member
    alone, so that it stays the same while its neighbours change. `boilerplate` are the spans of `text`
    outside the story (menus, photo credits, author blurbs), sorted and disjoint; nothing is cut from
    `text`. `pages` are the offsets at which pages begin, in formats with pages. `author` holds the names of
    who wrote it, with commas between them; `updated` is the day of a later version, when it is stated.
    """

    path: str
    sha256: str
    title: str
    text: str
    published: date | None = None
    publisher: str | None = None
    boilerplate: tuple[Span, ...] = ()
    pages: tuple[int, ...] = ()
    author: str | None = None
    updated: date | None = None

    @property
    def file(self) -> str:
        """The path of the file that contains the article."""
        return file_of(self.path)

    def page_of(self, offset: int) -> int | None:
        """The page, from 1, of the code point at `offset`; None in formats without pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None

    @property
    def id(self) -> str:
        """16 hexadecimal digits that depend only on the path and the content."""
        # surrogateescape: a file name need not be valid UTF-8
        name = self.path.encode("utf-8", "surrogateescape")
        return hashlib.sha256(name + b"\0" + self.sha256.encode("ascii")).hexdigest()[:16]


def file_of(path: str) -> str:
    """The path of the file that contains the article at `path`."""
    return path.partition(INSIDE)[0]


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences, `article.text[start:end]`: the unit that is embedded and retrieved.

    `sentences` are the spans of its sentences in the article's text. `boilerplate` is True when the
    passage contains only boilerplate.
    """

    article_id: str
    ordinal: int
    start: int
    end: int
    sentences: tuple[Span, ...] = field(default=())
    boilerplate: bool = False

    @property
    def id(self) -> str:
        """Deterministic: the same content at the same path always gives the same id."""
        return f"{self.article_id}-{self.ordinal}"

    @property
    def span(self) -> Span:
        """The passage as a span of its article's text."""
        return Span(self.start, self.end)
