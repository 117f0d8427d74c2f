"""Follow-ups with a person's standalone rewrite, one JSON object a line."""

from dataclasses import dataclass
from typing import Any

from bot.english.words import stems
from eval.metrics.metrics import normalise


@dataclass(frozen=True, slots=True)
class TurnCase:
    """A question after the turns of `history`, oldest first, and a person's standalone `rewrite`."""

    id: str
    history: tuple[str, ...]
    question: str
    rewrite: str

    @property
    def stands_alone(self) -> bool:
        """True when the person left the question as it was, but for case and outer marks."""
        return normalise(self.question) == normalise(self.rewrite)

    def terms_of(self, standalone: str) -> frozenset[str]:
        """What `standalone` takes from the history: stems, not in the question, no stop words.

        Source: the relevant terms of Voskarides et al. 2020, section 3.
        """
        said = [stem for text in self.history for stem in stems(text)]
        return frozenset(stems(standalone)).intersection(said).difference(stems(self.question))


def turn_case(row: dict[str, Any]) -> TurnCase:
    """One object of a file as a case; ValueError says what is wrong and what was expected."""
    for key in ("id", "question", "rewrite"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise ValueError(f"{key!r} is {row.get(key)!r}, expected a string that is not empty")
    history = row.get("history")
    if not isinstance(history, list) or not all(isinstance(text, str) for text in history):
        raise ValueError(f"'history' is {history!r}, expected a list of strings")
    return TurnCase(row["id"], tuple(history), row["question"], row["rewrite"])
