"""What an import gathers: cases, documents and turns, and what was left out, by reason.

Names the documents' files and drops what cannot be asked. Knows no format.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from eval.cases.case import Case, Support
from eval.cases.collection import Document
from eval.cases.turns import TurnCase

LONGEST_NAME = 60  # characters of a file's name; at four bytes each, what every file system takes


@dataclass(frozen=True, slots=True)
class Imported:
    """All that was found, in the files' order; `left_out` counts by reason what was not taken."""

    cases: tuple[Case, ...]
    documents: tuple[Document, ...]
    turns: tuple[TurnCase, ...]
    left_out: Mapping[str, int]


@dataclass(slots=True)
class Gathering:
    """Takes in what a loader finds, one thing at a time."""

    _cases: dict[str, Case] = field(default_factory=dict)
    _documents: dict[str, Document] = field(default_factory=dict)  # by name without regard to case
    _turns: dict[str, TurnCase] = field(default_factory=dict)
    _left_out: Counter[str] = field(default_factory=Counter)

    def add_document(
        self, id: str, title: str, text: str, published: date | None = None, publisher: str = ""
    ) -> str:
        """The name of the file that the document becomes; "" when it has no words and is left out."""
        if not text.strip():
            self.leave_out("articles without words")
            return ""
        name = self._name(id)
        self._documents[name.casefold()] = Document(name, title, text, published, publisher)
        return f"{name}.txt"

    def _name(self, id: str) -> str:
        """A file's name that is not taken yet, as near to `id` as file systems allow."""
        plain = re.sub(r"[^\w.-]+", "-", id).strip("-.")[:LONGEST_NAME] or "article"
        name, number = plain, 1
        while name.casefold() in self._documents:
            number += 1
            name = f"{plain}-{number}"
        return name

    def add_case(
        self,
        id: str,
        question: str,
        answers: Iterable[str] = (),
        files: Iterable[str] = (),
        *,
        patterns: Iterable[str] = (),
        spans: Iterable[Support] = (),
        unanswerable: bool = False,
    ) -> None:
        """Takes a question, unless it cannot be asked; `files` may hold "" for what was left out."""
        accepted = tuple(dict.fromkeys(a.strip() for a in answers if a.strip()))
        known = tuple(dict.fromkeys(filter(None, files)))
        found = tuple(patterns)
        tags = ("unanswerable",) if unanswerable else ()
        if not id.strip() or id in self._cases:
            self.leave_out("questions without an id of their own")
        elif not question.strip():
            self.leave_out("questions without words")
        elif unanswerable:
            self._cases[id] = Case(id, question.strip(), (), known, tags=tags)
        elif not (accepted or found):
            self.leave_out("questions without an accepted answer")
        elif not known:
            self.leave_out("questions without an article that holds the answer")
        else:
            said = tuple(dict.fromkeys(span for span in spans if span.file in known))
            self._cases[id] = Case(
                id, question.strip(), accepted, known, tags=tags, patterns=found, spans=said
            )

    def add_turn(self, id: str, history: Iterable[str], question: str, rewrite: str) -> None:
        """Takes a follow-up, unless it or the person's rewrite is missing."""
        if not id.strip() or id in self._turns:
            self.leave_out("turns without an id of their own")
        elif not question.strip():
            self.leave_out("turns without words")
        elif not rewrite.strip():
            self.leave_out("turns without a person's rewrite")
        else:
            self._turns[id] = TurnCase(id, tuple(history), question.strip(), rewrite.strip())

    def leave_out(self, reason: str) -> None:
        """Counts one thing that is not taken; `reason` is a plural: "questions without words"."""
        self._left_out[reason] += 1

    def imported(self) -> Imported:
        """All that was taken in."""
        return Imported(
            tuple(self._cases.values()),
            tuple(self._documents.values()),
            tuple(self._turns.values()),
            dict(self._left_out),
        )
