from datetime import date
from pathlib import Path

import pytest

from eval.cases.importing.realtimeqa import load_realtimeqa
from index.errors import EvaluationError
from tests.eval.importing.conftest import Put

QUESTION = {
    "question_id": "20220617_0",
    "question_date": "2022/06/17",
    "question_sentence": "Who bought the ferry?",
    "choices": ["Bo Lee", "Ada Pell", "None of the above"],
    "answer": ["1"],
}
DAYS = {"near": "2022/06/12", "old": "2022/05/01", "wrong": "2022/06/13"}
ARTICLES = [
    {
        "url": f"https://www.example.com/{name}#part",
        "title": f"The {name} one",
        "text": "On Monday Ada-Pell bought it." if name != "wrong" else "Someone bought it.",
        "authors": [],
        "publish_date": day,
    }
    for name, day in DAYS.items()
]


@pytest.fixture
def week(put: Put) -> Path:
    put("week/20220617_qa.jsonl", [QUESTION])
    put("week/20220617_qa_nota.jsonl", [{**QUESTION, "question_id": "20220617_0_nota"}])
    result = {"question_id": "20220617_0", "search_result": [*ARTICLES, {"url": "u", "text": ""}]}
    return put("week/20220617_gcs.jsonl", [result]).parent


def test_an_article_of_those_days_that_holds_the_answer_is_the_file(week: Path) -> None:
    found = load_realtimeqa([week])
    (case,) = found.cases
    assert (case.id, case.answers, case.files) == (
        "20220617_0",
        ("Ada Pell",),
        ("The-near-one.txt",),
    )
    near = found.documents[0]
    assert (near.published, near.publisher) == (date(2022, 6, 12), "example.com")
    assert len(found.documents) == 3


def test_an_article_that_several_weeks_show_is_taken_once(week: Path, put: Put) -> None:
    late = {**QUESTION, "question_id": "late", "question_date": "2022/05/03"}
    more = put("late_qa.jsonl", [late])
    shown = put("late_gcs.jsonl", [{"question_id": "late", "search_result": ARTICLES[::-1]}])
    found = load_realtimeqa([more, week, shown])
    assert len(found.documents) == 3
    assert {case.id: case.files for case in found.cases}["late"] == ("The-old-one.txt",)


@pytest.mark.parametrize("answer", [["2"], [], ["Bo Lee"]])
def test_a_question_of_whose_answer_no_article_tells_is_left_out(
    week: Path, put: Put, answer: list[str]
) -> None:
    put("week/20220617_qa.jsonl", [{**QUESTION, "answer": answer}])
    found = load_realtimeqa([week])
    assert found.cases == () and sum(found.left_out.values()) == 1


def test_an_answer_that_is_none_of_the_choices_is_told(week: Path, put: Put) -> None:
    put("week/20220617_qa.jsonl", [{**QUESTION, "answer": ["7"]}])
    with pytest.raises(EvaluationError, match="line 1, answer: is 7, expected a number below 3"):
        load_realtimeqa([week])


def test_a_row_that_is_neither_question_nor_articles_is_told(put: Put) -> None:
    with pytest.raises(EvaluationError, match="line 1: key 'search_result' is missing"):
        load_realtimeqa([put("x_qa.jsonl", [{"question_id": "1"}])])
