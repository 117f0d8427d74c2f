"""A batch answers each question once, in order, whatever stops it."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.asking.answer_table import ANSWER
from bot.asking.batch import Batch
from bot.conversation import Conversation
from bot.engine import Engine
from bot.retrieval.sources import CORPUS, Scope
from index.errors import BylineError, QuestionError, SettingsError, StorageError, TableError
from index.settings import Settings
from tests.bot.asking.tables import ENDINGS, read_rows, write_table
from tests.bot.checks import QUESTIONS

each_ending = pytest.mark.parametrize("ending", ENDINGS)


@dataclass
class Counting:
    """Answers with the question in capitals and the number of turns before it; `at` stops it once."""

    error: BaseException | None = None
    at: str = ""
    asked: list[str] = field(default_factory=list)

    def answer(self, question: str, conversation: Conversation, scope: Scope = CORPUS) -> Answer:
        if self.error and question == self.at:
            raise self.error
        if not question:
            raise QuestionError("the question is empty; type one")
        self.asked.append(question)
        short = f"{question.upper()} after {[turn.question for turn in conversation.turns]}"
        return Answer(question, question, short, short, False, None, 0.5)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


def run(questions: Path, out: Path, corpus: Path, engine: Counting | Engine) -> int:
    with Batch(questions, out, corpus) as batch:
        return batch.run(engine)


@each_ending
def test_each_answer_is_that_of_the_engine(
    ending: str, tmp_path: Path, sample: Engine, sample_settings: Settings
) -> None:
    asked = [*QUESTIONS[:9], ""]
    table = write_table(
        tmp_path / "q.csv", ["id", "question"], *([n, q] for n, q in enumerate(asked))
    )
    out = tmp_path / f"a{ending}"
    assert run(table, out, sample_settings.corpus, sample) == 2  # one cannot be asked
    *rows, empty = read_rows(out)
    assert [(row["id"], row["question"]) for row in rows] == [
        (str(n), question) for n, question in enumerate(asked[:-1])
    ]
    assert list(rows[0]) == ["id", "question", *ANSWER]
    for row, question in zip(rows, asked, strict=False):
        answer = sample.answer(question)
        assert row["answer"] == answer.answer and row["refused"] == str(answer.refused).lower()
        assert float(row["confidence"]) == round(answer.confidence, 4)
        assert int(row["citations"]) == len(answer.citations)
        for first in answer.citations[:1]:
            assert (row["file"], row["line"]) == (first.file, str(first.line_start))
            assert row["quote"] == first.quote and row["outlet"] == (first.publisher or "")
            assert row["date"] == (first.published.isoformat() if first.published else "")
    assert {row["refused"] for row in rows} == {"true", "false"}
    refused = next(row for row in rows if row["refused"] == "true")
    assert refused["notice"].startswith("The articles do not answer this: ")
    assert empty["refused"] == empty["answer"] == "" and "empty" in empty["notice"]


@each_ending
@pytest.mark.parametrize("error", [KeyboardInterrupt(), StorageError("gone")])
def test_a_stopped_batch_continues_and_asks_nothing_twice(
    ending: str, error: BaseException, tmp_path: Path, corpus: Path
) -> None:
    rows = [["a", "1"], ["", "2"], ["c", "3"], ["d", "4"]]
    table = write_table(tmp_path / "q.csv", ["question", "id"], *rows)
    out, first = tmp_path / f"a{ending}", Counting(error, at="c")
    if isinstance(error, KeyboardInterrupt):
        assert run(table, out, corpus, first) == 130
    else:
        with pytest.raises(BylineError, match="gone"):
            run(table, out, corpus, first)
    assert [row["question"] for row in read_rows(out)] == ["a", ""]
    second = Counting()
    assert run(table, out, corpus, second) == 2
    assert first.asked == ["a"] and second.asked == ["c", "d"]
    assert [row["question"] for row in read_rows(out)] == ["a", "", "c", "d"]
    assert run(table, out, corpus, third := Counting()) == 2 and not third.asked
    assert sorted(path.name for path in tmp_path.iterdir()) == [out.name, "corpus", "q.csv"]


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_half_a_row_is_removed_wherever_it_was_cut(
    ending: str, tmp_path: Path, corpus: Path
) -> None:
    rows = [['x"\r\n"', 'Who "is"\r\n it?'], ["y", "When?"]]
    table = write_table(tmp_path / "q.jsonl", ["note", "question"], *rows)
    out = tmp_path / f"a{ending}"
    assert run(table, out, corpus, Counting()) == 0
    whole = out.read_bytes()
    for size in range(len(whole)):
        out.write_bytes(whole[:size])
        assert run(table, out, corpus, Counting()) == 0
        assert out.read_bytes() == whole


@each_ending
def test_a_conversation_continues_as_if_it_had_not_been_stopped(
    ending: str, tmp_path: Path, corpus: Path
) -> None:
    rows = [["a", "1"], ["b", ""], ["c", "2"], ["d", "1"], ["e", "2"], ["f", "2"], ["g", "1"]]
    table = write_table(tmp_path / "q.csv", ["question", "conversation"], *rows)
    run(table, tmp_path / f"whole{ending}", corpus, Counting())
    out = tmp_path / f"a{ending}"
    assert run(table, out, corpus, Counting(KeyboardInterrupt(), at="f")) == 130
    rest = Counting()
    assert run(table, out, corpus, rest) == 0
    assert read_rows(out) == read_rows(tmp_path / f"whole{ending}")
    assert read_rows(out)[-1]["answer"] == "G after ['a', 'd']"
    assert rest.asked == ["a", "c", "d", "e", "f", "g"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_no_cell_is_computed_by_a_spreadsheet(ending: str, tmp_path: Path, corpus: Path) -> None:
    bad = ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "#N/A", "\x07bell"]
    table = write_table(
        tmp_path / "q.jsonl", ["=note", "question"], *([text, f"{text}?"] for text in bad)
    )
    out = tmp_path / f"a{ending}"
    for _ in range(2):
        assert run(table, out, corpus, Counting()) == 0
        rows = read_rows(out)
        cells = [cell for row in rows for cell in (*row, *row.values())]
        assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r＝"))]
        assert [row["'=note"] for row in rows][:3] == ["'=1+1", "'+1", "'-1"]
        assert rows[6]["'=note"] == "#N/A"


@each_ending
def test_a_column_of_the_questions_keeps_its_name(
    ending: str, tmp_path: Path, corpus: Path
) -> None:
    table = write_table(tmp_path / "q.csv", ["question", "Answer"], ["who", "expected"])
    out = tmp_path / f"a{ending}"
    assert run(table, out, corpus, Counting()) == 0
    (row,) = read_rows(out)
    assert row["Answer"] == "expected" and row["byline_answer"].startswith("WHO")
    assert run(out, tmp_path / f"b{ending}", corpus, Counting()) == 0  # answers are questions too


@each_ending
def test_answers_to_other_questions_are_left_alone(
    ending: str, tmp_path: Path, corpus: Path
) -> None:
    out = tmp_path / f"a{ending}"
    columns = ["question", "note"]
    run(write_table(tmp_path / "q.csv", columns, ["a", ""], ["b", ""]), out, corpus, Counting())
    there = out.read_bytes()
    for other in ([["a", ""]], [["b", ""], ["a", ""]], [["a", ""], ["b", "x"]]):
        table = write_table(tmp_path / "other.csv", columns, *other)
        with pytest.raises(TableError, match="something other than answers to these questions"):
            run(table, out, corpus, Counting())
        assert out.read_bytes() == there
    grown = write_table(tmp_path / "q.csv", columns, ["a", ""], ["b", ""], ["c", ""])
    engine = Counting()
    assert run(grown, out, corpus, engine) == 0 and engine.asked == ["c"]
    assert [row["question"] for row in read_rows(out)] == ["a", "b", "c"]


@pytest.mark.parametrize("content", [b"x", b"my notes\r\n", b'{"a": 1}\n', b'{"question": "a"}\n'])
@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_a_file_of_another_kind_is_left_alone(
    ending: str, content: bytes, tmp_path: Path, corpus: Path
) -> None:
    out = tmp_path / f"a{ending}"
    out.write_bytes(content)
    with pytest.raises(TableError, match="name another file"):
        run(write_table(tmp_path / "q.csv", ["question"], ["a"]), out, corpus, Counting())
    assert out.read_bytes() == content


def test_a_bad_place_for_the_answers_is_refused_before_anything_is_asked(
    tmp_path: Path, corpus: Path
) -> None:
    table = write_table(tmp_path / "q.csv", ["question"], ["a"])
    for out, said in (
        (tmp_path / "a.txt", "expected one of"),
        (table, "is the table of questions"),
        (tmp_path / "none" / "a.csv", "existing folder"),
        (corpus / "a.csv", "in the folder of articles"),
    ):
        with pytest.raises((TableError, SettingsError), match=said):
            Batch(table, out, corpus)


def test_only_one_program_writes_a_file(tmp_path: Path, corpus: Path) -> None:
    table = write_table(tmp_path / "q.csv", ["question"], ["a"])
    with (
        Batch(table, tmp_path / "a.csv", corpus),
        pytest.raises(TableError, match="another program is writing it"),
    ):
        Batch(table, tmp_path / "a.csv", corpus)


def test_a_full_disk_leaves_no_part_of_a_row(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_table(tmp_path / "q.csv", ["question"], ["a"], ["b"])
    out, write = tmp_path / "a.csv", os.write
    with Batch(table, out, corpus) as batch:
        whole = out.read_bytes()
        monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:5]))
        with pytest.raises(TableError, match="the disk is full"):
            batch.run(Counting())
        assert out.read_bytes() == whole
    monkeypatch.undo()
    assert run(table, out, corpus, Counting()) == 0 and len(read_rows(out)) == 2
