"""`python -m eval from-feedback`: the votes beside an index become a set of known-answer cases, and drafts.

Finds the votes and writes the files; what a vote becomes is decided in `eval.cases.votes`.
"""

import argparse
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

from bot.page.people.database import FOLDER, PeopleDatabase
from bot.page.people.votes import Vote, VoteStore
from eval.cases.case import has_file, to_row
from eval.cases.draft import check_out, draft_file, write_drafts, write_rows
from eval.cases.votes import gather
from index.console import printable
from index.errors import EvaluationError
from index.settings import load_settings


def write_cases(arguments: argparse.Namespace) -> int:
    """Writes `arguments.out`, and beside it the drafts where there are any; tells what was left out.

    Raises EvaluationError when there is no vote, a file cannot be written, or one is there and
    `arguments.force` is not set.
    """
    out: Path = arguments.out
    drafted = draft_file(out)
    check_out(out, drafted, force=arguments.force)
    settings = load_settings(corpus=arguments.corpus, storage=arguments.storage)
    gathered = gather(_votes(settings.storage / FOLDER), partial(has_file, settings.corpus))
    for line in gathered.left_out:
        print(f"eval: {printable(line)}", file=sys.stderr)
    cases = [to_row(case) for case in gathered.cases]
    if cases:
        write_rows(out, cases)
    if gathered.drafts:
        write_drafts(drafted, gathered.drafts)
    print(f"{out}: cases written: {len(cases)}" if cases else "no case can be made of the votes")
    if gathered.drafts:
        print(f"{drafted}: drafts to complete: {len(gathered.drafts)}")
    return 0


def _votes(folder: Path) -> tuple[Vote, ...]:
    people = PeopleDatabase(folder)
    votes: tuple[Vote, ...] = ()
    if people.file.is_file():
        with closing(people):
            votes = VoteStore(people).all()
    if not votes:
        raise EvaluationError(
            f"{people.file}: no vote there; expected some from the page, or give its --storage DIR"
        )
    return votes
