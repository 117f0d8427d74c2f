"""RealTimeQA's weekly files: `…_qa.jsonl` with the quiz, `…_gcs.jsonl` with the articles a search gave.

Days and words decide which articles answer, as in `eval.cases.collection` for the news quiz.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from eval.cases.collection import Document, answered_by, listed, plain_words
from eval.cases.importing.imported import Gathering, Imported
from eval.cases.importing.node import Node, load_rows
from index.text.dates import first_date

PATTERNS = ("*_qa.jsonl", "*_gcs.jsonl")
NONE_OF_THESE = "none of the above"

Found = dict[str, tuple[Document, str]]  # an article's address → what is known of it, and its file


def load_realtimeqa(paths: Sequence[Path]) -> Imported:
    """The quiz and the articles of some weeks: files of both kinds in any order, or folders of them.

    Raises EvaluationError for a damaged file.
    """
    rows = [row for path in paths for source in _sources(path) for row in load_rows(source)]
    found = Gathering()
    articles: Found = {}
    shown: dict[str, list[str]] = {}
    for row in rows:
        if not row.has("question_sentence"):
            addresses = [_take(one, articles, found) for one in row.at("search_result").items()]
            shown.setdefault(row.at("question_id").text(), []).extend(addresses)
    for row in rows:
        if row.has("question_sentence"):
            _ask(row, shown, articles, found)
    return found.imported()


def _sources(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for pattern in PATTERNS:
        yield from sorted(path.glob(pattern))


def _take(row: Node, articles: Found, found: Gathering) -> str:
    """The address of an article, which is taken the first time that it has words."""
    address = (row.text_at("url") or row.text_at("doc_id")).partition("#")[0]
    text = row.text_at("text")
    if address not in articles and text.strip():
        title, published = row.text_at("title"), _day(row.text_at("publish_date"))
        publisher = (urlsplit(address).hostname or "").removeprefix("www.")
        name = title or address.rstrip("/").rpartition("/")[2]
        file = found.add_document(name, title, text, published, publisher)
        articles[address] = Document(address, title, text, published), file
    return address


def _ask(row: Node, shown: dict[str, list[str]], articles: Found, found: Gathering) -> None:
    id = row.at("question_id").text()
    asked = _day(row.at("question_date").text())
    answers = [answer for one in listed(row.at("answer").value) if (answer := _choice(row, one))]
    plain = [words for answer in answers if (words := plain_words(answer)).strip()]
    near = [articles[address] for address in shown.get(id, ()) if address in articles]
    files = [file for document, file in near if answered_by(document, asked, plain)]
    found.add_case(id, row.at("question_sentence").text(), answers, files)


def _choice(row: Node, answer: str) -> str:
    """The words of an answer, which is told by its number among the choices, from 0; "" for none."""
    choices = [one.text() for one in row.items_at("choices")]
    if answer.isdecimal() and choices:
        if int(answer) >= len(choices):
            raise row.at("answer").error(f"is {answer}, expected a number below {len(choices)}")
        answer = choices[int(answer)]
    return "" if answer.strip().casefold() == NONE_OF_THESE else answer


def _day(text: str) -> date | None:
    return first_date(text.replace("/", "-"))
