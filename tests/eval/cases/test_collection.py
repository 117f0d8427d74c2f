import json
import lzma
from datetime import date
from pathlib import Path

import pytest

from eval.cases.collection import Collection, Document, Topic, load_collection
from index.errors import EvaluationError
from index.reading.articles import read_article

CRANFIELD = {
    "cran.all.1400": ".I 1\n.T\nwings in a\nslipstream .\n.A\nnobody\n.B\nj. 1958\n.W\nwings in a\n"
    "slipstream .\nlift was measured .\n.I 2\n.T\nheat .\n.A\n.B\n.W\nslabs get warm .\n",
    "cran.qry": ".I 001\n.W\nwhat of wings .\n.I 004\n.W\nwhat of\nheat .\n.I 009\n.W\nnothing .\n",
    "cranqrel": "1 1 2 \n1 2 -1\n2 2 4\n2 99 1\n3 1 5\n",
}
CISI = {
    "CISI.ALL": ".I 1\n.T\nDewey\n.A\nSomeone\n.W\nA history.\n.X\n1\t5\t1\n",
    "CISI.QRY": ".I 1\n.W\nWhat of\nDewey?\n.I 2\n.T\nTitle\n.W\nNobody judged this.\n",
    "CISI.REL": "     1      1\t0\t0.000000\n",
}


def write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, "latin-1")


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_cranfield_counts_its_questions_from_one_and_drops_what_is_of_no_interest(
    tmp_path: Path,
) -> None:
    write(tmp_path / "retrieval" / "cranfield", CRANFIELD)
    found = load_collection("cranfield", tmp_path)
    assert found.topics == (
        Topic("1", "what of wings .", frozenset({"1"})),
        Topic("2", "what of heat .", frozenset({"2"})),
    )
    assert found.documents[0] == Document("1", "wings in a slipstream .", "lift was measured .")


def test_cisi_is_read_by_its_own_numbers_and_without_its_cross_references(tmp_path: Path) -> None:
    write(tmp_path / "retrieval" / "cisi", CISI)
    found = load_collection("cisi", tmp_path)
    assert found.topics == (Topic("1", "What of Dewey?", frozenset({"1"})),)
    assert found.documents == (Document("1", "Dewey", "A history."),)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    article = {"title": "A title", "domain": "example.com"}
    days = {"near": "2022/06/10", "early": "2022/05/26", "late": "2022/06/14", "off": "2022/06/10"}
    write_rows(
        tmp_path / "news" / "realtimeqa_articles.jsonl.xz",
        [
            {**article, "id": name, "url": f"http://{name}", "publish_date": day,
             "text": "The winner was Minjee-Lee." if name != "off" else "Minjeel Eeh won."}
            for name, day in days.items()
        ],
    )  # fmt: skip
    write_rows(
        tmp_path / "news" / "realtimeqa_search.jsonl.xz",
        [{"question_id": "q", "urls": str([f"http://{name}" for name in days])}],
    )
    question = {"question_sentence": "Who won?", "question_date": "2022/06/10"}
    write_rows(
        tmp_path / "news" / "realtimeqa_questions.jsonl.xz",
        [
            {**question, "question_id": "q", "answer_text": "['Minjee Lee']"},
            {**question, "question_id": "unanswered", "answer_text": ["Nobody"]},
        ],
    )
    return tmp_path


def test_an_article_is_relevant_when_it_is_near_in_time_and_holds_the_answer(news: Path) -> None:
    found = load_collection("news", news)
    assert found.topics == (Topic("q", "Who won?", frozenset({"near"}), date(2022, 6, 10)),)
    assert found.documents[0].published == date(2022, 6, 10)


def test_documents_become_files_that_say_what_is_known_of_them(tmp_path: Path) -> None:
    document = Document("7", 'The "title"\nof it', "Some words.", date(2022, 6, 10), "example.com")
    Collection("made", (document,), ()).write(tmp_path)
    article = read_article(tmp_path, "7.txt")
    assert article.title == "The 'title' of it" and article.published == date(2022, 6, 10)
    assert article.publisher == "example.com" and article.text.endswith("Some words.")


@pytest.mark.parametrize("name", ["cranfield", "cisi", "news"])
def test_a_missing_collection_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvaluationError, match=str(tmp_path)):
        load_collection(name, tmp_path)
