from pathlib import Path

import pytest

from eval.cases.importing.beir import load_beir
from index.errors import EvaluationError
from tests.eval.conftest import Put

CORPUS = [
    {"_id": "d/1", "title": "Ferry", "text": "The ferry sails at nine.", "metadata": {}},
    {"_id": "d/2", "text": "The pier was rebuilt."},
    {"_id": "d/3", "title": "", "text": " "},
]
QUERIES = [{"_id": "1", "text": "When does it sail?"}, {"_id": "2", "text": "Who built the pier?"}]
HEADING = "query-id\tcorpus-id\tscore\n"


@pytest.fixture
def folder(put: Put) -> Path:
    put("beir/corpus.jsonl", CORPUS)
    put("beir/qrels/test.tsv", f"{HEADING}1\td/1\t2\n1\td/2\t0\n1\tgone\t1\n")
    return put("beir/queries.jsonl", QUERIES).parent


def test_any_answer_counts_that_cites_a_relevant_document(folder: Path) -> None:
    found = load_beir([folder])
    (case,) = found.cases
    assert (case.id, case.question, case.files) == ("1", "When does it sail?", ("d-1.txt",))
    assert case.answerable and case.matches("at nine") and not case.matches(" ")
    assert [(each.id, each.title, each.text) for each in found.documents] == [
        ("d-1", "Ferry", "The ferry sails at nine."),
        ("d-2", "", "The pier was rebuilt."),
    ]
    assert found.left_out == {
        "articles without words": 1,
        "questions without a judgement in this part": 1,
    }


def test_another_part_is_asked_when_its_judgements_are_named(folder: Path, put: Put) -> None:
    dev = put("beir/qrels/dev.tsv", f"{HEADING}2\td/2\t1\n")
    assert [case.id for case in load_beir([folder]).cases] == ["1"]
    assert [case.id for case in load_beir([folder, dev]).cases] == ["2"]


def test_of_several_parts_without_a_test_one_has_to_be_named(folder: Path, put: Put) -> None:
    put("beir/qrels/dev.tsv", f"{HEADING}2\td/2\t1\n")
    (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "train.tsv")
    with pytest.raises(EvaluationError, match=r"has dev\.tsv, train\.tsv, expected test\.tsv"):
        load_beir([folder])
    (folder / "qrels" / "dev.tsv").unlink()
    assert [case.id for case in load_beir([folder]).cases] == ["1"]


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "corpus.jsonl").unlink()
    with pytest.raises(EvaluationError, match=r"corpus\.jsonl: cannot be read"):
        load_beir([folder])
