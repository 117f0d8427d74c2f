"""Sets are read correctly, and the error for a damaged line names file, line and remedy."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.cases.case import Case, Support, check_files, load_cases, to_row
from eval.cases.named import SETS, set_path
from index.errors import EvaluationError

GOOD: dict[str, Any] = {"id": "un", "question": "Where?", "answers": ["UN"], "files": ["a.txt"]}
UN = {"file": "a.txt", "text": "at the UN"}


def write(folder: Path, *lines: str) -> Path:
    path = folder / "set.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_line_becomes_a_case_with_optional_keys_empty(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, json.dumps(GOOD)))
    assert case == Case("un", "Where?", ("UN",), ("a.txt",))
    assert case.answerable


def test_order_history_and_tags_are_kept_and_blank_lines_passed_over(tmp_path: Path) -> None:
    second = {
        **GOOD,
        "id": "b",
        "answers": [],
        "files": [],
        "history": ["Who?"],
        "tags": ["x-mine"],
    }
    cases = load_cases(write(tmp_path, "", json.dumps(GOOD), "  ", json.dumps(second), ""))
    assert [case.id for case in cases] == ["un", "b"]
    assert cases[1].history == ("Who?",)
    assert cases[1].tags == ("x-mine",)
    assert not cases[1].answerable


def test_patterns_and_spans_are_kept_and_written_as_they_were(tmp_path: Path) -> None:
    row = {**GOOD, "answers": ["UN", {"pattern": r"\bUnited Nations\b"}], "spans": [UN]}
    (case,) = load_cases(write(tmp_path, json.dumps(row)))
    assert case.answers == ("UN",) and case.patterns == (r"\bUnited Nations\b",)
    assert case.spans == (Support("a.txt", "at the UN"),)
    assert case.matches("the united nations") and not case.matches("reunited nations")
    assert to_row(case) == row
    assert load_cases(write(tmp_path, json.dumps({**row, "answers": row["answers"][1:]})))[
        0
    ].answerable


def test_a_line_separator_within_a_string_does_not_split_the_line(tmp_path: Path) -> None:
    question = "Where\u2028is he?"
    line = json.dumps({**GOOD, "question": question}, ensure_ascii=False)
    assert load_cases(write(tmp_path, line))[0].question == question


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "double quotes at character 2); expected"),
        ("[" * 100_000, "not JSON"),
        ("[]", "a list, expected a JSON object"),
        ('{"id": "x"}', "key 'question' is missing"),
        (json.dumps({**GOOD, "answer": "UN"}), "unknown key 'answer'"),
        (json.dumps({**GOOD, "answers": "UN"}), "'answers' is 'UN', expected a list"),
        (json.dumps({**GOOD, "answers": [1]}), "'answers' is [1], expected a list"),
        (json.dumps({**GOOD, "answers": [" "]}), "'answers' is [' ']"),
        (json.dumps({**GOOD, "question": " "}), "'question' is ' '"),
        (json.dumps({**GOOD, "id": 7}), "'id' is 7"),
        (json.dumps({**GOOD, "files": None}), "'files' is None"),
        (json.dumps({**GOOD, "files": []}), "has answers but no files"),
        (json.dumps({**GOOD, "id": "first"}), "id 'first' is used twice"),
        (json.dumps({**GOOD, "tags": ["whom"]}), "unknown tag 'whom'; did you mean 'who'?"),
        (json.dumps({**GOOD, "tags": ["x"]}), "unknown tag 'x'; expected one of who"),
        (json.dumps({**GOOD, "answers": [{"regex": "a"}]}), "expected a string or {'pattern'"),
        (json.dumps({**GOOD, "answers": [{"pattern": "(a"}]}), "pattern '(a': missing )"),
        (json.dumps({**GOOD, "answers": [{"pattern": "a*"}]}), "is found in every answer"),
        (json.dumps({**GOOD, "spans": ["UN"]}), "a span is 'UN'"),
        (json.dumps({**GOOD, "spans": [{"file": "b.txt", "text": "UN"}]}), "not among its files"),
        (json.dumps({**GOOD, "answers": [], "spans": [UN]}), "has spans but no answers"),
    ],
)
def test_a_damaged_line_is_told_with_file_and_number(tmp_path: Path, line: str, said: str) -> None:
    path = write(tmp_path, json.dumps({**GOOD, "id": "first"}), "", line)
    with pytest.raises(EvaluationError) as error:
        load_cases(path)
    assert str(error.value).startswith(f"{path}, line 3: ")
    assert said in str(error.value)


def test_an_empty_set_and_one_that_is_not_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="holds no case"):
        load_cases(write(tmp_path, "", " "))
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvaluationError, match="not UTF-8"):
        load_cases(tmp_path / "binary.jsonl")


def test_a_case_whose_file_the_corpus_lacks_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "", json.dumps(GOOD))
    cases = load_cases(path)
    with pytest.raises(
        EvaluationError, match=r"set\.jsonl, line 2: case 'un': file 'a.txt' is not in"
    ):
        check_files(cases, tmp_path, path)
    (tmp_path / "a.txt").write_text("words", encoding="utf-8")
    check_files(cases, tmp_path, path)


@pytest.mark.parametrize("path", sorted(SETS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_set_of_the_project_can_be_read(path: Path) -> None:
    cases = load_cases(path)
    assert any(case.answerable for case in cases)
    assert any(not case.answerable for case in cases)


def test_every_follow_up_of_the_sets_has_a_person_s_rewrite_and_they_make_many_conversations() -> (
    None
):
    cases = [case for file in sorted(SETS.glob("*.jsonl")) for case in load_cases(file)]
    assert all(bool(case.rewrite) is bool(case.history) for case in cases)
    # the longest form of each conversation: its questions are no other's beginning
    said = {(*case.history, case.question) for case in cases if case.history}
    whole = [one for one in said if not any(other[: len(one)] == one != other for other in said)]
    assert len(whole) >= 25 and {2, 3, 4, 5} == {len(one) for one in whole}
    switches = [case for case in cases if "topic-switch" in case.tags]
    assert switches and all(case.rewrite == case.question for case in switches)


@pytest.mark.parametrize("name", sorted(file.stem for file in SETS.glob("*.jsonl")))
def test_cases_that_are_written_are_read_as_they_were(name: str, tmp_path: Path) -> None:
    cases = load_cases(set_path(name))
    assert load_cases(write(tmp_path, *(json.dumps(to_row(case)) for case in cases))) == cases


def test_a_row_of_a_file_is_in_the_corpus_where_its_file_is(tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").write_text("text\nWords.")
    path = write(tmp_path, json.dumps({**GOOD, "id": "a"}))
    check_files([Case("a", "Where?", ("UN",), ("quotes.csv//3",))], tmp_path, path)
    for file in ("other.csv//3", "../quotes.csv", "quotes.csv/3", str(tmp_path / "quotes.csv")):
        with pytest.raises(EvaluationError, match="is not in"):
            check_files([Case("a", "Where?", ("UN",), (file,))], tmp_path, path)
