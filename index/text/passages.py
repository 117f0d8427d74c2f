"""An article becomes passages: runs of whole sentences of about the wished length, with overlap.

Body and boilerplate never share a passage, and every passage is an exact slice of the article's text.
It does not know how passages are embedded or stored.
"""

from collections.abc import Sequence

from index.text.article import Article, Passage, Span
from index.text.boilerplate import outside
from index.text.sentences import blocks, sentences

# Two runs of the story further apart than this many characters (a menu between them) are not joined.
WIDEST_GAP = 300
# A passage may be this many times longer than wished, so that it ends with a whole sentence.
LONGEST = 1.25


def split_passages(article: Article, words: int, overlap: int) -> tuple[Passage, ...]:
    """The passages of `article` in reading order, body first and boilerplate last.

    Each holds whole sentences and about `words` words (at most 1.25 times that, unless a single
    sentence is longer); neighbours share about `overlap` words. Together they hold every sentence.
    """
    body, furniture = _sentences(article)
    runs = [(run, False) for run in _runs(body, article.text, words, overlap)]
    runs += [(run, True) for run in _runs(furniture, article.text, words, 0)]
    return tuple(
        Passage(article.id, ordinal, run[0].start, run[-1].end, tuple(run), boilerplate)
        for ordinal, (run, boilerplate) in enumerate(runs)
    )


def passage_title(article: Article, passage: Passage) -> str:
    """The title a passage is found by; a menu or an author's blurb is not about the story, so none."""
    return "" if passage.boilerplate else article.title


def embedded_text(article: Article, passage: Passage) -> str:
    """The words a passage is embedded by: its title, then its sentences.

    Boilerplate that lies between its sentences is left out; the title tells what a passage from the
    middle of a story is about.
    """
    return f"{passage_title(article, passage)}\n{passage_body(article, passage)}".lstrip()


def passage_body(article: Article, passage: Passage) -> str:
    """The passage's sentences joined by spaces."""
    return " ".join(sentence.of(article.text) for sentence in passage.sentences)


def _sentences(article: Article) -> tuple[list[Span], list[Span]]:
    body: list[Span] = []
    for block in blocks(article.text):
        for piece in outside(block, article.boilerplate):
            body.extend(sentences(article.text, piece))
    furniture = [
        sentence for mark in article.boilerplate for sentence in sentences(article.text, mark)
    ]
    return body, furniture


def _runs(spans: Sequence[Span], text: str, words: int, overlap: int) -> list[list[Span]]:
    """Greedy runs of sentences, each with at least one that no run before it holds."""
    counts = [len(span.of(text).split()) for span in spans]
    runs: list[list[Span]] = []
    start = end = 0
    while end < len(spans):
        if end and not _apart(spans, end):
            # the shared sentences must leave room for the next one
            room = min(overlap, LONGEST * words - counts[end], words - 1)
            start = _step_back(counts, start, end, room)
        else:
            start = end
        end = _fill(spans, counts, start, words)
        runs.append(list(spans[start:end]))
    return runs


def _fill(spans: Sequence[Span], counts: Sequence[int], start: int, words: int) -> int:
    """Where the run that begins at `start` ends: at about `words` words, or before a wide gap."""
    end, total = start + 1, counts[start]
    while end < len(spans) and total < words and total + counts[end] <= LONGEST * words:
        if _apart(spans, end):
            break
        total += counts[end]
        end += 1
    return end


def _apart(spans: Sequence[Span], number: int) -> bool:
    return spans[number].start - spans[number - 1].end > WIDEST_GAP


def _step_back(counts: Sequence[int], start: int, end: int, room: float) -> int:
    """Where the next run begins: as many sentences before `end` as fit in `room` words."""
    shared, back = 0, end
    while back - 1 > start and shared + counts[back - 1] <= room:
        back -= 1
        shared += counts[back]
    return back
