"""A question as the reader takes it: the kind of answer it wants, its words, and what an answer must name.

It knows nothing of passages or models.
"""

import re
from dataclasses import dataclass

from bot.attribution import asked_speakers
from bot.terms import names, numbers, terms
from bot.wanted import Wanted, wanted

# "Name all the harbours": the verb is no name.
_COMMAND = re.compile(
    r"^\W*(?:please )?(?:name|list|give|describe|explain|show|tell|find|summari[sz]e)\b",
    re.IGNORECASE,
)


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

    def missing(self, text: str) -> tuple[str, ...]:
        """The required names and figures of which `text` holds no word."""
        known = terms(text) | set(numbers(text))
        return tuple(one for one in self.required if not terms(one) & known)
