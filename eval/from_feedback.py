"""`python -m eval from-feedback`: the votes beside an index become a set of known-answer cases, and drafts.

Finds the votes and writes the files; what a vote becomes is decided in `eval.votes`.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from bot.feedback import Feedback, Vote
from bot.people import FOLDER, People
from eval.cases import DRAFT, has_file, to_row
from eval.votes import gather
from eval.writing import write_whole
from index.console import printable
from index.errors import EvaluationError
from index.settings import load_settings

FLAG = "--out FILE.jsonl"


def write_cases(arguments: argparse.Namespace) -> int:
    """Writes `arguments.out`, and beside it the drafts where there are any; tells what was left out.

    Raises EvaluationError when there is no vote, a file cannot be written, or one is there and
    `arguments.force` is not set.
    """
    out: Path = arguments.out
    drafted = out.with_name(f"{out.stem}.drafts.jsonl")
    _check(out, drafted, force=arguments.force)
    settings = load_settings(corpus=arguments.corpus, storage=arguments.storage)
    gathered = gather(_votes(settings.storage / FOLDER), partial(has_file, settings.corpus))
    for line in gathered.left_out:
        print(f"eval: {printable(line)}", file=sys.stderr)
    cases = [to_row(case) for case in gathered.cases]
    drafts = [to_row(draft.case) | {DRAFT: draft.why} for draft in gathered.drafts]
    _write(out, cases)
    _write(drafted, drafts)
    print(f"{out}: cases written: {len(cases)}" if cases else "no case can be made of the votes")
    if drafts:
        print(f"{drafted}: drafts to complete: {len(drafts)}")
    return 0


def _check(out: Path, drafted: Path, *, force: bool) -> None:
    """Refuse before work begins."""
    if out.suffix != ".jsonl":
        raise EvaluationError(f"{out}: expected a name that ends in .jsonl; give another {FLAG}")
    for path in (out, drafted):
        if path.exists() and not (force and path.is_file()):
            raise EvaluationError(
                f"{path}: is there already; give another {FLAG}, or --force to write over a file"
            )


def _votes(folder: Path) -> tuple[Vote, ...]:
    people = People(folder)
    votes: tuple[Vote, ...] = ()
    if people.file.is_file():
        with closing(people):
            votes = Feedback(people).all()
    if not votes:
        raise EvaluationError(
            f"{people.file}: no vote there; expected some from the page, or give its --storage DIR"
        )
    return votes


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    # A lone surrogate, as a file name may have, is written as the escape that JSON knows.
    lines = [
        json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") for row in rows
    ]
    if lines:
        write_whole(path, b"\n".join(lines) + b"\n", FLAG)
