import lzma
from pathlib import Path

import pytest

from eval.cases.importing.node import load_document, load_rows
from index.errors import EvaluationError
from tests.eval.conftest import Put


@pytest.mark.parametrize(
    "content", ['[{"a": 1},\n {"a": 2}]', '{"a": 1}\n\n{"a": 2}\n', '\ufeff\n [{"a": 1}, {"a": 2}]']
)
def test_a_list_and_json_lines_give_the_same_rows(put: Put, content: str) -> None:
    assert [row.value for row in load_rows(put("rows.json", content))] == [{"a": 1}, {"a": 2}]


def test_a_packed_file_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "rows.json.xz"
    path.write_bytes(lzma.compress(b'{"a": 1}'))
    assert load_document(path).at("a").text() == "1"


def test_a_damaged_line_is_told_with_its_number(put: Put) -> None:
    path = put("rows.jsonl", '{"a": 1}\n\n{"a": ')
    with pytest.raises(EvaluationError, match=r"rows\.jsonl, line 3: not JSON"):
        list(load_rows(path))


def test_a_row_is_named_by_its_line_or_its_place(put: Put) -> None:
    (line,) = load_rows(put("rows.jsonl", '\n{"a": 1}\n'))
    with pytest.raises(EvaluationError, match=r"line 2: key 'b' is missing; it has 'a'"):
        line.at("b")
    _, item = load_rows(put("rows.json", [{}, {"a": None}]))
    with pytest.raises(EvaluationError, match=r"\[1\]: key 'a' is missing"):
        item.at("a")


def test_half_a_character_becomes_one_that_a_file_can_hold(put: Put) -> None:
    (row,) = load_rows(put("rows.jsonl", '{"a": "x\\ud800y \\ud83d\\ude00"}'))
    assert row.at("a").text() == "x\ufffdy \U0001f600"
