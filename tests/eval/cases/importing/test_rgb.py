import pytest

from eval.cases.importing.rgb import load_rgb
from index.errors import EvaluationError
from tests.eval.importing.conftest import Put

ROW = {
    "id": 0,
    "query": "Who bought the ferry?",
    "answer": "Ada Pell",
    "positive": ["Ada Pell bought it."],
    "negative": ["It sails at nine.", "It is red."],
}


def test_passages_are_articles_and_those_that_answer_are_the_files(put: Put) -> None:
    found = load_rgb([put("en.json", "\n".join([str(ROW).replace("'", '"')]))])
    assert [(each.id, each.text) for each in found.documents] == [
        ("0-1", "Ada Pell bought it."),
        ("0-2", "It sails at nine."),
        ("0-3", "It is red."),
    ]
    assert found.cases[0].files == ("0-1.txt",) and found.cases[0].answers == ("Ada Pell",)


def test_a_passage_of_two_questions_is_one_article(put: Put) -> None:
    other = {**ROW, "id": 1, "positive": ["It is red. "], "negative": ["Ada Pell bought it."]}
    found = load_rgb([put("en.jsonl", [ROW, other])])
    assert len(found.documents) == 3
    assert [case.files for case in found.cases] == [("0-1.txt",), ("0-3.txt",)]


def test_alternatives_in_a_list_are_accepted_each(put: Put) -> None:
    (case,) = load_rgb([put("en.jsonl", [{**ROW, "answer": [["Ada Pell", "A. Pell"]]}])]).cases
    assert case.answers == ("Ada Pell", "A. Pell") and case.patterns == ()


@pytest.mark.parametrize("answer", [[["May 2", "2 May"], ["Ada (Pell)"]], ["May 2", "Ada (Pell)"]])
def test_of_an_answer_with_several_parts_each_has_to_be_there(put: Put, answer: object) -> None:
    row = {**ROW, "answer": answer, "positive": [["Ada (Pell) did."], ["It was May 2."]]}
    (case,) = load_rgb([put("en_int.jsonl", [row])]).cases
    assert case.matches("ada (pell),\non May 2") and case.matches("on May 2 by Ada (Pell)")
    assert not case.matches("May 2") and not case.matches("Ada (Pell)")
    assert case.answers == () and case.files == ("0-1.txt", "0-2.txt")


def test_what_is_false_on_purpose_is_left_out_and_told(put: Put) -> None:
    found = load_rgb([put("en_fact.jsonl", [{**ROW, "positive_wrong": ["Bo Lee bought it."]}])])
    assert len(found.documents) == 3
    assert found.left_out == {"passages made false on purpose (positive_wrong)": 1}


def test_questions_of_two_files_keep_ids_of_their_own(put: Put) -> None:
    found = load_rgb([put("en.jsonl", [ROW]), put("en_int.jsonl", [ROW])])
    assert [case.id for case in found.cases] == ["en-0", "en_int-0"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": 0.5 > 1}, "line 1, answer: is False, expected a string"),
        ({"answer": None}, "line 1: key 'answer' is missing"),
        ({"positive": "text"}, "line 1, positive: is 'text', expected a list"),
    ],
)
def test_a_damaged_line_is_told(put: Put, change: dict[str, object], said: str) -> None:
    with pytest.raises(EvaluationError) as error:
        load_rgb([put("en.jsonl", [ROW | change])])
    assert said in str(error.value)
