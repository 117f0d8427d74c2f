"""MultiHop-RAG: MultiHopRAG.json with the questions and corpus.json with the news articles."""

from collections.abc import Sequence
from pathlib import Path

from eval.cases.case import Support
from eval.cases.importing.imported import Gathering, Imported
from eval.cases.importing.node import Node, load_rows
from index.text.dates import first_date

FILES = ("corpus.json", "MultiHopRAG.json")
UNANSWERABLE = "null_query"


def load_multihop(paths: Sequence[Path]) -> Imported:
    """The questions and articles of a folder, or of its two files in any order.

    An article is known by its address, else by its title. Raises EvaluationError for a damaged file.
    """
    sources = [path / file for path in paths for file in FILES] if paths[0].is_dir() else paths
    rows = [row for path in sources for row in load_rows(path)]
    found = Gathering()
    articles: dict[str, tuple[str, str]] = {}  # address and title → file and text
    for row in rows:
        if not row.has("query"):
            _take(row, articles, found)
    questions = (row for row in rows if row.has("query"))
    for number, row in enumerate(questions, 1):
        _ask(row, f"multihop-{number:04}", articles, found)
    return found.imported()


def _take(row: Node, articles: dict[str, tuple[str, str]], found: Gathering) -> None:
    title, text = row.at("title").text(), row.at("body").text()
    published = first_date(row.text_at("published_at"))
    file = found.add_document(title, title, text, published, row.text_at("source"))
    for key in (row.text_at("url"), title):
        articles.setdefault(key, (file, text))


def _ask(row: Node, id: str, articles: dict[str, tuple[str, str]], found: Gathering) -> None:
    files, spans = [], []
    for evidence in row.items_at("evidence_list"):
        keys = (evidence.text_at("url"), evidence.text_at("title"))
        file, text = next((articles[key] for key in keys if key and key in articles), ("", ""))
        files.append(file)
        fact = evidence.text_at("fact").strip()
        if fact and fact in text:
            spans.append(Support(file, fact))
        else:
            found.leave_out("supporting spans that their article does not have word for word")
    impossible = row.text_at("question_type") == UNANSWERABLE
    found.add_case(
        id,
        row.at("query").text(),
        [] if impossible else [row.at("answer").text()],
        files,
        spans=spans,
        unanswerable=impossible,
    )
