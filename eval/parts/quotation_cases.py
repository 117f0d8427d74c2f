"""Articles of the shared news, and the quotations in them as a person marked them: offsets, and no text.

Knows nothing of how quotations are found.
"""

import hashlib
import json
import lzma
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.cases.files import load_lines
from index.errors import EvaluationError
from index.reading.articles import parse_article
from index.text.article import Article, Span

PARTS = ("dev", "test")  # rules are written for the first, and measured on the second


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with somebody's words, and where its speaker is named: in several ways, or nowhere.

    One that is `optional` is no error, whether it is found or not: a word in quotation marks that nobody
    need have said.
    """

    span: Span
    direct: bool
    speakers: tuple[Span, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class QuotationCase:
    """One article of the file `news`, by its id there and the hash of its text; the offsets are into it."""

    id: str
    news: str
    sha256: str
    part: str
    quotations: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """An article as a file of a corpus gives it, with the marks moved to where its text has them."""

    article: Article
    quotations: tuple[Marked, ...]


def load_quotation_cases(path: Path, part: str | None = None) -> tuple[QuotationCase, ...]:
    """The cases of a .jsonl file, or of one part of it. Raises EvaluationError, naming the line."""
    return tuple(case for case in load_lines(path, _case) if part in (None, case.part))


def load_marked(cases: Iterable[QuotationCase], news: Path) -> tuple[MarkedArticle, ...]:
    """The articles of the cases, from the folder of the shared news.

    Raises EvaluationError for a file or an article that is missing, or that has another text.
    """
    wanted = {(case.news, case.id): case for case in cases}
    found: dict[tuple[str, str], MarkedArticle] = {}
    for name in sorted({name for name, _ in wanted}):
        for row in _rows(news / f"{name}.jsonl.xz"):
            case = wanted.get((name, row["id"]))
            if case is not None:
                found[name, row["id"]] = _marked(case, row)
    if missing := wanted.keys() - found.keys():
        name, key = min(missing)
        raise EvaluationError(f"{news / name}.jsonl.xz: no article {key!r}; fetch the file again")
    return tuple(found[key] for key in wanted)


def _marked(case: QuotationCase, row: dict[str, Any]) -> MarkedArticle:
    text = str(row["text"])
    if hashlib.sha256(text.encode()).hexdigest() != case.sha256:
        raise EvaluationError(
            f"{case.news}: the text of article {case.id!r} is another one; mark it again"
        )
    article = parse_article(f"{case.id}.md", f"# {row['title']}\n\n{text}".encode())
    by = article.text.index(text.strip()) - (len(text) - len(text.lstrip()))
    moved = tuple(
        Marked(
            one.span.shifted(by),
            one.direct,
            tuple(speaker.shifted(by) for speaker in one.speakers),
            one.optional,
        )
        for one in case.quotations
    )
    return MarkedArticle(article, moved)


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)
    except (OSError, lzma.LZMAError, ValueError) as error:
        raise EvaluationError(
            f"{path}: cannot be read ({error}); give the folder of the shared news with --data"
        ) from error


def _case(row: dict[str, Any]) -> QuotationCase:
    """One object as a case; ValueError says what is wrong."""
    for key in ("id", "news", "sha256", "part"):
        if not isinstance(row.get(key), str):
            raise ValueError(f"{key!r} is {row.get(key)!r}, expected a string")
    if row["part"] not in PARTS:
        raise ValueError(f"'part' is {row['part']!r}, expected one of {', '.join(PARTS)}")
    try:
        marks = tuple(
            Marked(
                Span(one["start"], one["end"]),
                bool(one["direct"]),
                tuple(Span(*speaker) for speaker in one["speakers"]),
                bool(one.get("optional")),
            )
            for one in row["quotations"]
        )
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"'quotations' is damaged ({error}); expected start, end, direct and speakers of each"
        ) from error
    return QuotationCase(row["id"], row["news"], row["sha256"], row["part"], marks)
