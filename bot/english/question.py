"""A question as the reader takes it: the kind of answer it wants, its words, and what an answer must name.

It knows nothing of passages or models.
"""

import re
from dataclasses import dataclass

from bot.english.answer_kind import Wanted, wanted
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
class Asked:
    """One question, worked out once.

    `required` are its names and figures, `figures` the figures among them, `speakers` the
    stems of the names of those whose words it asks for.
    """

    question: str
    kind: Wanted
    terms: frozenset[str]
    required: tuple[str, ...]
    figures: tuple[str, ...]
    speakers: frozenset[str]

    @classmethod
    def of(cls, question: str) -> "Asked":
        """Reads `question`, which stands on its own."""
        figures = tuple(numbers(question))
        return cls(
            question=question,
            kind=wanted(question),
            terms=terms(question),
            required=tuple(dict.fromkeys([*names(_COMMAND.sub("", question)), *figures])),
            figures=figures,
            speakers=asked_speakers(question),
        )

    def is_repeated_in(self, sentence: str) -> bool:
        """True when `sentence` holds the question word for word: what asks it does not answer it."""
        words = _plain(self.question)
        if words.count(" ") + 1 < _SHORTEST or not _INVERTED.match(words):
            return False
        return f" {words} " in f" {_plain(sentence)} "

    def missing(self, text: str) -> tuple[str, ...]:
        """The required names and figures of which `text` holds no word."""
        known = terms(text) | set(numbers(text))
        return tuple(one for one in self.required if not terms(one) & known)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
