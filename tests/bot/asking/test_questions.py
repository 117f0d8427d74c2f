import datetime
from pathlib import Path

import pytest

from bot.asking.questions import read_questions
from index.errors import TableError
from tests.bot.asking.tables import ENDINGS, write_table


@pytest.mark.parametrize("ending", ENDINGS)
def test_other_columns_and_the_order_are_kept(ending: str, tmp_path: Path) -> None:
    rows = [["7", "Who?", "a", "x"], ["8", " When? ", "", "y"], ["9", "", "a", ""]]
    path = write_table(tmp_path / f"q{ending}", ["id", "Question", "conversation", "note"], *rows)
    questions = read_questions(path)
    assert questions.columns == ("id", "Question", "conversation", "note")
    assert [questions.question(n) for n in range(3)] == ["Who?", "When?", ""]
    assert [questions.conversation(n) for n in range(3)] == ["a", "", "a"]
    assert [row[0] for row in questions.rows] == ["7", "8", "9"]


@pytest.mark.parametrize(
    ("content", "question"),
    [
        (b"question;note\r\nWho, and why?;x\r\n", "Who, and why?"),
        (b"\xef\xbb\xbfquestion\tnote\nWho?\tx\n", "Who?"),
        (b"sep=;\nnote;question\nx;Who?\n", "Who?"),
        ("question\nWho is Zoë?\n".encode("utf-16"), "Who is Zoë?"),
        ("\n\nnote,question\n,Où est-il allé?\n,\n\n".encode("cp1252"), "Où est-il allé?"),
        (b'question,note\n"Who\nis it?",x', "Who\nis it?"),
        (b"question,note,,\nWho?,,,\n", "Who?"),
    ],
)
def test_a_csv_as_spreadsheets_write_it(content: bytes, question: str, tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_bytes(content)
    questions = read_questions(tmp_path / "q.csv")
    assert len(questions) == 1 and questions.question(0) == question


def test_cells_of_a_workbook_become_what_json_can_hold(tmp_path: Path) -> None:
    day, hour = datetime.datetime(2015, 9, 28), datetime.datetime(2015, 9, 28, 12)
    row = ["Who?", day, hour, datetime.time(9), 7, 0.5, True]
    path = write_table(tmp_path / "q.xlsx", ["question", *"abcdef"], row, [None] * 7)
    (kept,) = read_questions(path).rows
    assert kept[1:] == ("2015-09-28", "2015-09-28T12:00:00", "09:00:00", 7, 0.5, True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("q.txt", b"question\nWho?", "expected one of .csv, .jsonl, .xlsx"),
        ("q", b"", "ends with 'nothing'"),
        ("q.csv", b"id,text\n1,Who?\n", "columns id, text: expected one that is called question"),
        ("q.csv", b"", "columns none"),
        ("q.csv", b"question\n\n", "has no row"),
        ("q.csv", b"question,Question\na,b\n", "has 2 columns called question"),
        ("q.csv", b"question\nWho,when\n", "row 2: 2 cells, expected 1"),
        ("q.csv", b'question\n"Who?', "a damaged table"),
        ("q.csv", bytes(range(256)) * 8, "binary data"),
        ("q.jsonl", b'{"question": "Who?"}\n[]\n', "line 2: expected a JSON object"),
        ("q.jsonl", b'\n{"question": "W', "line 2: expected a JSON object"),
        ("q.jsonl", b'{"question": "\xff"}', "line 1: expected a JSON object in UTF-8"),
        ("q.xlsx", b"question\nWho?", "not a readable workbook"),
        ("q.xlsx", b"PK\x03\x04", "not a readable workbook"),
    ],
)
def test_what_is_wrong_is_one_line(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError) as caught:
        read_questions(tmp_path / name)
    line = str(caught.value)
    assert line.startswith(f"{tmp_path / name}: ") and said in line and "\n" not in line


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_cannot_be_read_is_named(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"folder{ending}").mkdir()
    for name, why in (("none", "No such file"), ("folder", "Is a directory")):
        with pytest.raises(TableError, match=why):
            read_questions(tmp_path / f"{name}{ending}")
