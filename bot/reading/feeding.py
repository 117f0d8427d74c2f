"""What the model reads of a passage, and where its characters stand in the article's text.

Rows of tables are read with their headings. It does not know the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Candidate
from bot.english.question import Question
from bot.reading.tables import Row, is_chosen, rows_of
from index.text.article import Span
from index.text.dates import month_first
from index.text.passages import passage_title


@dataclass(frozen=True, slots=True)
class Fed:
    """A text for the model: `head` in front, then `body`.

    `starts` and `ends` hold, for each character of `body`, the offsets in the article's text of what it
    stands for: itself, or the whole cell for a character of its heading.
    """

    head: str
    body: str
    starts: Sequence[int]
    ends: Sequence[int]

    @property
    def text(self) -> str:
        """What the model reads."""
        return self.head + self.body

    def original(self, found: Span) -> Span:
        """The span of the article's text for one of `text` behind the head."""
        first, last = found.start - len(self.head), found.end - len(self.head) - 1
        return Span(self.starts[first], max(self.starts[first], self.ends[last]))


def feed(candidate: Candidate, question: Question) -> Fed:
    """Title and date in front, and the passage, character for character except in tables.

    What lies between its sentences (a menu, a credit) is blanked. So is the headline above a story: it is
    in front already. Of a table only the rows that the question names are read, if it names any, because
    the model confuses them.
    """
    article, passage = candidate.article, candidate.passage
    body, at = list[str](), passage.start
    starts, ends = list[int](), list[int]()
    for sentence in passage.sentences:
        if is_headline(candidate, sentence.of(article.text)):
            continue
        gap = Span(at, sentence.start)
        row = row_at(candidate, sentence)
        if row and (row.is_heading or is_chosen(question, article.text, row) is False):
            continue
        at = sentence.end
        own = [(sentence.of(article.text), sentence, True)]
        for words, span, is_own in [
            (" " * len(gap), gap, True),
            *(row.pieces(article.text) if row else own),
        ]:
            body.append(words)
            starts += range(span.start, span.end) if is_own else [span.start] * len(words)
            ends += range(span.start + 1, span.end + 1) if is_own else [span.end] * len(words)
    return Fed(head_of(candidate), "".join(body), starts, ends)


def head_of(candidate: Candidate) -> str:
    """Title and day of the article, as they are read in front of a passage of it."""
    title, day = passage_title(candidate.article, candidate.passage), candidate.article.published
    return "".join(f"{line}\n" for line in (title, month_first(day) if day else "") if line)


def row_at(candidate: Candidate, sentence: Span) -> Row | None:
    """The row of a table that the sentence is, or None."""
    row = rows_of(candidate.article.text).get(sentence.start)
    return row if row and row.span == sentence else None


def support_of(candidate: Candidate, span: Span) -> tuple[Span, str]:
    """The sentence in which the span begins, and that sentence with its neighbours, as they are read.

    A row of a table stands alone.
    """
    sentences = candidate.passage.sentences
    at = next((n for n, s in enumerate(sentences) if s.end > span.start), len(sentences) - 1)
    is_row = row_at(candidate, sentences[at]) is not None
    near = sentences[at : at + 1] if is_row else sentences[max(0, at - 1) : at + 2]
    return sentences[at], " ".join(read_aloud(candidate, sentence) for sentence in near)


def nearby(candidate: Candidate, span: Span) -> tuple[str, int]:
    """Title and day, and the sentence at `span` with its neighbours; and the length of title and day."""
    head = head_of(candidate)
    return head + support_of(candidate, span)[1], len(head)


def read_aloud(candidate: Candidate, sentence: Span) -> str:
    """The words of a sentence; those of a row of a table with its headings."""
    text, row = candidate.article.text, row_at(candidate, sentence)
    if row is None:
        return sentence.of(text)
    return "".join(words for words, _, _ in row.pieces(text))


def is_headline(candidate: Candidate, sentence: str) -> bool:
    """True for the article's title above its story."""
    others = len(candidate.passage.sentences) > 1
    return others and sentence.lstrip("# ") == candidate.article.title
