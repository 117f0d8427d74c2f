"""Draft cases: a person has to complete them before they belong to a set.

A line of a draft file has one more key than a line of a set, which keeps it from being run as one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.cases.case import DRAFT, Case, to_row
from eval.cases.files import write_whole
from index.errors import EvaluationError

FLAG = "--out FILE.jsonl"


@dataclass(frozen=True, slots=True)
class Draft:
    """An incomplete case, and what it lacks."""

    case: Case
    why: str


def draft_file(out: Path) -> Path:
    """The draft file of the set at `out`: `mine.drafts.jsonl` for `mine.jsonl`."""
    return out if out.stem.endswith(".drafts") else out.with_name(f"{out.stem}.drafts.jsonl")


def check_out(*files: Path, force: bool) -> None:
    """Check the output files before any work begins.

    Raises EvaluationError for another suffix than .jsonl, and for an existing file without `force`.
    """
    for path in files:
        if path.suffix != ".jsonl":
            raise EvaluationError(
                f"{path}: expected a name that ends in .jsonl; give another {FLAG}"
            )
        if path.exists() and not (force and path.is_file()):
            raise EvaluationError(
                f"{path}: already exists; give another {FLAG}, or --force to overwrite a file"
            )


def write_drafts(path: Path, drafts: Iterable[Draft]) -> None:
    """Write the draft file atomically. Raises EvaluationError."""
    write_rows(path, (to_row(draft.case) | {DRAFT: draft.why} for draft in drafts))


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object a line, atomically. Raises EvaluationError."""
    # A file name may hold a lone surrogate: it is written as JSON's escape.
    lines = [
        json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") for row in rows
    ]
    write_whole(path, b"".join(line + b"\n" for line in lines), FLAG)
