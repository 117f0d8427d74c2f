"""Lines of a printed page to text: gaps, sizes and indents show which lines form a paragraph.

It knows positions on pages, not the format of the file.
"""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

from index.formats.pdf.lines import Line, notes, right_edges
from index.text.article import Span
from index.text.sentences import sentences

BROKEN = "\ufffe"  # replaces a hyphen at the end of a line whose word was already joined
_HYPHENATED = re.compile(rf"(\w+)(?:{BROKEN}|[-\u00ad\u2010]\n)(\w+)")
_WORD = re.compile(r"\w+(?:-\w+)*")
_OPENING = re.compile(r"\A[\"'“”‘’„»«(\[¿¡–—-]+\s*")
_ENDED = re.compile(r"[.!?:…][\"'”’»)\]]*\Z")


def joined(lines: list[Line], pages: int) -> tuple[str, tuple[int, ...]]:
    """The text of `lines`, and the offset at which each page begins."""
    paragraphs = _paragraphs(lines)
    known = frozenset(word.lower() for line in lines for word in _WORD.findall(line.text))
    text, begins = "", [0]
    pieces: list[str] = []
    size = 0
    for paragraph in paragraphs:
        if pieces:
            pieces.append("\n\n")
            size += 2
        for line, words in zip(paragraph, _whole_words(paragraph, known), strict=True):
            begins += [size] * (line.page + 1 - len(begins))
            pieces.append(words)
            size += len(words)
    text = "".join(pieces)
    begins += [size] * (pages - len(begins))
    return text, tuple(begins)


def _paragraphs(lines: list[Line]) -> list[list[Line]]:
    """`lines` by paragraph. Footnotes stand before a paragraph that runs on over the end of their page."""
    pitch, edges, small = _pitch(lines), right_edges(lines), notes(lines)
    text = _cut([line for line in lines if id(line) not in small], pitch, edges)
    below = [
        paragraph
        for _, page in groupby(
            (line for line in lines if id(line) in small), lambda line: line.page
        )
        for paragraph in _cut(list(page), pitch, edges)
    ]
    merged: list[list[Line]] = []
    at = 0
    for paragraph in text:
        while at < len(below) and below[at][0].page < paragraph[-1].page:
            merged.append(below[at])
            at += 1
        merged.append(paragraph)
    return merged + below[at:]


def _cut(lines: list[Line], pitch: float, edges: dict[int, float]) -> list[list[Line]]:
    paragraphs: list[list[Line]] = []
    for line in lines:
        before = paragraphs[-1][-1] if paragraphs else None
        if before is None or _begins(before, line, pitch, edges):
            paragraphs.append([line])
        else:
            paragraphs[-1].append(line)
    return paragraphs


def _pitch(lines: list[Line]) -> float:
    """The usual distance between lines, in line heights; 1.2 if there are too few lines."""
    steps = [
        (above.bottom - below.bottom) / below.height
        for above, below in pairwise(lines)
        if above.page == below.page and below.height > 0
    ]
    usual = sorted(step for step in steps if 0.5 < step < 3)
    # not the median: half of the steps of short paragraphs are those between them
    return usual[len(usual) // 4] if len(usual) > 3 else 1.2


def _begins(before: Line, line: Line, pitch: float, edges: dict[int, float]) -> bool:
    """True when `line` begins a paragraph; `before` is the previous line, perhaps on the previous page."""
    ended = _has_ended(before.text, line.text)
    if not line.height or not before.height:  # without positions only a full stop shows it
        return ended
    if not 0.88 < line.height / before.height < 1.14:
        return True
    step = (before.last_bottom - line.bottom) / line.height
    if line.page == before.page and step > pitch * 1.35:
        return True
    if line.page != before.page or step < 0:  # in another page or column
        return ended and (_is_short(before, line, edges) or _opens(line.text))
    if _is_short(before, line, edges):
        return ended or not line.text[:1].islower()
    return ended and line.left - before.left > 0.8 * line.height and len(line.text) > 20


def _opens(words: str) -> bool:
    """True when a sentence can begin so."""
    return _OPENING.sub("", words)[:1].isupper()


def _has_ended(before: str, following: str) -> bool:
    """True when a sentence ends with the line `before`, and not an abbreviation such as "Mr."."""
    if not _ENDED.search(before):
        return False
    if not before.endswith(".") or not _opens(following):
        return True
    tail = before[-60:]
    both = f"{tail} {following[:60]}"
    return any(one.end == len(tail) for one in sentences(both, Span(0, len(both))))


def _is_short(line: Line, following: Line, edges: dict[int, float]) -> bool:
    """True when `line` ends before the edge of its column, and the next word would still have fitted."""
    edge = edges[id(line)]
    if line.right >= line.left + 0.85 * (edge - line.left):
        return False
    space = 0.2 * line.height
    return edge - line.right > following.first_word + space


def _whole_words(paragraph: list[Line], known: frozenset[str]) -> Iterator[str]:
    """The words of each line of `paragraph`, with the space that joins them to the previous line."""

    def join(broken: re.Match[str]) -> str:
        head, tail = broken[1], broken[2]
        with_hyphen = f"{head}-{tail}"
        if (head + tail).lower() in known:
            return head + tail
        if with_hyphen.lower() in known or not tail[0].islower():
            return with_hyphen
        return head + tail

    # A hyphenated word moves to the second line.
    lines = [line.text for line in paragraph]
    for number in range(len(lines) - 1):
        cut = re.search(r"\w+[-\u00ad\u2010]\Z", lines[number])
        if cut and lines[number + 1][:1].isalpha():
            lines[number] = lines[number][: cut.start()]
            lines[number + 1] = f"{cut[0]}\n{lines[number + 1]}"
    for number, line in enumerate(lines):
        words = _HYPHENATED.sub(join, line).replace(BROKEN, "-").replace("\u00ad", "")
        joint = " " if number and lines[number - 1] and not lines[number - 1].endswith(" ") else ""
        yield joint + words
