import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, cast

import pytest

from bot.__main__ import main
from bot.build import build_engine
from bot.engine import Engine
from index.settings import ROOT, Settings
from tests.bot.checks import QUESTIONS, Borrowed, untimed
from tests.bot.test_engine import ANSWER_KEYS, check_keys

WHERE = QUESTIONS[0]
FOLLOW_UP = "When did he say it?"
CANDIDATE_KEYS = {
    "file": str,
    "title": str,
    "start": int,
    "end": int,
    "score": float,
    "text": str,
}
LONG = "x" * 100_000


@pytest.fixture
def flags(sample_settings: Settings) -> list[str]:
    return ["--corpus", str(sample_settings.corpus), "--storage", str(sample_settings.storage)]


@pytest.fixture(autouse=True)
def one_engine(sample: Engine, sample_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in this process over the sample use the engine that is open already."""

    def build(settings: Settings) -> Engine:
        ours = settings.storage == sample_settings.storage
        return cast(Engine, Borrowed(sample)) if ours else build_engine(settings)

    monkeypatch.setattr("bot.__main__.build_engine", build)


def run(
    arguments: list[str], stdin: bytes = b"", **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        timeout=60,
        env={**os.environ, **environment},
    )


def objects(output: bytes | str) -> list[dict[str, Any]]:
    """One JSON object a line, and nothing else."""
    return [json.loads(line) for line in output.splitlines()]


def check_gained(answer: dict[str, Any]) -> None:
    """The follow-up was searched for as typed, with words of the question before in brackets."""
    assert answer["standalone_question"].startswith(f"{FOLLOW_UP} (")
    assert "Obama" in answer["standalone_question"]


def feed(monkeypatch: pytest.MonkeyPatch, stdin: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))


def test_ask_as_json_is_the_engine_s_answer(
    sample: Engine, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for question in (WHERE, "Who won the World Cup in 2022?"):
        assert main(["ask", question, "--json", *flags]) == 0
        (answer,) = objects(capsys.readouterr().out)
        check_keys(answer, ANSWER_KEYS)
        del answer["timings_ms"]
        assert answer == untimed(sample.answer(question))


def test_ask_as_text_shows_the_answer_and_where_it_stands(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", WHERE, *flags]) == 0
    said = capsys.readouterr().out
    assert "General Assembly" in said and "[1]" in said
    assert "obama-says-assad-must-go.md, line 5" in said


@pytest.mark.parametrize("question", ["", "  ", "?!", LONG])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_bad_question_is_one_line_and_2(
    command: str, question: str, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, question, "--json", *flags]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and len(captured.err) < 300
    assert captured.err.startswith(f"bot {command}: the question ")


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["talk"], ["ask"], ["ask", "--batch", "q.csv"], ["ask", "--out", "a.csv"]),
        ["ask", "Who?", "--batch", "q.csv", "--out", "a.csv"],
        ["ask", "--json", "--batch", "q.csv", "--out", "a.csv"],
        *(["search", "x", "-k", k] for k in ("0", "-1", "1001", "ten", "²")),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m bot" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["ask", "Who?"], ["chat"], ["search"]])
def test_a_folder_that_is_missing_or_empty_is_one_line_and_2(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("none", "empty"):
        flags = ["--corpus", str(tmp_path / name), "--storage", str(tmp_path / "storage")]
        assert main([*command, *flags]) == 2
        captured = capsys.readouterr()
        assert captured.out == "" and captured.err.count("\n") == 1
        assert str(tmp_path / name) in captured.err


def test_an_index_that_is_not_there_yet_is_built_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "ferry.txt").write_text("The ferry reached Oban at noon on May 3, 2019.")
    (corpus / "noise.txt").write_bytes(bytes(range(256)) * 8)
    flags = ["--corpus", str(corpus), "--storage", str(tmp_path / "storage")]
    assert main(["ask", "When did the ferry reach Oban?", "--json", *flags]) == 0
    captured = capsys.readouterr()
    assert objects(captured.out)[0]["citations"][0]["file"] == "ferry.txt"
    assert "indexed 1 articles" in captured.err and "skipped 'noise.txt'" in captured.err
    assert main(["ask", "When did the ferry reach Oban?", "--json", *flags]) == 0
    assert "indexed" not in capsys.readouterr().err


def test_a_table_of_questions_is_answered_into_another(
    flags: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.csv").write_text(f"question\n{WHERE}\nWho won the World Cup in 2022?\n")
    batch = ["ask", "--batch", str(tmp_path / "q.csv"), "--out", str(tmp_path / "a.jsonl")]
    assert main([*batch, *flags]) == 0
    assert capsys.readouterr().out == "2 questions: 1 answered, 1 refused\n"
    first, second = objects((tmp_path / "a.jsonl").read_text("utf-8"))
    assert first["file"] == "obama-says-assad-must-go.md" and first["line"] == 5
    assert "General Assembly" in first["answer"] and second["refused"] is True
    assert main([*batch, "--since", "2030-01-01", *flags]) == 0  # it is all there already


def test_what_is_wrong_with_a_table_is_one_line_and_2(
    flags: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.csv").write_text("text\nWho?\n")
    assert main(["ask", "--batch", str(tmp_path / "q.csv"), "--out", "a.csv", *flags]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    assert captured.err.startswith(f"bot ask: {tmp_path / 'q.csv'}: columns text: expected")


def test_search_gives_candidates_best_first(
    flags: list[str], sample_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", WHERE, "--json", "-k", "4", *flags]) == 0
    (found,) = objects(capsys.readouterr().out)
    assert list(found) == ["question", "candidates"] and found["question"] == WHERE
    assert len(found["candidates"]) == 4
    for candidate in found["candidates"]:
        check_keys(candidate, CANDIDATE_KEYS)
        assert len(candidate["text"]) == candidate["end"] - candidate["start"] > 0
    scores = [candidate["score"] for candidate in found["candidates"]]
    assert scores == sorted(scores, reverse=True)


def test_search_as_text_lists_files(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", WHERE, "-k", "2", *flags]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4 and "obama-says-assad-must-go.md" in lines[0]


def test_search_without_a_question_reads_lines_and_a_bad_one_ends_nothing(
    flags: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, f"{WHERE}\n\n{LONG}\n".encode() + b"\xff\xfe?\nRaqqa\r\n")
    assert main(["search", "--json", "-k", "1", *flags]) == 2
    found = objects(capsys.readouterr().out)
    assert [list(o) for o in found] == [
        ["question", "candidates"],
        ["question", "error"],
        ["question", "error"],
        ["question", "candidates"],
    ]
    assert found[3]["question"] == "Raqqa"


def test_chat_as_text_tells_a_bad_line_and_goes_on(
    flags: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, f"?\n{WHERE}\n{FOLLOW_UP}".encode())
    assert main(["chat", *flags]) == 2
    said = capsys.readouterr().out
    assert said.startswith("the question is empty") and "General Assembly" in said
    assert f"(Searching for: {FOLLOW_UP} (" in said


def test_a_question_is_asked_after_the_turns_of_a_file(
    flags: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = [{"role": "user", "content": WHERE}, {"role": "assistant", "content": "At the UN."}]
    before = tmp_path / "before.json"
    before.write_text(json.dumps(said))
    arguments = ["ask", FOLLOW_UP, "--json", "--conversation", str(before), *flags]
    assert main(arguments) == 0
    check_gained(objects(capsys.readouterr().out)[0])
    before.write_text(json.dumps(said[1:]))
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("bot ask: ")


def test_a_chat_keeps_the_conversation_until_an_empty_line(
    sample: Engine,
    flags: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [WHERE, FOLLOW_UP, "", FOLLOW_UP, "", WHERE]
    feed(monkeypatch, "\r\n".join(lines).encode() + b"\n")
    assert main(["chat", "--json", *flags]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    first, second, third, fourth = objects(captured.out)
    for answer in (first, second, third, fourth):
        check_keys(answer, ANSWER_KEYS)
    check_gained(second)
    assert third["standalone_question"] == third["question"] == FOLLOW_UP
    del first["timings_ms"], fourth["timings_ms"]
    assert first == fourth == untimed(sample.answer(WHERE))


def test_a_bad_line_in_a_chat_gives_an_error_and_loses_nothing(
    flags: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [LONG.encode(), b"caf\xe9?", b"\xff\xfe\x00", b"???", b"\0"]
    lines = [WHERE.encode(), *bad, FOLLOW_UP.encode(), b"Wo ist \xf0\x9f\x98\x80 Raqqa?"]
    feed(monkeypatch, b"\n".join(lines))
    assert main(["chat", "--json", *flags]) == 2
    captured = capsys.readouterr()
    found = objects(captured.out)
    assert len(found) == len(lines) and captured.err == ""
    for line in found[1 : 1 + len(bad)]:
        assert list(line) == ["question", "error"]
        assert line["error"] and "\n" not in line["error"] and len(line["question"]) <= 200
    assert "UTF-8" in found[2]["error"] and "100,000 characters" in found[1]["error"]
    check_gained(found[-2])
    assert found[-1]["question"] == "Wo ist 😀 Raqqa?"


def test_each_answer_of_a_chat_comes_before_the_next_question_is_asked(flags: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--json", *flags],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
    ) as chat:
        assert chat.stdin and chat.stdout
        # An answer held back until more is asked would be waited for for ever.
        patience = threading.Timer(30, chat.kill)
        patience.start()
        for question in (WHERE, "Raqqa"):
            chat.stdin.write(f"{question}\n".encode())
            chat.stdin.flush()
            assert json.loads(chat.stdout.readline())["question"] == question
        chat.stdin.close()
        assert chat.wait(30) == 0
        patience.cancel()


def test_another_process_gives_the_same_bytes(sample: Engine, flags: list[str]) -> None:
    asked = "\n\n".join(QUESTIONS).encode()
    done = run(["chat", "--json", *flags], asked, PYTHONHASHSEED="1")  # here it is a random one
    assert (done.returncode, done.stderr) == (0, b"")
    answers = objects(done.stdout)
    for answer in answers:
        del answer["timings_ms"]
    assert json.dumps(answers) == json.dumps([untimed(sample.answer(q)) for q in QUESTIONS])


@pytest.mark.timing
def test_a_cold_start_answers_soon_whatever_the_locale(flags: list[str]) -> None:
    before = os.times()
    done = run(["ask", "Où? Raqqa 😀", "--json", *flags], LC_ALL="C", PYTHONIOENCODING="ascii")
    after = os.times()
    assert done.returncode == 0
    assert json.loads(done.stdout.decode())["question"] == "Où? Raqqa 😀"
    # Its own work: on a busy machine it waits for longer without anything being wrong.
    worked = after.children_user + after.children_system
    assert worked - before.children_user - before.children_system < 15


def test_a_reader_that_leaves_early_is_no_error(flags: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--json", *flags],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as chat:
        assert chat.stdin and chat.stdout and chat.stderr
        chat.stdout.close()
        chat.stdin.write(f"{WHERE}\n".encode() * 3)
        chat.stdin.close()
        assert chat.stderr.read() == b"" and chat.wait(30) == 130


def test_a_file_name_that_is_no_text_is_skipped_or_comes_out_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    name = os.fsdecode(b"caf\xe9.txt")
    (corpus / name).write_text("The ferry reached Oban at noon on May 3, 2019.")
    (corpus / "other.txt").write_text("The choir of Leith sang in June 2017.")
    flags = ["--corpus", str(corpus), "--storage", str(tmp_path / "storage")]
    assert main(["ask", "When did the ferry reach Oban?", "--json", *flags]) == 0
    captured = capsys.readouterr()
    (answer,) = objects(captured.out)
    files = [citation["file"] for citation in answer["citations"]]
    assert files == [name] or "skipped 'caf\\udce9.txt'" in captured.err


def test_ask_and_search_within_a_selection(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    within = ["--since", "2015-11-18", "--until", "2015-11-18", "--within", "raqqa", *flags]
    assert main(["search", WHERE, "--json", *within]) == 0
    (found,) = objects(capsys.readouterr().out)
    assert {one["file"] for one in found["candidates"]} == {"air-strikes-on-raqqa.txt"}
    assert main(["ask", WHERE, "--json", "--outlet", "Nobody", "--outlet", "No one", *flags]) == 0
    (answer,) = objects(capsys.readouterr().out)
    assert answer["refused"] and answer["citations"] == [] and answer["text"]
    assert main(["search", WHERE, "--json", "--author", "Nobody", *flags]) == 0
    assert objects(capsys.readouterr().out)[0]["candidates"] == []


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("day", ["2015-09", "yesterday", "2015-02-30", "\ud800", "x" * 100_000])
def test_a_bad_day_is_one_line_and_2(
    command: str, day: str, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, WHERE, "--since", day, *flags]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and len(captured.err) < 300
    assert captured.err.startswith(f"bot {command}: since: ")
