"""Drafts of known-answer cases: proposed or incomplete ones, each for a person to decide on.

A line of a file of drafts is that of a set with one more key, which keeps it from being run as one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.cases.case import DRAFT, Case, parse_case, to_row
from eval.cases.lines import load_rows
from eval.cases.writing import write_whole
from index.errors import EvaluationError

FLAG = "--out FILE.jsonl"


@dataclass(frozen=True, slots=True)
class Draft:
    """A case that a person has to decide on or to complete, and why."""

    case: Case
    why: str

    @property
    def id(self) -> str:
        """The case's."""
        return self.case.id


def drafts_beside(out: Path) -> Path:
    """The file of the drafts of the set at `out`: `mine.drafts.jsonl` of `mine.jsonl`."""
    return out if out.stem.endswith(".drafts") else out.with_name(f"{out.stem}.drafts.jsonl")


def check_out(*files: Path, force: bool) -> None:
    """Refuse before work begins: EvaluationError for another suffix, or what is there without `force`."""
    for path in files:
        if path.suffix != ".jsonl":
            raise EvaluationError(
                f"{path}: expected a name that ends in .jsonl; give another {FLAG}"
            )
        if path.exists() and not (force and path.is_file()):
            raise EvaluationError(
                f"{path}: is there already; give another {FLAG}, or --force to write over a file"
            )


def load_drafts(path: Path) -> tuple[Draft, ...]:
    """The drafts of a file, in order; none when it has no line.

    Raises EvaluationError, naming the file and the line, for a damaged one, for a case that is no
    draft and for an id used twice.
    """
    found = load_rows(path, _draft)
    ids = {draft.id for draft in found}
    if len(ids) < len(found):
        raise EvaluationError(f"{path}: an id is used twice; give every draft its own id")
    return found


def write_drafts(path: Path, drafts: Iterable[Draft]) -> None:
    """Write the file in one move, empty when there is no draft. Raises EvaluationError."""
    write_rows(path, (to_row(draft.case) | {DRAFT: draft.why} for draft in drafts))


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write an object a line, in one move. Raises EvaluationError."""
    # A lone surrogate, as a file name may have, is written as the escape that JSON knows.
    lines = [
        json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") for row in rows
    ]
    write_whole(path, b"".join(line + b"\n" for line in lines), FLAG)


def _draft(row: dict[str, Any]) -> Draft:
    why = row.pop(DRAFT, None)
    if not isinstance(why, str) or not why.strip():
        raise ValueError(
            f"{DRAFT!r} is {why!r}, expected why it is a draft; see `python -m eval draft`"
        )
    return Draft(parse_case(row), why)
