"""A language model's text is split into sentences as it arrives, each with the numbers that it cites."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.llm.prompt import visible
from index.text.article import Span
from index.text.sentences import blocks, sentences

MOST_CHARACTERS = 2_000  # of a sentence; a longer one is cut there
MOST_WORD = 60  # characters of a word that the end of a sentence waits for
_MARKERS = r"(?:\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\])"
# A marker behind the stop belongs to the sentence before it, not to the next.
_BEHIND_STOP = re.compile(rf"([.!?…。！？][\"”’)」』]*)({_MARKERS}+)")
_MARKER = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
# Other forms of markers: "[2-4]", "[passage 2]", "[citation:7]", "[7, p. 9]", "[^1]", "\\[3\\]",
# "【3†source】", and "(3)" in front of a stop.
_LABEL = r"(?:(?:passage|source|article|citation|document|doc|reference|ref|no|#)s?\.?\s?:?\s?)"
_ODD_MARKER = re.compile(
    rf"\\?\[\s?[\^#]?{_LABEL}?(\d{{1,3}}(?:\s?(?:[-–,;&]|\band\b)\s?\d{{1,3}}){{0,20}})"
    r"(?:,\s?pp?\.\s?\d{1,4}|†[^\[\]\n]{0,40})?\s?\\?\]"
    rf"|\({_LABEL}(\d{{1,3}})\)|[(（](\d{{1,2}})[)）](?=[.!?。])",
    re.IGNORECASE,
)
# Bars of tables are always removed: within a row they cannot be distinguished from other text.
_BRACKETS = str.maketrans("【】［］〔〕|", "[][][] ")
WIDEST = 20  # passages that a marker such as "[2-4]" may span; no prompt holds more
# The words of a link are kept; its address comes from the model or an article, and is removed.
_LINK = re.compile(
    r"!?\[([^\[\]\n]{0,400})\]\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?\)"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_URL = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s\[\]]+", re.IGNORECASE)
# A number at the start of a line is a list marker only if words follow: "12." may be the answer.
_EMPHASIS = re.compile(
    r"\*\*|__|```\w{0,20}|(?<=\n)#{1,6}[^\S\n]|(?<=\n)[^\S\n]*(?:[-*•]|\d{1,2}[.)](?=\s+[^\W\d_]))[^\S\n]+"
)
_BLANKS = re.compile(r"\s{2,}|[^\S \n]")
# Behind a long word, a year or a marker a stop is no abbreviation's; nor is one that a capital follows
# without a blank, as where two sentences were glued together.
_STOP = re.compile(
    r"(?:(?<=[a-z]{5}[.!?])|(?<=\b\d{4}[.!?])|(?<=\][.!?]))\s+(?=\S)"
    r"|(?<=\][.!?。！？])(?=\w)|(?<=[a-z]{2}[.!?])(?=[A-Z][a-z])"
)
# Text that may still become a marker, move one in front of its stop, or begin a word.
_UNFINISHED = re.compile(
    rf"(?:[.!?…][\"”’)]*{_MARKERS}*\s*|\[[^\[\]\n]{{0,60}}|[\"'“‘«(\[]*\w{{0,{MOST_WORD}}})\Z"
)
# Text that may still become a marker, a link, a tag or an address: it is not shown yet.
_OPEN = re.compile(
    r"!?\[(?![^\[\]]*\][^(])|</?(?=[a-zA-Z]|\Z)|!\Z|\b[a-zA-Z][\w+.-]{0,20}:/{0,2}\Z"
)
_ENDING = re.compile(r"[\s.!?…\[\](){}>。！？]")
_ROUNDS = 5  # taking a link or tag out may leave another


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence without its markers, and the numbers in them, in order and once each."""

    text: str
    numbers: tuple[int, ...]


