"""`python -m eval validate` and `from-feedback`: sets are checked, and made of votes."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from rich.console import Console

from bot.page.people.database import FOLDER, PeopleDatabase
from bot.page.people.votes import Vote, VoteStore
from eval.cases.case import Case, has_file, load_cases, to_row
from eval.cases.draft import check_out, draft_file, write_drafts, write_rows
from eval.cases.files import line_numbers
from eval.cases.named import CORPORA, corpus_of, set_name, set_path
from eval.cases.tags import TAGS
from eval.cases.validation import Validation
from eval.cases.votes import gather
from eval.commands.arguments import Commands
from index.console import printable
from index.errors import EvaluationError, UnreadableError
from index.formats.limits import Limits
from index.reading.articles import read_article
from index.settings import load_settings
from index.text.article import Article


def add_cases(commands: Commands) -> None:
    """Declare `validate` and `from-feedback` with their flags."""
    valid = commands.add_parser("validate", help="check the cases of sets against their articles")
    valid.add_argument(
        "--set",
        action="append",
        metavar="NAME",
        help="a set or a .jsonl file (default: every named set whose articles are here)",
    )
    valid.add_argument("--corpus", type=Path, metavar="DIR", help="the articles of the sets")
    valid.set_defaults(run=validate_sets)
    votes = commands.add_parser(
        "from-feedback", help="make known-answer cases from votes on the page"
    )
    votes.add_argument(
        "--storage", type=Path, metavar="DIR", help="the folder of the index and the votes"
    )
    votes.add_argument("--corpus", type=Path, metavar="DIR", help="the articles that were asked")
    votes.add_argument(
        "--out",
        type=Path,
        metavar="FILE.jsonl",
        help="write the cases; incomplete ones go to FILE.drafts.jsonl (default: the set `votes`, "
        "which the page's Evaluation tab then offers)",
    )
    votes.add_argument("--force", action="store_true", help="overwrite these files")
    votes.set_defaults(run=write_cases)


def validate_sets(arguments: argparse.Namespace, console: Console) -> int:
    """Print what each set holds and a line for everything wrong with it; 1 when there is anything, else 0.

    Raises EvaluationError when a set or the folder of its articles is not there.
    """
    if arguments.corpus and not arguments.set:
        raise EvaluationError(
            f"--corpus {arguments.corpus}: expected the sets that ask it; name them with --set NAME"
        )
    here = [name for name, folder in CORPORA.items() if folder.is_dir()]
    paths = [set_path(name) for name in dict.fromkeys(arguments.set or here)]
    return int(
        any([_validate(path, arguments.corpus) for path in paths])
    )  # all of them are reported


def _validate(path: Path, corpus: Path | None) -> bool:
    """Print the findings for one set; true when there is a problem."""
    settings = load_settings(corpus=corpus_of(path, corpus))
    if not settings.corpus.is_dir():
        raise EvaluationError(
            f"set {set_name(path)!r}: its corpus {settings.corpus} is not a folder; "
            "give the folder of its articles with --corpus"
        )
    try:
        cases, lines = load_cases(path), line_numbers(path)
    except EvaluationError as error:
        print(printable(str(error)))
        return True
    print(printable(_summary(set_name(path), cases)))
    problems = list(_against(settings.corpus, cases, settings.limits).problems(cases))
    for problem in problems:
        at = f"{path}, line {lines[problem.case]}: case {problem.case!r}"
        print(printable(f"{at} {problem.what}"))
    return bool(problems)


def _summary(name: str, cases: Sequence[Case]) -> str:
    counts = Counter(tag for case in cases for tag in case.tags)
    known = [tag for tag in TAGS if tag in counts]
    own = sorted(counts.keys() - TAGS.keys())
    tags = ", ".join(f"{tag} {counts[tag]}" for tag in [*known, *own]) or "none"
    answerable = sum(case.answerable for case in cases)
    marked = sum(bool(case.spans) for case in cases)
    return f"{name}: cases {len(cases)}, answerable {answerable}, with spans {marked}; tags: {tags}"


def _against(corpus: Path, cases: Iterable[Case], limits: Limits) -> Validation:
    """The articles that the cases name, each read once, and why the others are not there."""
    articles: dict[str, Article] = {}
    unread: dict[str, str] = {}
    for file in dict.fromkeys(file for case in cases for file in case.files):
        if not has_file(corpus, file):
            unread[file] = f"is not in {corpus}"
            continue
        try:
            articles[file] = read_article(corpus, file, limits)
        except (UnreadableError, OSError) as error:
            unread[file] = f"cannot be read ({error})"
    return Validation(articles, unread)


def write_cases(arguments: argparse.Namespace, console: Console) -> int:
    """Writes `arguments.out` and, where there are any, the drafts beside it; reports what was skipped.

    Without `arguments.out` the set is one that the page offers.

    Raises EvaluationError when there is no vote, a file cannot be written, or one is there and
    `arguments.force` is not set.
    """
    settings = load_settings(corpus=arguments.corpus, storage=arguments.storage)
    out: Path = arguments.out or settings.storage / FOLDER / "sets" / "votes.jsonl"
    drafted = draft_file(out)
    check_out(out, drafted, force=arguments.force)
    people = PeopleDatabase(settings.storage / FOLDER, settings.catalog_database)
    gathered = gather(
        _votes(people),
        partial(has_file, settings.corpus),
    )
    for line in gathered.left_out:
        print(f"eval: {printable(line)}", file=sys.stderr)
    cases = [to_row(case) for case in gathered.cases]
    if not arguments.out:
        with suppress(OSError):  # writing reports it
            out.parent.mkdir(exist_ok=True)
    if cases:
        write_rows(out, cases)
    if gathered.drafts:
        write_drafts(drafted, gathered.drafts)
    print(f"{out}: cases written: {len(cases)}" if cases else "no case can be made of the votes")
    if gathered.drafts:
        print(f"{drafted}: drafts to complete: {len(gathered.drafts)}")
    return 0


def _votes(people: PeopleDatabase) -> tuple[Vote, ...]:
    votes: tuple[Vote, ...] = ()
    if people.exists():
        with closing(people):
            votes = VoteStore(people).all()
    if not votes:
        raise EvaluationError(
            f"{people.database or people.file}: no vote there; expected some from the page, "
            "or give its --storage DIR"
        )
    return votes
