"""A question, analysed once: its kind of answer, its words, and the names that an answer must mention."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.english.answer_kind import AnswerKind, is_list, is_yes_no, kind_of
from bot.english.descriptions import described_name
from bot.english.lexicon import (
    AUXILIARIES,
    AUXILIARY,
    COMMANDS,
    DEMONSTRATIVE,
    DO,
    PERSONAL,
    PREPOSITIONS,
    QUESTION_WORDS,
    any_of,
)
from bot.english.names import find_names
from bot.english.numbers import written_numbers
from bot.english.period import Period, find_period
from bot.english.speakers import asked_speakers
from bot.english.words import terms
from index.errors import QuestionError
from index.text.languages import Language, question_language

# "Name all the harbours": the capitalised verb is not a name.
_COMMAND = re.compile(rf"^\W*(?:please )?{any_of(COMMANDS)}\b", re.IGNORECASE)
# The order of words in a question ("where did he"), and not in a statement ("Ada, who is").
_INVERTED = re.compile(
    rf"(?:.* )?(?:{any_of(QUESTION_WORDS)}(?: \w+){{0,3}} {any_of(DO)}\b"
    rf"|(?:where|when|why|how(?: \w+){{1,3}}) {any_of(AUXILIARIES - DO)}\b)|{AUXILIARY}\b"
)
# "Who's the mayor?" asks for a person as "who is" does, and "What's" is no name.
_SHORTENED = QUESTION_WORDS | PERSONAL | DEMONSTRATIVE | {"here", "there"}
_CONTRACTION = re.compile(rf"\b({any_of(_SHORTENED)})['’](s|re|ve|ll|d)\b", re.IGNORECASE)
_CONTRACTED = {"s": "is", "re": "are", "ve": "have", "ll": "will", "d": "did"}
MOST_LEADING = 3  # words in front of the name in "And what about Reid?"
_SHORTEST = 4  # words; a shorter question may be repeated by chance
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands on its own, with everything that later steps need to know about it.

    `text` has the words that `asked`, the question as typed, takes from earlier turns; `history` are these
    turns, the latest first. The reader is asked both. `form` shows what kind of thing is asked for: `asked`,
    or for "And Obama?" the earlier question. `names` and `figures` are those it mentions; `speakers` are
    stems of the names of the people whose words it asks for. `described` is the name in "Who is Ada Pell?",
    or "". `vector` is its unit vector, or None if nobody has embedded it yet. `exchanged` is the name of the
    earlier question whose place another one takes in "And under Biden?", or "". `language` is None for
    English.
    """

    text: str
    kind: AnswerKind
    is_list: bool
    is_yes_no: bool
    terms: frozenset[str]
    names: tuple[str, ...]
    figures: tuple[str, ...]
    speakers: frozenset[str]
    described: str = ""
    vector: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)
    asked: str = ""
    history: tuple[str, ...] = ()
    form: str = ""
    exchanged: str = ""
    language: Language | None = None

    @classmethod
    def of(
        cls,
        text: str,
        vector: NDArray[np.float32] | None = None,
        asked: str = "",
        history: tuple[str, ...] = (),
        form: str = "",
    ) -> "Question":
        """Analyse `text`, which must stand on its own; `asked` is the same by default.

        `form` is `asked` by default. Where another form is given and `asked` names somebody else than that,
        its names count instead.
        """
        full = _CONTRACTION.sub(_expanded, text)
        # What earlier turns lend a question says nothing about what it asks for.
        like = _CONTRACTION.sub(_expanded, form or asked or text)
        others = find_names(asked) if form else []
        named = asked if others else _COMMAND.sub("", full)
        return cls(
            text=text,
            kind=kind_of(like),
            is_list=is_list(like),
            is_yes_no=is_yes_no(like),
            terms=terms(full),
            names=tuple(dict.fromkeys(find_names(named))),
            figures=tuple(written_numbers(full)),
            speakers=_speakers(like if form else full, asked if form else ""),
            described=described_name(full),
            vector=vector,
            asked=asked or text,
            history=history,
            form=like,
            exchanged=_exchanged(form, asked) if others else "",
            language=question_language(asked or text),
        )

    @property
    def required(self) -> tuple[str, ...]:
        """The names and figures that an answer's passage should mention."""
        return tuple(dict.fromkeys((*self.names, *self.figures)))

    def period(self, today: date) -> Period | None:
        """The days it asks about, counted from `today`; None if it names none."""
        return find_period(self.text, today)

    def is_repeated_in(self, sentence: str) -> bool:
        """True if `sentence` contains the question word for word, so that it does not answer it."""
        words = _plain(self.text)
        if words.count(" ") + 1 < _SHORTEST or not _INVERTED.match(words):
            return False
        return f" {words} " in f" {_plain(sentence)} "

    def is_about_exchanged(self, sentence: str) -> bool:
        """True if `sentence` mentions the exchanged name, and no name of the question."""
        held = terms(sentence)
        return bool(terms(self.exchanged) & held) and not any(
            terms(name) & held for name in self.names
        )

    def missing(self, text: str) -> tuple[str, ...]:
        """The required names and figures of which `text` has no word."""
        known = terms(text) | set(written_numbers(text))
        return tuple(one for one in self.required if not terms(one) & known)


def accepted(typed: str, longest: int) -> str:
    """The question as a printable line. Raises QuestionError without words or over `longest` characters."""
    plain = printable_line(typed)
    if not any(c.isalnum() for c in plain):
        raise QuestionError("the question is empty; type a question about the articles")
    if len(plain) > longest:
        raise QuestionError(
            f"the question has {len(plain):,} characters; expected at most {longest:,}: shorten it"
        )
    return plain


def printable_line(typed: str) -> str:
    """The text a user typed, on one line and without characters that cannot be printed or encoded."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in typed)
    return " ".join("".join(kept).split())


def _speakers(like: str, instead: str) -> frozenset[str]:
    """Those whose words `like` asks for; the people that `instead` names stand in their place."""
    asked = asked_speakers(like)
    others = frozenset[str]().union(*(terms(name) for name in find_names(instead)))
    return others if asked and others else asked


def _exchanged(form: str, asked: str) -> str:
    """The name of `form` whose place a name of `asked` takes, or "" if nobody can tell.

    Its only name; of several, the one behind the same preposition ("in Leith", "And in Oban?"), or without
    one the first, who did it ("Did Lind sue Boyd?", "And Reid?").
    """
    before, instead = find_names(form), find_names(asked)
    if any(terms(name) & terms(other) for name in before for other in instead):
        return ""
    if asked[: asked.find(instead[0])].count(" ") > MOST_LEADING:
        return ""  # "And in the week in which Norcom failed?" exchanges something else
    if len(set(before)) > 1:
        led = _preposition(asked, instead[0])
        before = [name for name in before if _preposition(form, name) == led]
        before = before if not led or len(before) == 1 else []
    return before[0] if before else ""


def _preposition(text: str, name: str) -> str:
    """The preposition right before `name`, or ""."""
    found = re.search(
        rf"\b({any_of(PREPOSITIONS)}) (?:the )?{re.escape(name)}", text, re.IGNORECASE
    )
    return found[1].lower() if found else ""


def _expanded(found: re.Match[str]) -> str:
    """The two words of a contraction: "Who's" is "Who is"."""
    return f"{found[1]} {_CONTRACTED[found[2].lower()]}"


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
