"""A pile of drafts and the set that the accepted ones go into, in two files.

After each decision both are whole, and a draft is in the set before it leaves the pile: a stop in
between leaves it in both, and the set counts.
"""

from dataclasses import replace
from pathlib import Path

from eval.cases.case import Case, complete, load_cases, to_row
from eval.cases.drafts.draft import Draft, load_drafts, write_drafts, write_rows
from index.errors import EvaluationError, NoSuchError

LONGEST = 1000  # characters of a question or an answer
MOST_ANSWERS = 50


class Pile:
    """The drafts in a file that wait for a decision. For one thread at a time."""

    def __init__(self, drafts: Path, out: Path) -> None:
        """Raises EvaluationError when a file cannot be read, or `out` holds something else than a set."""
        if drafts.resolve() == out.resolve():
            raise EvaluationError(f"{out}: holds the drafts; give another --out SET.jsonl")
        self._file, self._out = drafts, out
        self.accepted_ids = {case.id for case in self._accepted()}
        waiting = load_drafts(drafts)
        self.drafts = [draft for draft in waiting if draft.id not in self.accepted_ids]

    def find(self, id_: str) -> Draft:
        """The draft of that id. Raises NoSuchError."""
        for draft in self.drafts:
            if draft.id == id_:
                return draft
        raise NoSuchError(f"no draft is called {id_[:40]!r}; it may have been decided on already")

    def add(self, drafts: list[Draft]) -> None:
        """Put more behind those that wait."""
        self.drafts = [*self.drafts, *drafts]
        write_drafts(self._file, self.drafts)

    def accept(self, draft: Draft) -> None:
        """Add its case to the set. Raises EvaluationError when the case is not complete."""
        try:
            case = complete(draft.case)
        except ValueError as error:
            raise EvaluationError(str(error)) from None
        write_rows(self._out, map(to_row, [*self._accepted(), case]))
        self.accepted_ids.add(case.id)
        self.reject(draft)

    def reject(self, draft: Draft) -> None:
        """Take it from the pile for good."""
        self.drafts = [other for other in self.drafts if other.id != draft.id]
        write_drafts(self._file, self.drafts)

    def change(self, draft: Draft) -> None:
        """Put the changed `draft` in the place of the one with its id."""
        self.drafts = [draft if other.id == draft.id else other for other in self.drafts]
        write_drafts(self._file, self.drafts)

    def _accepted(self) -> tuple[Case, ...]:
        return load_cases(self._out) if self._out.exists() and self._out.stat().st_size else ()


def edited(draft: Draft, question: str, answers: list[str]) -> Draft:
    """The draft with another question and other answers; without one nothing answers it.

    Spans and files go with the last answer. Raises EvaluationError for an empty question and too many or
    too long words.
    """
    question = " ".join(question.split())
    answers = list(dict.fromkeys(filter(None, (" ".join(answer.split()) for answer in answers))))
    if not question:
        raise EvaluationError("the question is empty; give one, or reject the draft")
    if len(answers) > MOST_ANSWERS or any(len(words) > LONGEST for words in (question, *answers)):
        raise EvaluationError(
            f"expected a question and at most {MOST_ANSWERS} answers of up to {LONGEST} characters; "
            "shorten it"
        )
    case = replace(draft.case, question=question, answers=tuple(answers))
    if not case.answerable:
        case = replace(case, spans=(), files=())
    return replace(draft, case=case)
