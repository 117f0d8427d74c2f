"""Finds what people said in an article: sentences with their words, quoted or reported, and who says them.

A speaker is named in the sentence or elsewhere in the same quotation, or is the one of the sentence before
that "he added" refers to. Where that is uncertain there is none. It knows nothing of questions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.composition.kinds.text.attribution import Attribution, find_attribution
from bot.composition.kinds.text.quote_marks import Quoted, masked, quoted_spans
from bot.composition.kinds.text.speaker_names import (
    HOLDERS,
    is_person,
    is_titled,
    last_stem,
    named_fully,
    plain_name,
)
from bot.english.lexicon import IN_TITLES
from index.text.article import Article, Span
from index.text.passages import body_sentences

_HEADING = re.compile(r"[‘“\"'][^‘’“”\"]*[^‘’“”\".,!?…][’”\"']")
LONG_QUOTE = 4  # words; a shorter one without a speaker is a name or irony
MOST_BETWEEN = 2  # sentences between a name and "he said"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence with somebody's words. `speaker` is the name as the sentence or the one before has it.

    "" if nobody can be named. `direct` is True if it has words between quotation marks.
    """

    article: Article
    span: Span
    speaker: str
    direct: bool

    @property
    def words(self) -> str:
        """The sentence on one line."""
        return " ".join(self.span.of(self.article.text).split())

    @property
    def key(self) -> str:
        """The stem of the speaker's last name."""
        return last_stem(self.speaker)


@lru_cache(maxsize=512)
def find_quotes(article: Article) -> tuple[Quote, ...]:
    """The quotations of an article, in order. The next question about the same articles has them at hand."""
    return tuple(_find(article))


def _find(article: Article) -> Iterator[Quote]:
    said, person = _Recent(), _Recent()  # the last speaker, and the last person that did something
    end = 0
    for run in _runs(article):
        speakers: list[str] = []
        for line in run:
            speaker = _resolve(line.named, person.name, said.name, article)
            # A quotation goes on in the next sentence of the paragraph.
            near = said.age == 0 and "\n\n" not in article.text[end : line.span.start]
            if not speaker and not line.named.spoken and line.is_all_quote and near:
                speaker = said.name
            speakers.append(speaker)
            named, carried = line.named, person.name if line.named.carried else ""
            if speaker or not (line.is_all_quote and line.quoted):
                said.saw(speaker)
                acts = named.subject if is_person(named.subject) else carried
                person.saw(acts or (speaker if is_person(speaker) else ""))
            end = line.span.end
        yield from _quotes(article, run, speakers)


def _quotes(article: Article, run: list["_Line"], speakers: list[str]) -> Iterator[Quote]:
    """The sentences of a run with their speakers: one who is named in a part of it speaks all of it."""
    named = {last_stem(name): name for name in speakers if name}
    only = next(iter(named.values())) if len(named) == 1 else ""
    words = sum(line.quoted for line in run)
    for line, speaker in zip(run, speakers, strict=True):
        name = speaker or (only if not line.named.spoken else "")
        if name or line.named.spoken or (line.quoted and words >= LONG_QUOTE):
            yield Quote(article, line.span, name, line.quoted > 0)


def _resolve(named: Attribution, person: str, said: str, article: Article) -> str:
    """The name, or the one that "he" or "the agency" stands for."""
    if named.pronoun:
        # The nearest name or none: that of a band or firm may be a person's too.
        nearest = (said or person) if named.adds else (person or said)
        name = named.subject or nearest
        return name if _is_human(name, article) else ""
    if named.group:
        return said if said and not _is_human(said, article) else ""
    return named.name


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence, how many of its words are quoted, and whom it names."""

    span: Span
    quoted: int
    is_all_quote: bool
    named: Attribution


def _runs(article: Article) -> Iterator[list[_Line]]:
    """The sentences of the article, those of one quotation together."""
    text, marks = article.text, quoted_spans(article.text)
    run: list[_Line] = []
    first = 0  # the first quotation that does not end before the sentence
    for span in body_sentences(article):
        while first < len(marks) and marks[first].span.end <= span.start:
            first += 1
        inside = [one for one in marks[first:] if one.span.start < span.end]
        if run and not _continues(inside, span):
            yield run
            run = []
        if not _is_heading(text, span):
            run.append(_line(text, span, inside))
    if run:
        yield run


def _is_heading(text: str, span: Span) -> bool:
    """True for a marked line, and for one that is quoted whole and ends without a full stop."""
    line = span.of(text).strip()
    if line.startswith("# "):
        return True
    alone = text[: span.start].endswith("\n") and text[span.end : span.end + 1] in ("", "\n")
    return alone and _HEADING.fullmatch(line) is not None


def _continues(inside: list[Quoted], span: Span) -> bool:
    """True if the sentence begins within a quotation that the one before began."""
    if not inside:
        return False
    one = inside[0]
    return one.span.start < span.start or (one.goes_on and one.span.start == span.start)


def _line(text: str, span: Span, inside: list[Quoted]) -> _Line:
    bare = masked(text, span, inside)
    pieces = [
        text[span.start + found.start() : span.start + found.end()].split()
        for found in re.finditer("\x00+", bare)
    ]
    words = sum(len(piece) for piece in pieces if not _is_title(piece))
    is_all = bool(words) and not bare.strip("\x00 .,\n")
    return _Line(span, words, is_all, find_attribution(bare, text))


def _is_title(words: list[str]) -> bool:
    """True for “State of the Union”, which is a name."""
    plain = [word.strip("“”\"'‘’.,!?") for word in words]
    return all(word[:1].isupper() or word in IN_TITLES for word in plain if word)


class _Recent:
    """A name, forgotten when `MOST_BETWEEN` sentences have not mentioned it."""

    def __init__(self) -> None:
        self._name, self.age = "", MOST_BETWEEN + 1

    @property
    def name(self) -> str:
        return self._name if self.age <= MOST_BETWEEN else ""

    def saw(self, name: str) -> None:
        """One more sentence was read; `name` is whom it is about, or ""."""
        self._name, self.age = (name, 0) if name else (self._name, self.age + 1)


def _is_human(name: str, article: Article) -> bool:
    """True if the article gives the name with a first name or a title, as it does not for a firm."""
    if name.lower() in HOLDERS:
        return True
    return is_person(name) and (" " in named_fully(name, article) or is_titled(name, article.text))


def same_speaker(asked: str, quote: Quote) -> bool:
    """True if the quotation is of the person asked for, and not of another one of that name."""
    if last_stem(asked) != quote.key:
        return False
    given = {word.lower() for word in plain_name(asked).split()[:-1]}
    if not given:
        return True
    theirs = {word.lower() for word in named_fully(quote.speaker, quote.article).split()[:-1]}
    return not theirs or bool(given & theirs)
