"""Public retrieval collections: documents, questions and which documents bear on which question.

Cranfield and CISI in their raw files, and the news quiz of RealTimeQA. Knows their formats and nothing of
retrievers.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from eval.cases.files import load_rows
from index.errors import EvaluationError

# The news quiz: an article is relevant when it appeared within these days of its question.
BEFORE, AFTER = timedelta(days=14), timedelta(days=3)
CRANFIELD_RELEVANT = range(1, 5)  # its codes; 5, in some files -1, means "of no interest"
_RECORD = re.compile(r"^\.I\s+(\d+)\s*$", re.MULTILINE)
_FIELD = re.compile(r"^\.([A-Z])[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it becomes a file; its `id` is the file's name without the suffix."""

    id: str
    title: str
    text: str
    published: date | None = None
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A question, the ids of the documents that bear on it, at least one, and when it was asked."""

    id: str
    question: str
    relevant: frozenset[str]
    asked: date | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and topics, in the order of their files."""

    name: str
    documents: tuple[Document, ...]
    topics: tuple[Topic, ...]

    def write(self, folder: Path) -> None:
        """Writes each document that is not there yet as a text file with front matter."""
        folder.mkdir(parents=True, exist_ok=True)
        for document in self.documents:
            path = folder / f"{document.id}.txt"
            if not path.exists():
                path.write_text(_front_matter(document) + document.text, encoding="utf-8")


def _front_matter(document: Document) -> str:
    facts = {
        "title": document.title.replace('"', "'"),
        "date": document.published.isoformat() if document.published else "",
        "publisher": document.publisher,
    }
    lines = [f"{key}: {' '.join(value.split())}" for key, value in facts.items() if value.strip()]
    return "\n".join(["---", *lines, "---", "", ""])


def load_collection(name: str, data: Path) -> Collection:
    """The collection `name` of COLLECTIONS from the folder `data`. Raises EvaluationError."""
    try:
        documents, topics = _LOADERS[name](data)
    except OSError as error:
        raise EvaluationError(f"{error.filename}: {error.strerror}; give --data") from None
    known = {document.id for document in documents}
    kept = (replace(topic, relevant=topic.relevant & known) for topic in topics)
    return Collection(name, tuple(documents), tuple(topic for topic in kept if topic.relevant))


def _load_cranfield(data: Path) -> tuple[list[Document], list[Topic]]:
    folder = data / "retrieval" / "cranfield"
    relevant: dict[str, set[str]] = {}
    for line in (folder / "cranqrel").read_text("latin-1").splitlines():
        query, document, code = (int(part) for part in line.split()[:3])
        if code in CRANFIELD_RELEVANT:
            relevant.setdefault(str(query), set()).add(str(document))
    # The judgements count the questions from 1, whatever number the file of questions gives them.
    queries = [fields["W"] for _, fields in _records(folder / "cran.qry")]
    return _documents(folder / "cran.all.1400"), [
        Topic(str(n), text, frozenset(relevant.get(str(n), ())))
        for n, text in enumerate(queries, 1)
    ]


def _load_cisi(data: Path) -> tuple[list[Document], list[Topic]]:
    folder = data / "retrieval" / "cisi"
    relevant: dict[str, set[str]] = {}
    for line in (folder / "CISI.REL").read_text("latin-1").splitlines():
        query, document = line.split()[:2]
        relevant.setdefault(query, set()).add(document)
    return _documents(folder / "CISI.ALL"), [
        Topic(number, fields["W"], frozenset(relevant.get(number, ())))
        for number, fields in _records(folder / "CISI.QRY")
    ]


def _documents(path: Path) -> list[Document]:
    found = []
    for number, fields in _records(path):
        title, text = fields.get("T", ""), fields.get("W", "")
        # Cranfield's abstracts begin with their title once more.
        found.append(Document(number, title, text.removeprefix(title).strip() or title))
    return found


def _records(path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Number → fields of the SMART format: `.I 1`, then `.T`, `.W` and others, each on its lines."""
    parts = _RECORD.split(path.read_text("latin-1"))[1:]
    for number, body in zip(parts[::2], parts[1::2], strict=True):
        fields = _FIELD.split(body)[1:]
        named = zip(fields[::2], fields[1::2], strict=True)
        yield str(int(number)), {name: " ".join(text.split()) for name, text in named}


def _load_news(data: Path) -> tuple[list[Document], list[Topic]]:
    folder = data / "news"
    rows = load_rows(
        folder / "realtimeqa_articles.jsonl.xz", lambda row: (row["url"], _article(row))
    )
    by_address: dict[str, list[Document]] = {}
    for address, document in rows:
        by_address.setdefault(address, []).append(document)
    found: dict[str, list[str]] = {}
    for asked_in, addresses in load_rows(
        folder / "realtimeqa_search.jsonl.xz", lambda row: (row["question_id"], listed(row["urls"]))
    ):
        found.setdefault(asked_in, []).extend(addresses)
    topics = []
    for id, question, asked, answers in load_rows(
        folder / "realtimeqa_questions.jsonl.xz", _question
    ):
        shown = dict.fromkeys(found.get(id, ()))
        near = [one for address in shown for one in by_address.get(address, ())]
        relevant = {d.id for d in near if answered_by(d, asked, answers)}
        topics.append(Topic(id, question, frozenset(relevant), asked))
    return [document for _, document in rows], topics


def _article(row: Mapping[str, Any]) -> Document:
    published = _day(row["publish_date"])
    return Document(row["id"], row["title"] or "", row["text"], published, row["domain"])


def _question(row: Mapping[str, Any]) -> tuple[str, str, date | None, list[str]]:
    answers = [plain for text in listed(row["answer_text"]) if (plain := plain_words(text)).strip()]
    return row["question_id"], row["question_sentence"], _day(row["question_date"]), answers


def answered_by(document: Document, asked: date | None, answers: Sequence[str]) -> bool:
    """True for an article of the days around `asked` that holds one of `answers`, given as `plain_words`.

    The rule by which a document counts as relevant to a question of the news quiz.
    """
    day = document.published
    if not (asked and day and asked - BEFORE <= day <= asked + AFTER):
        return False
    words = plain_words(f"{document.title} {document.text}")
    return any(answer in words for answer in answers)


def listed(value: object) -> list[str]:
    """A list as it stands, or as Python writes one: "['a', 'b']"; another text is one item."""
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (SyntaxError, ValueError):
            return [str(value)]
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def plain_words(text: str) -> str:
    """Lower-cased whole words between blanks, as the news quiz' relevance is defined."""
    words = re.sub(r"\W+", " ", text.lower()).split()
    return f" {' '.join(words)} "


def _day(text: str | None) -> date | None:
    found = re.match(r"(\d{4})/(\d\d)/(\d\d)", text or "")
    return date(*map(int, found.groups())) if found else None


_LOADERS = {"cranfield": _load_cranfield, "cisi": _load_cisi, "news": _load_news}
COLLECTIONS = tuple(_LOADERS)
