from datetime import date

import pytest

from eval.cases.case import Case, Support
from eval.cases.importing.multihop import load_multihop
from index.errors import EvaluationError
from tests.eval.importing.conftest import Put

FERRY = {
    "title": "Ferry sold",
    "source": "The Lindow Post",
    "published_at": "2023-09-28T12:00:00+00:00",
    "url": "http://post/ferry",
    "body": "Ada Pell sold the ferry.\nIt had 40 cars.",
}
PIER = {
    "title": "Pier burns",
    "url": "http://post/pier",
    "body": "The pier burned.",
    "author": None,
}
WHO = {
    "query": "Who sold the ferry before the pier burned?",
    "answer": "Ada Pell",
    "question_type": "inference_query",
    "evidence_list": [
        {"url": "http://post/ferry", "title": "Another title", "fact": "Ada Pell sold the ferry."},
        {"title": "Pier burns", "fact": "The pier burned down."},
    ],
}
NULL = {
    "query": "Who sank the ferry?",
    "answer": "Insufficient information.",
    "question_type": "null_query",
    "evidence_list": [],
}


def test_evidence_becomes_files_and_what_stands_there_word_for_word_a_span(put: Put) -> None:
    found = load_multihop([put("MultiHopRAG.json", [WHO]), put("corpus.json", [FERRY, PIER])])
    files = ("Ferry-sold.txt", "Pier-burns.txt")
    span = Support(files[0], "Ada Pell sold the ferry.")
    assert found.cases == (
        Case("multihop-0001", WHO["query"], ("Ada Pell",), files, spans=(span,)),
    )
    assert found.left_out == {"supporting spans that their article does not have word for word": 1}


def test_articles_keep_what_is_known_of_them(put: Put) -> None:
    put("corpus.json", [FERRY, PIER])
    ferry, pier = load_multihop([put("MultiHopRAG.json", [WHO]).parent]).documents
    assert (ferry.title, ferry.published, ferry.publisher) == (
        "Ferry sold",
        date(2023, 9, 28),
        "The Lindow Post",
    )
    assert pier.published is None and pier.publisher == ""


def test_a_null_query_is_unanswerable(put: Put) -> None:
    (case,) = load_multihop([put("questions.jsonl", [NULL])]).cases
    assert not case.answerable and case.files == () and case.tags == ("unanswerable",)


def test_a_question_without_its_articles_is_left_out(put: Put) -> None:
    found = load_multihop([put("MultiHopRAG.json", [WHO])])
    assert found.cases == ()
    assert found.left_out["questions without an article that holds the answer"] == 1


def test_a_damaged_article_is_told_with_its_place(put: Put) -> None:
    path = put("corpus.json", [FERRY, {"title": "No body"}])
    with pytest.raises(EvaluationError, match=r"corpus\.json, \[1\]: key 'body' is missing"):
        load_multihop([path])
