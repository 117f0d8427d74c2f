"""A value of a JSON file with its position, so that an error can name it.

Reads whole files, lists and JSON Lines. Knows nothing of what the values mean.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.cases.files import text_lines
from index.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class Node:
    """One value; `where` is its way from the top of the file, as `line 3, answers[0]`."""

    path: Path
    where: str
    value: Any

    def has(self, key: str) -> bool:
        """True for an object with something at `key`."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def at(self, key: str) -> "Node":
        """What stands at `key`. Raises EvaluationError when this is no object or has no such key."""
        if not isinstance(self.value, dict):
            raise self.error(f"is {_shown(self.value)}, expected an object")
        if not self.has(key):
            known = ", ".join(map(repr, self.value)) or "none"
            raise self.error(f"key {key!r} is missing; it has {known}")
        return Node(self.path, f"{self.where}, {key}" if self.where else key, self.value[key])

    def items(self) -> "Iterator[Node]":
        """The items of a list, in order. Raises EvaluationError when it is none."""
        if not isinstance(self.value, list):
            raise self.error(f"is {_shown(self.value)}, expected a list")
        for number, item in enumerate(self.value):
            yield Node(self.path, f"{self.where}[{number}]", item)

    def text(self) -> str:
        """A string, or a number as one. Raises EvaluationError when it is neither.

        A lone surrogate, which no file can hold, becomes the replacement character.
        """
        if isinstance(self.value, bool) or not isinstance(self.value, str | int | float):
            raise self.error(f"is {_shown(self.value)}, expected a string")
        return str(self.value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def text_at(self, key: str) -> str:
        """The string at `key`, "" where there is none."""
        return self.at(key).text() if self.has(key) else ""

    def items_at(self, key: str) -> "Iterator[Node]":
        """The items of the list at `key`, none where there is no such key."""
        return self.at(key).items() if self.has(key) else iter(())

    def error(self, what: str) -> EvaluationError:
        """An error about this value; `what` says what was found, what was expected and the remedy."""
        place = f"{self.path}, {self.where}" if self.where else str(self.path)
        return EvaluationError(f"{place}: {what}; is it the right file, of the right format?")


def load_document(path: Path) -> Node:
    """The one value of a JSON file. Raises EvaluationError for anything else."""
    return Node(path, "", _parsed("".join(text for _, text in text_lines(path)), str(path)))


def load_rows(path: Path) -> Iterator[Node]:
    """The items of a file that is a JSON list, or of JSON Lines, blank ones are skipped.

    Raises EvaluationError, naming the line, for a file that is neither.
    """
    first = next((text for _, text in text_lines(path) if text.strip()), "")
    if first.lstrip().startswith("["):
        yield from load_document(path).items()
        return
    for number, text in text_lines(path):
        if text.strip():
            yield Node(path, f"line {number}", _parsed(text, f"{path}, line {number}"))


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(
            f"{place}: not JSON ({error}); is it the right file, and all of it?"
        ) from error


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
