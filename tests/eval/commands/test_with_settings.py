"""`python -m eval run --with …` on a corpus of two articles: which index, which settings, what is refused."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from eval.__main__ import main
from eval.commands.with_settings import changed_file, read_changes, run_twice
from eval.runs.report import Report
from index.errors import EvaluationError, SettingsError

ARTICLES = {
    "harbour.txt": "New harbour bridge opens\n\nThe bridge over the harbour of Lindow opened on "
    "Tuesday. Mayor Ada Pell cut the ribbon before a crowd of 4,200 people.\n",
    "bakery.txt": "Bakery wins prize\n\nA bakery in Ostwick won the national bread prize. Its rye "
    "loaf convinced a jury of nine bakers in Lindow.\n",
}
CASE = {
    "id": "ribbon",
    "question": "Who cut the ribbon?",
    "answers": ["Ada Pell"],
    "files": ["harbour.txt"],
}


@pytest.fixture
def flags(tmp_path: Path) -> list[str]:
    """A set of one question, and its corpus."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in ARTICLES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    cases = tmp_path / "tiny.jsonl"
    cases.write_text(json.dumps(CASE), encoding="utf-8")
    return ["run", "--set", str(cases), "--corpus", str(corpus)]


def test_the_second_run_has_the_changed_settings(
    flags: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.json"
    changes = ["--with", "BYLINE_CANDIDATES=1", "--with", "byline_strictness=strict"]
    assert main([*flags, "--json", str(out), *changes]) == 0
    printed = capsys.readouterr().out
    assert "changed: BYLINE_CANDIDATES=1, byline_strictness=strict" in printed
    assert "accuracy" in printed
    first, second = (json.loads(path.read_text()) for path in (out, changed_file(out)))
    told = [
        (each["settings"]["candidates"], each["settings"]["strictness"]) for each in (first, second)
    ]
    assert told == [(8, "balanced"), (1, "strict")]
    read = [each["reports"][0]["results"][0]["read"] for each in (first, second)]
    assert read == [2, 1]


@pytest.mark.parametrize(
    "change, shared",
    [
        ("BYLINE_CANDIDATES=4", True),
        ("BYLINE_MAX_FILE_MB=7", False),
        ("BYLINE_MODELS=elsewhere", False),
        ("BYLINE_CHROMA=http://127.0.0.1:9", False),
    ],
)
def test_what_changes_the_index_gets_one_of_its_own(
    tmp_path: Path, change: str, shared: bool
) -> None:
    asked: list[tuple[Path | None, Mapping[str, str]]] = []

    def ask(
        path: Path, corpus: Path | None, storage: Path | None, changes: Mapping[str, str]
    ) -> Report:
        asked.append((storage, changes))
        return Report(path.stem, ())

    arguments = argparse.Namespace(
        changes=[change], corpus=tmp_path, storage=tmp_path / "index", json=None,
        gate=None, misses=False, html=None, write_baseline=None,
    )  # fmt: skip
    assert run_twice(arguments, [Path("tiny.jsonl")], ask, Console(quiet=True)) == 0
    (first, none), (second, some) = asked
    assert (none, some) == ({}, read_changes([change]))
    assert first == tmp_path / "index"
    assert (second == first) is shared


@pytest.mark.parametrize(
    "change, told",
    [
        (
            "BYLINE_CANDIDATE=4",
            "BYLINE_CANDIDATE: no such setting; the nearest is BYLINE_CANDIDATES",
        ),
        ("CANDIDATES=4", "CANDIDATES: no such setting; the nearest is BYLINE_CANDIDATES"),
        ("BYLINE_CANDIDATES", "'BYLINE_CANDIDATES': expected NAME=VALUE, such as"),
        ("BYLINE_CANDIDATES=many", "BYLINE_CANDIDATES='many': "),
        ("BYLINE_CANDIDATES=0", "BYLINE_CANDIDATES='0': "),
        ("BYLINE_CORPUS=there", "for both of them there is --corpus DIR"),
        ("BYLINE_STORAGE=there", "for both of them there is --storage DIR"),
    ],
)
def test_a_wrong_change_is_told_in_one_line_before_anything_is_asked(
    flags: list[str], change: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*flags, "--with", change]) == 2
    captured = capsys.readouterr()
    assert told in captured.err and captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize("flag", ["--gate", "--misses", "--write-baseline", "--html=report.html"])
def test_what_speaks_of_one_run_is_refused(
    flags: list[str], flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*flags, flag, "--with", "BYLINE_CANDIDATES=4"]) == 2
    assert f"{flag.partition('=')[0]}: applies to one run" in capsys.readouterr().err


def test_the_last_value_of_a_name_counts() -> None:
    assert read_changes(["BYLINE_LLM=", "BYLINE_PORT=1", "BYLINE_PORT=2=3"]) == {
        "llm": "",
        "port": "2=3",
    }
    with pytest.raises(SettingsError):
        read_changes([""])
    with pytest.raises(EvaluationError):
        read_changes(["byline_corpus=x"])
