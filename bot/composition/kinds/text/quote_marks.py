"""What stands between quotation marks in a text, over the borders of sentences and paragraphs.

It knows nothing of who speaks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text.article import Span

_MARK = re.compile(r"(?P<open>“|(?<![^\s(\[—–/-])\"(?=\S))|(?P<close>[”\"])|(?P<gap>\n\s*\n|\Z)")
_SINGLE = re.compile(r"(?<!\w)‘[^‘’]{8,600}’(?!\w)")
_SENTENCE_END = re.compile(r"[.!?…](?=\s)")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Text between quotation marks, the marks included. With `goes_on` it continues the one before it."""

    span: Span
    goes_on: bool


def quoted_spans(text: str) -> list[Quoted]:
    """Everything in double quotation marks, in order.

    A paragraph that ends within a quotation hands it to the next one where that begins with a mark again, as
    the press does. Where the closing mark is missing, it ends with the sentence.
    """
    found: list[Quoted] = []
    start, goes_on = -1, False
    for mark in _MARK.finditer(text):
        at = mark.start()
        if start >= 0 and not mark["close"]:
            again = bool(mark["open"]) or _opens(text, mark.end())
            end = at if again else _sentence_end(text, start, at)
            found.append(Quoted(Span(start, end), goes_on))
            start, goes_on = (at if mark["open"] else -1), again
        elif mark["open"]:
            # behind a paragraph that was still open, `goes_on` stays as that one left it
            start = at
        elif mark["close"] and start >= 0:
            found.append(Quoted(Span(start, mark.end()), goes_on))
            start, goes_on = -1, False
    return found


def masked(text: str, span: Span, quoted: Sequence[Quoted]) -> str:
    """The sentence at `span` with NUL in place of all that is quoted in it."""
    words = list(span.of(text))
    for one in quoted:
        for at in range(max(one.span.start, span.start), min(one.span.end, span.end)):
            words[at - span.start] = "\x00"
    return _SINGLE.sub(lambda found: "\x00" * len(found.group()), "".join(words))


def _opens(text: str, at: int) -> bool:
    return text[at : at + 1] in ("“", '"')


def _sentence_end(text: str, start: int, end: int) -> int:
    found = _SENTENCE_END.search(text, start, end)
    return found.end() if found else end
