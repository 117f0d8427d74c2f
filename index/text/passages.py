"""Split an article into passages: overlapping runs of whole sentences of about a given length.

Body and boilerplate never share a passage, and every passage is an exact slice of the article's text. This
module does not know how passages are embedded or stored.
"""

from collections.abc import Iterator, Sequence

from index.text.article import Article, Passage, Span
from index.text.boilerplate import outside
from index.text.sentences import blocks, sentences

# Sentences separated by more than this many characters (of a menu between them) are not joined.
WIDEST_GAP = 300
# A passage may be this many times longer than requested, to end with a whole sentence.
LONGEST = 1.25


def split_passages(article: Article, words: int, overlap: int) -> tuple[Passage, ...]:
    """The passages of `article` in reading order, body first and boilerplate last.

    Each has whole sentences and about `words` words (at most 1.25 times that, unless a single sentence is
    longer); neighbours share about `overlap` words. Together they contain every sentence.
    """
    body, furniture = _sentences(article)
    runs = [(run, False) for run in _runs(body, article.text, words, overlap)]
    runs += [(run, True) for run in _runs(furniture, article.text, words, 0)]
    return tuple(
        Passage(article.id, ordinal, run[0].start, run[-1].end, tuple(run), boilerplate)
        for ordinal, (run, boilerplate) in enumerate(runs)
    )


def passage_title(article: Article, passage: Passage) -> str:
    """The title that is indexed with a passage; "" for boilerplate, which is not about the story."""
    return "" if passage.boilerplate else article.title


def embedded_text(article: Article, passage: Passage) -> str:
    """The text that is embedded for a passage: its title, then its sentences.

    Boilerplate between its sentences is left out. The title says what a passage from the middle of a story
    is about.
    """
    return join_embedded(passage_title(article, passage), passage_body(article, passage))


def join_embedded(title: str, body: str) -> str:
    """The embedded text of a passage with this title and body."""
    return f"{title}\n{body}".lstrip()


def passage_body(article: Article, passage: Passage) -> str:
    """The passage's sentences joined by spaces."""
    return " ".join(sentence.of(article.text) for sentence in passage.sentences)


def body_sentences(article: Article) -> list[Span]:
    """The sentences of the story itself, in order."""
    return list(story_sentences(article))


def story_sentences(article: Article) -> Iterator[Span]:
    """The same one after the other, for who may need only the first ones."""
    for block in blocks(article.text):
        for piece in outside(block, article.boilerplate):
            yield from sentences(article.text, piece)


def _sentences(article: Article) -> tuple[list[Span], list[Span]]:
    body = body_sentences(article)
    furniture = [
        sentence for mark in article.boilerplate for sentence in sentences(article.text, mark)
    ]
    return body, furniture


def _runs(spans: Sequence[Span], text: str, words: int, overlap: int) -> list[list[Span]]:
    """Greedy runs of sentences, each with at least one new sentence."""
    counts = [len(span.of(text).split()) for span in spans]
    runs: list[list[Span]] = []
    start = end = 0
    while end < len(spans):
        if end and not _is_separated(spans, end):
            # the shared sentences must leave space for the next one
            room = min(overlap, LONGEST * words - counts[end], words - 1)
            start = _step_back(counts, start, end, room)
        else:
            start = end
        end = _fill(spans, counts, start, words)
        runs.append(list(spans[start:end]))
    return runs


def _fill(spans: Sequence[Span], counts: Sequence[int], start: int, words: int) -> int:
    """The end of the run that begins at `start`: at about `words` words, or before a wide gap."""
    end, total = start + 1, counts[start]
    while end < len(spans) and total < words and total + counts[end] <= LONGEST * words:
        if _is_separated(spans, end):
            break
        total += counts[end]
        end += 1
    return end


def _is_separated(spans: Sequence[Span], number: int) -> bool:
    return spans[number].start - spans[number - 1].end > WIDEST_GAP


def _step_back(counts: Sequence[int], start: int, end: int, room: float) -> int:
    """The start of the next run: as many sentences before `end` as fit in `room` words."""
    shared, back = 0, end
    while back - 1 > start and shared + counts[back - 1] <= room:
        back -= 1
        shared += counts[back]
    return back
