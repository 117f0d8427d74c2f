"""A question, analysed once: the kind of answer it wants, its words, and what an answer must name.

It does not know passages or models.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.english.answer_kind import Wanted, is_yes_no, wanted, wants_list
from bot.english.period import Period, asked_period
from bot.english.speakers import asked_speakers
from bot.english.words import names, numbers, terms

# "Name all the harbours": the verb is no name.
_COMMAND = re.compile(
    r"^\W*(?:please )?(?:name|list|give|describe|explain|show|tell|find|summari[sz]e)\b",
    re.IGNORECASE,
)
# Words in the order of a question, which no statement has: "where did he", not "who is", as in "Ada, who is".
_AUXILIARY = "(?:was|is|were|are|has|have|had|will|would|can|could|should)"
_INVERTED = re.compile(
    rf"(?:.* )?(?:(?:who|whom|whose|what|which|where|when|why|how)(?: \w+){{0,3}} (?:did|does|do)\b"
    rf"|(?:where|when|why|how(?: \w+){{1,3}}) {_AUXILIARY}\b)|(?:did|does|do|{_AUXILIARY})\b"
)
_SHORTEST = 4  # words of a question whose repetition says anything
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands on its own, with everything that later steps need to know about it.

    `names` and `figures` are those it mentions; `speakers` are stems of the names of the people whose
    words it asks for. `vector` is its unit vector, or None if nobody has embedded it yet.
    """

    text: str
    kind: Wanted
    is_list: bool
    is_yes_no: bool
    terms: frozenset[str]
    names: tuple[str, ...]
    figures: tuple[str, ...]
    speakers: frozenset[str]
    vector: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, text: str, vector: NDArray[np.float32] | None = None) -> "Question":
        """Analyse `text`, which must stand on its own."""
        return cls(
            text=text,
            kind=wanted(text),
            is_list=wants_list(text),
            is_yes_no=is_yes_no(text),
            terms=terms(text),
            names=tuple(dict.fromkeys(names(_COMMAND.sub("", text)))),
            figures=tuple(numbers(text)),
            speakers=asked_speakers(text),
            vector=vector,
        )

    @property
    def required(self) -> tuple[str, ...]:
        """The names and figures that an answer's passage should mention."""
        return tuple(dict.fromkeys((*self.names, *self.figures)))

    def period(self, today: date) -> Period | None:
        """The days it asks about, counted from `today`; None if it names none."""
        return asked_period(self.text, today)

    def is_repeated_in(self, sentence: str) -> bool:
        """True when `sentence` holds the question word for word: what asks it does not answer it."""
        words = _plain(self.text)
        if words.count(" ") + 1 < _SHORTEST or not _INVERTED.match(words):
            return False
        return f" {words} " in f" {_plain(sentence)} "

    def missing(self, text: str) -> tuple[str, ...]:
        """The required names and figures of which `text` holds no word."""
        known = terms(text) | set(numbers(text))
        return tuple(one for one in self.required if not terms(one) & known)


def printable_line(typed: str) -> str:
    """What a user typed, on one line and without characters that cannot be printed or encoded."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in typed)
    return " ".join("".join(kept).split())


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
