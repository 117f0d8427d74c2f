"""`sync --report` writes what was read of every file as a table."""

import csv
import os
from pathlib import Path

import pytest

import index.settings
from index.__main__ import main
from tests.index.workshop import story

TEXT = story(1).partition("\n\n")[2]


@pytest.fixture
def flags(make_corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(index.settings, "ENV_FILE", tmp_path / "no.env")
    corpus = make_corpus({})
    (corpus / "a.txt").write_text(
        f"---\ntitle: =SUM(A1) opens\npublisher: The Post\nauthor: Ada Pell\ndate: 2021-06-01\n"
        f"updated: 2021-06-03\n---\n\n{TEXT}"
    )
    (corpus / "b.txt").write_bytes(f"Brücke über den Fluß\n\n{TEXT} Zoë.".encode("cp1252"))
    (corpus / "c.txt").write_text(f"Another bridge\n\n03/04/2021\n\n{TEXT}")
    (corpus / "d.jsonl").write_text(
        f'{{"title": "A row", "text": "{TEXT}"}}\n{{"title": "None"}}\n'
    )
    (corpus / "e.png").write_bytes(b"\x89PNG")
    return ["--corpus", str(corpus), "--storage", str(tmp_path / "storage")]


def table_of(file: Path) -> dict[str, dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return {row["path"]: row for row in csv.DictReader(lines)}


def test_each_article_and_each_part_left_out_has_a_line(flags, tmp_path, capsys):
    for _ in range(2):  # also when no file has changed
        assert main(["sync", *flags, "--report", str(tmp_path / "out.csv")]) == 0
        assert "guessed 'b.txt': the encoding cp1252\n" in capsys.readouterr().out
        table = table_of(tmp_path / "out.csv")
        assert list(table) == ["a.txt", "b.txt", "c.txt", "d.jsonl//1", "d.jsonl//2", "e.png"]
        first = table["a.txt"]
        assert first.pop("passages") != "0"
        assert first == {
            "path": "a.txt",
            "title": "'=SUM(A1) opens",
            "date": "2021-06-01",
            "updated": "2021-06-03",
            "outlet": "The Post",
            "author": "Ada Pell",
            "encoding": "",
            "language": "en",
            "warnings": "",
        }
        assert table["b.txt"]["encoding"] == "cp1252"
        assert table["b.txt"]["warnings"] == "encoding guessed: cp1252; no date"
        assert table["c.txt"]["warnings"] == "a date that can be two days"
        assert table["d.jsonl//1"]["title"] == "A row"
        assert table["d.jsonl//2"]["warnings"].startswith("no text")
        assert table["e.png"]["warnings"].startswith(".png: expected one of ")


def test_the_table_is_replaced_as_a_whole(flags, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("old\n" * 1000)
    assert main(["sync", *flags, "--report", str(out)]) == 0
    assert "old" not in out.read_text(encoding="utf-8")
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".report-")]


def test_a_place_that_cannot_be_written_is_refused_before_work_begins(flags, tmp_path, capsys):
    for place in (tmp_path / "none" / "out.csv", tmp_path, Path(flags[1]) / "out.csv"):
        assert main(["sync", *flags, "--report", str(place)]) == 2
        assert capsys.readouterr().err.startswith(f"index sync: --report {place}: ")
    assert not (tmp_path / "storage").exists()
