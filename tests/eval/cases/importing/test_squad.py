import pytest

from eval.cases.case import Case, Support
from eval.cases.importing.squad import load_squad
from index.errors import EvaluationError
from tests.eval.conftest import Put

FERRY = "The ferry to Lindow sails at nine. Ada Pell bought it in 1998. It carries 40 cars."
PIER = "The pier was built by Dr. Ostwick."


def asked(id: str, question: str, *answers: tuple[str, int], **more: object) -> dict[str, object]:
    told = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": id, "question": question, "answers": told, **more}


def squad(*paragraphs: tuple[str, list[object]], title: str = "Lindow_ferry") -> dict[str, object]:
    told = [{"context": context, "qas": qas} for context, qas in paragraphs]
    return {"version": "v2.0", "data": [{"title": title, "paragraphs": told}]}


def test_a_title_is_one_article_and_its_contexts_are_its_paragraphs(put: Put) -> None:
    found = load_squad([put("dev.json", squad((FERRY, []), (PIER, [])))])
    (article,) = found.documents
    assert article.title == "Lindow ferry" and article.text == f"{FERRY}\n\n{PIER}"


def test_an_answer_is_supported_by_the_sentence_it_stands_in(put: Put) -> None:
    who = asked("q1", "Who bought it? ", ("Ada Pell", 35), ("Pell", 39), ("Ada Pell", 35))
    found = load_squad([put("dev.json", squad((FERRY, [who])))])
    file = "Lindow-ferry.txt"
    span = Support(file, "Ada Pell bought it in 1998.")
    assert found.cases == (
        Case("q1", "Who bought it?", ("Ada Pell", "Pell"), (file,), spans=(span,)),
    )


def test_an_answer_over_two_sentences_is_supported_by_both(put: Put) -> None:
    found = load_squad([put("dev.json", squad((FERRY, [asked("q", "What?", ("nine. Ada", 29))])))])
    assert found.cases[0].spans[0].text == (
        "The ferry to Lindow sails at nine. Ada Pell bought it in 1998."
    )


@pytest.mark.parametrize("start", [34, -1, 900, None, "35"])
def test_an_answer_that_is_not_at_its_start_has_no_span_and_is_told(
    put: Put, start: object
) -> None:
    who = {"id": "q", "question": "Who?", "answers": [{"text": "Ada Pell", "answer_start": start}]}
    found = load_squad([put("dev.json", squad((FERRY, [who])))])
    assert found.cases[0].answers == ("Ada Pell",) and found.cases[0].spans == ()
    assert found.left_out == {"supporting spans whose answer_start does not point at the answer": 1}


def test_an_impossible_question_is_unanswerable_and_a_hidden_answer_is_left_out(put: Put) -> None:
    moon = asked("q1", "Who sank it?", is_impossible=True, plausible_answers=[{"text": "Ada"}])
    hidden = {"id": "q2", "question": "Who bought it?", "is_impossible": False}
    found = load_squad([put("dev.json", squad((FERRY, [moon, hidden])))])
    assert found.cases == (
        Case("q1", "Who sank it?", (), ("Lindow-ferry.txt",), tags=("unanswerable",)),
    )
    assert found.left_out == {"questions without an accepted answer": 1}


def test_articles_of_one_title_and_questions_of_one_id_are_told_apart(put: Put) -> None:
    who = asked("q", "Who bought it?", ("Ada Pell", 35))
    one = put("train.json", squad((FERRY, [who, asked(" ", "What?", ("cars", 77))])))
    other = put("dev.json", squad((PIER, [who]), title="lindow/Ferry"))
    found = load_squad([one, other])
    assert [document.id for document in found.documents] == ["Lindow-ferry", "lindow-Ferry-2"]
    assert found.left_out["questions without an id of their own"] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"data": 7}, "data: is 7, expected a list"),
        ([], "is [], expected an object"),
        ({"rows": []}, "key 'data' is missing; it has 'rows'"),
        ({"data": [{"title": "T"}]}, "data[0]: key 'paragraphs' is missing"),
        (
            squad((FERRY, [{"id": "q", "question": 0.5 > 1}])),
            "question: is False, expected a string",
        ),
        (
            squad((FERRY, [{"id": "q"}])),
            "data[0], paragraphs[0], qas[0]: key 'question' is missing",
        ),
        ('{"data": [', "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_place(put: Put, content: object, said: str) -> None:
    path = put("dev.json", content)
    with pytest.raises(EvaluationError) as error:
        load_squad([path])
    assert str(error.value).startswith(str(path)) and said in str(error.value)
    assert "is it the right file" in str(error.value) and "\n" not in str(error.value)


def test_a_missing_file_is_told(put: Put) -> None:
    path = put("dev.json", {}).with_name("none.json")
    with pytest.raises(EvaluationError, match=r"none\.json: cannot be read"):
        load_squad([path])