class Draft:
    """The text so far; each sentence is returned once, as soon as it has certainly ended."""

    def __init__(self) -> None:
        self._held = "\n"  # a line begins

    def add(self, piece: str) -> list[Written]:
        """The sentences that `piece` completes."""
        added = visible(piece).translate(_BRACKETS)
        self._held = _BLANKS.sub(_blank, self._held + added)
        if not _ENDING.search(piece) and len(self._held) <= MOST_CHARACTERS:
            return []  # nothing can have ended
        self._held = _plain(self._held)
        ends = _sentences(self._held)
        if len(self._held) > MOST_CHARACTERS:
            return self.end()
        # The last is still being written; so may be the markers of the one before.
        if len(ends) < 2 or _UNFINISHED.fullmatch(self._held, ends[-1].start):
            return []
        rest = len(self._held[: ends.pop().start].rstrip(" "))
        rest -= self._held[rest - 1 : rest] == "\n"  # that a line begins there matters
        done, self._held = _sentences_of(self._held, ends), self._held[rest:]
        return done

    @property
    def growing(self) -> str:
        """The unfinished sentence, up to anything that may become a marker or a link."""
        text = _plain(self._held)
        open_at = _OPEN.search(text)
        return _written(text[: open_at.start()] if open_at else text).text.rstrip("*_`# ")

    def end(self) -> list[Written]:
        """The remaining sentences at the end of the text."""
        text, self._held = _plain(self._held), "\n"
        return _sentences_of(text, _sentences(text))


def _plain(text: str) -> str:
    """`text` without links, pictures, tags and emphasis, and with markers in front of their stop."""
    for _ in range(_ROUNDS):
        before, text = text, _TAG.sub("", _LINK.sub(_label, text))
        if text == before:
            break
    text = _ODD_MARKER.sub(_marker, _EMPHASIS.sub("", text))
    return _BEHIND_STOP.sub(lambda m: " " + "".join(m[2].split()) + m[1], text)


def _blank(run: re.Match[str]) -> str:
    """One blank for a run of them; line and paragraph breaks are kept."""
    lines = run[0].count("\n")
    return "\n\n" if lines > 1 else "\n" if lines else " "


def _label(link: re.Match[str]) -> str:
    """A link's words; "[1](…)" is a marker."""
    return f"[{link[1]}]" if link[1].isdigit() else link[1]


def _marker(odd: re.Match[str]) -> str:
    """The marker as this module reads it: "[2-4]" is "[2, 3, 4]"."""
    numbers: list[str] = []
    for part in re.split(r"[,;&]|and", odd[1] or odd[2] or odd[3], flags=re.IGNORECASE):
        ends = [int(n) for n in re.split(r"[-–]", part)]
        last = min(ends[-1], ends[0] + WIDEST)
        numbers += map(str, range(ends[0], last + 1) if last >= ends[0] else ends)
    return f"[{', '.join(numbers)}]"


def _sentences(text: str) -> list[Span]:
    """Split as in articles, and also before small letters, so that junk is not part of a true sentence."""
    found = []
    for block in blocks(text):
        for span in sentences(text, block):
            start = span.start
            for stop in _STOP.finditer(text, span.start, span.end):
                found.append(Span(start, stop.start()))
                start = stop.end()
            found.append(Span(start, span.end))
    return found


def _sentences_of(text: str, spans: Iterable[Span]) -> list[Written]:
    """The sentences that contain a letter or a digit; a rule between two sentences does not."""
    found = (_written(span.of(text)) for span in spans)
    return [one for one in found if any(map(str.isalnum, one.text))]


def _written(part: str) -> Written:
    numbers = [int(n) for found in _MARKER.findall(part) for n in re.findall(r"\d+", found)]
    plain = _URL.sub("(a link)", part)
    while _MARKER.search(plain) or "[]" in plain:  # one taken out may leave another
        plain = _MARKER.sub("", plain).replace("[]", "")
    text = re.sub(r"\s+([.!?…,;:。！？])", r"\1", " ".join(plain.split()))
    text = re.sub(r"(?<!\.)\.\.$", ".", text)
    return Written(text[:MOST_CHARACTERS], tuple(dict.fromkeys(numbers)))
