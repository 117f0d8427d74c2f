"""`python -m eval validate` tells what a set holds and where it does not agree with its articles."""

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.cases.named import CORPORA

CASE = {
    "id": "ribbon",
    "question": "Who cut the ribbon?",
    "answers": ["Ada Pell"],
    "files": ["harbour.txt"],
    "tags": ["who", "x-mine"],
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "harbour.txt").write_text("Bridge opens\n\nAda Pell cut the ribbon.\n", "utf-8")
    return folder


def write(folder: Path, *cases: dict[str, object]) -> str:
    path = folder / "mine.jsonl"
    path.write_text("\n" + "\n".join(map(json.dumps, cases)), encoding="utf-8")
    return str(path)


def test_the_project_s_own_sets_agree_with_their_articles(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["validate"]) == 0, capsys.readouterr().out
    printed = capsys.readouterr().out.splitlines()
    here = [name for name, folder in CORPORA.items() if folder.is_dir()]
    assert "sample" in here
    assert [line.split(":")[0] for line in printed] == here


def test_a_good_set_is_summed_up_in_a_line(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, CASE)
    assert main(["validate", "--set", path, "--corpus", str(corpus)]) == 0
    said = "mine: cases 1, answerable 1, with spans 0; tags: who 1, x-mine 1\n"
    assert capsys.readouterr().out == said


def test_every_problem_is_a_line_with_file_line_and_case(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "blank.txt").write_text(" \n", encoding="utf-8")
    path = write(
        tmp_path,
        CASE,
        {**CASE, "id": "wrong", "question": "Who?", "answers": ["Bo"], "tags": ["absent"]},
        {**CASE, "id": "gone", "question": "Where?", "files": ["gone.txt"]},
        {**CASE, "id": "blank", "question": "When?", "files": ["blank.txt"]},
    )
    assert main(["validate", "--set", path, "--corpus", str(corpus)]) == 1
    _, *lines = capsys.readouterr().out.splitlines()
    begun = [f"{path}, line 3: case 'wrong' "] * 2
    begun += [f"{path}, line 4: case 'gone' ", f"{path}, line 5: case 'blank' "]
    assert [line[: len(start)] for line, start in zip(lines, begun, strict=True)] == begun
    assert "answer 'Bo' stands in none" in lines[0]
    assert "'absent' without 'unanswerable'" in lines[1]
    assert f"file 'gone.txt' is not in {corpus}" in lines[2]
    assert "file 'blank.txt' cannot be read (no text" in lines[3]


def test_a_damaged_set_is_shown_as_it_is_and_the_others_are_still_checked(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, {**CASE, "answers": "Ada Pell"})
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(CASE), encoding="utf-8")
    sets = ["--set", path, "--set", str(good)]
    assert main(["validate", *sets, "--corpus", str(corpus)]) == 1
    damaged, whole = capsys.readouterr().out.splitlines()
    assert damaged == f"{path}, line 2: 'answers' is 'Ada Pell', expected a list"
    assert whole.startswith("good: cases 1")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--set", "nowhere"], "set 'nowhere': no such set or file"),
        (["--corpus", "."], "name them with --set NAME"),
        (["--set", "sample", "--corpus", "no/such"], "is not a folder; give the folder"),
    ],
)
def test_what_cannot_be_checked_is_told_in_a_line(
    flags: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", *flags]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("eval: ") and said in line
