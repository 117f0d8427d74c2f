"""The written questions on news as a set: each passage becomes a small article, each question a case.

The passages are the publishers' and stay where they are; cases and articles are made beside the build.
"""

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from eval.cases.case import LENIENT, Case, to_row
from index.text.dates import month_first

Row = Mapping[str, Any]
SINGLE, FOLLOW_UPS = "written", "written-conversations"
# The kinds of question that the set knows, as tags; what is left out has no tag.
_TAGS = {
    "howmany": "how-many",
    "howlong": "how-long",
    "said": "what-said",
    **{kind: kind for kind in ("who", "where", "when", "what", "which", "why", "how", "list")},
}


def make_written(data: Path, folder: Path) -> None:
    """Writes folder/corpus with an article for each passage of `data`, and the cases of both sets.

    `data` is written/valid.jsonl.xz. Raises OSError, and ValueError when a line is damaged.
    """
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    single: list[Case] = []
    conversations: list[Case] = []
    with lzma.open(data, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            (corpus / _file(row)).write_text(_article(row), encoding="utf-8")
            single += _cases(row)
            conversations += _conversations(row)
    for name, cases in ((SINGLE, single), (FOLLOW_UPS, conversations)):
        text = "".join(json.dumps(to_row(case), ensure_ascii=False) + "\n" for case in cases)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def _file(row: Row) -> str:
    return f"{row['id']}.txt"


def _article(row: Row) -> str:
    """Title, day and text, as the articles of a folder have them."""
    day = date.fromisoformat(row["date"][:10]) if row["date"] else None
    head = [row["title"]] if row["title"] else []
    head += [month_first(day)] if day else []
    return "\n\n".join([*head, row["text"]]) + "\n"


def _cases(row: Row) -> Iterator[Case]:
    """The questions that stand alone: answered, near misses, and those that a yes or a no answers."""
    for n, one in enumerate(row["questions"]):
        tag = _TAGS.get(one["kind"])
        yield _case(row, f"q{n}", one["question"], one["answers"], (tag,) if tag else ())
    for n, one in enumerate(row["unanswerable"]):
        yield _case(row, f"n{n}", one["question"], (), ("unanswerable", "near-miss"))
    for n, one in enumerate(row["yes_no"]):
        yield Case(
            id=f"{row['id']}-y{n}",
            question=one["question"],
            answers=(),
            files=(_file(row),),
            patterns=(rf"^{one['verdict']}\b",),
            tags=("yes-no",),
        )


def _conversations(row: Row) -> Iterator[Case]:
    """The follow-ups, each with the questions before it and its standalone form."""
    for n, one in enumerate(row["follow_ups"]):
        tags = ("follow-up",) if one["answers"] else ("follow-up", "unanswerable", "near-miss")
        history, rewrite = tuple(one["history"]), one["rewrite"]
        yield _case(row, f"f{n}", one["question"], one["answers"], tags, history, rewrite)


def _case(
    row: Row,
    suffix: str,
    question: str,
    answers: Sequence[Row],
    tags: tuple[str, ...],
    history: tuple[str, ...] = (),
    rewrite: str = "",
) -> Case:
    """A case of one passage; the items of a list are one accepted answer."""
    wanted = "; ".join(answer["text"].strip() for answer in answers)
    return Case(
        id=f"{row['id']}-{suffix}",
        question=question,
        answers=(wanted,) if wanted else (),
        files=(_file(row),) if wanted else (),
        history=history,
        tags=tags,
        rewrite=rewrite,
        match=LENIENT,
    )
