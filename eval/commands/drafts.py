"""`python -m eval draft`: proposes cases from a corpus, as a file of drafts for a person to go through.

Reads the articles and writes the file; what is proposed is decided in `eval.cases.drafts.propose`.
"""

import argparse
import sys
from collections.abc import Iterator

from eval.cases.drafts.draft import check_out, drafts_beside, write_drafts
from eval.cases.drafts.propose import propose
from index.console import printable
from index.errors import UnreadableError
from index.reading.articles import parse_file
from index.reading.folder import read_bytes
from index.settings import Settings, load_settings
from index.sync.survey import survey
from index.text.article import Article

NOTHING = "no sentence says in plain English how many, when, where or who, and none quotes anybody by name"


def draft_cases(arguments: argparse.Namespace) -> int:
    """Writes the drafts beside `arguments.out`; tells how many, or why there is none.

    Raises EvaluationError when the file cannot be written, or is there and `arguments.force` is not
    set, and CorpusError when the folder holds no article.
    """
    out = drafts_beside(arguments.out)
    check_out(out, force=arguments.force)
    settings = load_settings(corpus=arguments.corpus)
    articles = list(_articles(settings))
    drafts = propose(articles)[: arguments.most]
    if not drafts:
        print(f"nothing could be proposed: {_why(articles)}")
        return 0
    write_drafts(out, drafts)
    twins = sum(not draft.case.answerable for draft in drafts)
    print(f"{out}: drafts to decide on: {len(drafts)}, {twins} of them unanswerable")
    kept = out.with_name(out.name.replace(".drafts.jsonl", ".jsonl"))
    print(f"next: python -m eval review {out} --out {kept}")
    return 0


def _articles(settings: Settings) -> Iterator[Article]:
    """Every article of the folder, in the order of the paths; what cannot be read is told and left out."""
    limits = settings.limits
    found = survey(settings.corpus, settings.storage, limits.max_bytes)
    skipped = list(found.skipped)
    for path in sorted(found.files):
        try:
            contents = parse_file(path, read_bytes(settings.corpus, path, limits.max_bytes), limits)
        except UnreadableError as error:
            skipped.append((path, str(error)))
            continue
        skipped += contents.refused
        yield from contents.articles
    for path, reason in skipped:
        print(f"eval: skipped {path!a}: {printable(reason)}", file=sys.stderr)


def _why(articles: list[Article]) -> str:
    return (
        f"{len(articles)} articles were read, and {NOTHING}" if articles else "no article was read"
    )
