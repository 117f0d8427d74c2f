"""Split a text into blocks (paragraphs, headings, list items) and a block into sentences, as exact spans.

Rules only, without a model. They know English abbreviations; other languages use plain punctuation.
"""

import re
from collections.abc import Iterator

from index.text.article import Span

# A line at least this long without closing punctuation continues on the next one (hard-wrapped text).
WRAPPED_LINE = 50
# A longer sentence is cut at white space, so that one line of 200 MB still gives small spans.
LONGEST_SENTENCE = 1200

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_LINE_END = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_LIST_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s")
_HEADING = re.compile(r"\s*#{1,6}\s")
_BREADCRUMBS = re.compile(r"\s[|›»>]\s")
_CLOSED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*\s*$")
_BREAK = re.compile(
    # possessive, and never from the middle: otherwise a million dots would take quadratic time
    r"(?<![.!?…])(?P<mark>[.!?…]++)(?P<close>[\"'”’»)\]]*+)(?P<space>\s++)(?=[\"'“‘«(\[]*[^\W_a-z])"
    r"|(?P<wide>[。！？]+[」』”]*)",
)
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘«/]+$")
_FIRST_WORD = re.compile(r"[\"'“‘«(\[]*(\w+)")
# Titles in front of a name, as they are abbreviated.
TITLES = frozenset(
    "mr mrs ms messrs dr prof brig gen lt col maj capt cmdr sgt cpl adm rep sen gov rev st".split()
)
# After these a full stop almost never ends a sentence.
_GOES_ON = TITLES | {"mt", "ft", "vs"}
_ABBREVIATIONS = _GOES_ON | frozenset(
    """pres hon fr jr sr etc eg ie cf al no nos art fig vol pp ed eds inc ltd co corp bros dept univ assn
    ave blvd jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs
    fri sat sun approx est min max""".split()
)
_STARTERS = frozenset(
    """the a an in on at he she it they we you i but and this that these those his her their its
    our there when while after before as if for from with by however meanwhile more most many
    some what who where why how one two""".split()
)


def blocks(text: str) -> Iterator[Span]:
    """Paragraphs, headings and list items: non-empty spans in order, without surrounding white space."""
    start, end, previous = -1, -1, ""
    for found in _LINE.finditer(text):
        line = found.group().rstrip()
        if not line.strip():
            continue
        runs_on = start >= 0 and _runs_on(previous, text[end : found.start()], line)
        if not runs_on:
            if start >= 0:
                yield Span(start, end)
            start = found.start() + len(line) - len(line.lstrip())
        end, previous = found.start() + len(line), line
    if start >= 0:
        yield Span(start, end)


def _runs_on(previous: str, gap: str, line: str) -> bool:
    """True when `line` continues the `previous` one; `gap` is the text between them."""
    if len(_LINE_END.findall(gap)) > 1:
        return False
    if _LIST_ITEM.match(line) or _HEADING.match(line):
        return False
    if line.lstrip().startswith("|") or previous.lstrip().startswith("|"):
        return False  # rows of a table
    if _HEADING.match(previous) or _BREADCRUMBS.search(previous):
        return False
    # the lines of a wrapped text are about as long as each other
    is_wrapped = WRAPPED_LINE <= len(previous) >= len(line) / 2
    return is_wrapped and not _CLOSED.search(previous)


def all_sentences(text: str) -> list[Span]:
    """The sentences of all blocks of `text`, in order."""
    return [sentence for block in blocks(text) for sentence in sentences(text, block)]


def sentences(text: str, block: Span) -> Iterator[Span]:
    """The sentences of one block: non-empty spans in order that together cover all its words."""
    words = block.of(text)
    start = block.start + len(words) - len(words.lstrip())
    stop = block.start + len(words.rstrip())
    for found in _BREAK.finditer(text, start, stop):
        if found.group("wide"):
            end = after = found.end()
        else:
            end, after = found.end("close"), found.end()
            if not _ends_sentence(text, start, found):
                continue
        if after < stop:
            yield from _bounded(text, Span(start, end))
            start = after
            while text[start].isspace():
                start += 1
    if start < stop:
        yield from _bounded(text, Span(start, stop))


def _ends_sentence(text: str, start: int, found: re.Match[str]) -> bool:
    if found.group("mark") != ".":
        return True
    before = _LAST_WORD.search(text, max(start, found.start() - 40), found.start())
    if before is None:
        return True
    word = before.group().lower()
    following = _FIRST_WORD.match(text, found.end())
    starter = following is not None and following.group(1).lower() in _STARTERS
    if before.start() == start and word.isdigit():
        return False  # "2. Putin called": the number of a list item
    if word in _GOES_ON:
        return False
    if len(word) == 1 and word.isalpha():
        return starter and word != "i" and text[before.start()].islower()
    if "." in word or word in _ABBREVIATIONS:
        return starter  # "in the U.S. The president", but "the U.S. Senate"
    return True


def _bounded(text: str, sentence: Span) -> Iterator[Span]:
    start = sentence.start
    while sentence.end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        cut = cut if cut > 0 else start + LONGEST_SENTENCE
        yield Span(start, cut)
        start = cut
        while start < sentence.end and text[start].isspace():
            start += 1
    if start < sentence.end:
        yield Span(start, sentence.end)
