"""`python -m eval draft` and `review` through their command line: from a folder to a set, over a pipe."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.cases.case import ROOT, load_cases
from eval.cases.drafts.draft import load_drafts

STORY = (
    "Harbour news\n\nThe storm killed at least 14 people in Oban. It rained. It was cold. People in "
    "Oban\nand people in Leith, with President Ana Silva, saw the storm of Monday.\n\n"
    "Ana Silva promised to rebuild the pier of Leith.\n"
)


class Table:
    """A corpus with one story, drafts of it, and the reviewing of them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.corpus, self.set = folder / "corpus", folder / "mine.jsonl"
        self.drafts = folder / "mine.drafts.jsonl"
        self.corpus.mkdir()
        (self.corpus / "storm.txt").write_text(STORY, "utf-8")
        self._capsys = capsys

    def draft(self, *flags: str) -> tuple[int, str, str]:
        return self._main("draft", "--corpus", str(self.corpus), "--out", str(self.set), *flags)

    def review(self, typed: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return self._main("review", str(self.drafts), "--out", str(self.set))

    def _main(self, *arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.drafts.read_text("utf-8").splitlines()]


@pytest.fixture
def table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Table:
    """Without drafts yet."""
    return Table(tmp_path, capsys)


def test_a_folder_gives_drafts_and_the_same_ones_again(table: Table) -> None:
    code, out, _ = table.draft()
    assert code == 0
    assert "mine.drafts.jsonl: drafts to decide on: 2, 0 of them unanswerable" in out
    assert "python -m eval review" in out
    first, second = table.rows()
    assert first["question"] == "How many people did the storm kill in Oban?"
    assert first["answers"] == ["at least 14", "14"]
    assert first["spans"] == [
        {"file": "storm.txt", "text": "The storm killed at least 14 people in Oban."}
    ]
    assert (first["draft"], first["tags"]) == ("asks a figure", ["how-many", "drafted"])
    assert second["question"] == "What did Ana Silva promise to do?"
    before = table.drafts.read_bytes()
    assert table.draft("--force")[0] == 0
    assert table.drafts.read_bytes() == before


def test_no_more_than_asked_for_and_never_over_a_file(table: Table) -> None:
    assert table.draft("--most", "1")[0] == 0
    assert len(table.rows()) == 1
    code, _, error = table.draft()
    assert code == 2
    assert "is there already" in error


@pytest.mark.parametrize("text", ["Ein Schiff sank.", "<b>x</b> " * 900, "…"])
def test_nothing_to_propose_is_told_with_its_reason(table: Table, text: str) -> None:
    (table.corpus / "storm.txt").write_text(text, "utf-8")
    code, out, _ = table.draft()
    assert code == 0
    assert out.startswith("nothing could be proposed: ") and out.count("\n") == 1
    assert not table.drafts.exists()


def test_an_empty_folder_and_none_are_told_in_one_line(table: Table) -> None:
    (table.corpus / "storm.txt").unlink()
    code, _, error = table.draft()
    assert (code, error.count("\n")) == (2, 1)
    assert "no articles" in error
    table.corpus.rmdir()
    code, _, error = table.draft()
    assert (code, error.count("\n")) == (2, 1)


def test_a_draft_is_shown_with_its_sentence_marked_and_accepted(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.draft()
    code, out, _ = table.review("a\nr\n", monkeypatch)
    assert code == 0
    assert "Question  How many people did the storm kill in Oban?" in out
    assert "The storm killed [at least 14] people in Oban." in out
    assert "storm.txt" in out and "how-many, drafted" in out
    assert "accepted: 1, rejected: 1; left: 0" in out
    (case,) = load_cases(table.set)
    assert case.answers == ("at least 14", "14")
    assert table.rows() == []


def test_a_question_and_answers_are_edited_then_accepted(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.draft()
    typed = "e\nHow many died in Oban?\n14 | fourteen\na\ne\nWho sold the pier?\n-\na\n"
    assert table.review(typed, monkeypatch)[0] == 0
    first, second = load_cases(table.set)
    assert (first.question, first.answers) == ("How many died in Oban?", ("14", "fourteen"))
    assert (second.question, second.answerable, second.files) == ("Who sold the pier?", False, ())


@pytest.mark.parametrize("typed", ["s\nq\n", "s\n", "x\ns\n", ""])
def test_what_is_skipped_or_left_stays(
    table: Table, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    table.draft()
    before = table.rows()
    code, out, _ = table.review(typed, monkeypatch)
    assert (code, table.rows()) == (0, before)
    assert "left: 2" in out
    assert ("expected one of a(ccept)" in out) == ("x" in typed)
    assert not table.set.exists()


def test_ctrl_c_keeps_what_was_decided(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.draft()

    class Interrupted(io.StringIO):
        def readline(self, *_: Any) -> str:
            if line := super().readline():
                return line
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Interrupted("a\n"))
    assert main(["review", str(table.drafts), "--out", str(table.set)]) == 130
    assert len(load_cases(table.set)) == 1
    assert len(load_drafts(table.drafts)) == 1


def test_a_draft_steers_no_terminal(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.draft()
    rows = table.rows()
    rows[0]["question"] = rows[0]["spans"][0]["text"] = "\x1b[2J\u202eWho?"
    table.drafts.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    _, out, _ = table.review("q\n", monkeypatch)
    assert "\x1b" not in out and "\u202e" not in out


def test_drafts_are_decided_on_over_a_real_pipe(table: Table) -> None:
    table.draft()
    command = [sys.executable, "-m", "eval", "review", str(table.drafts), "--out", str(table.set)]
    done = subprocess.run(command, input=b"r\na\n", cwd=ROOT, capture_output=True, check=True)
    assert b"accepted: 1, rejected: 1; left: 0" in done.stdout
    assert len(load_cases(table.set)) == 1


def test_a_missing_file_is_told(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, error = table.review("", monkeypatch)
    assert (code, error.count("\n")) == (2, 1)
