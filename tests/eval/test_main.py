"""`python -m eval` from end to end on a corpus of two articles, with the real index and engine."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.cases.named import ROOT

ARTICLES = {
    "harbour.txt": "New harbour bridge opens\n\nThe bridge over the harbour of Lindow opened on "
    "Tuesday. Mayor Ada Pell cut the ribbon before a crowd of 4,200 people.\n",
    "bakery.txt": "Bakery wins prize\n\nA bakery in Ostwick won the national bread prize. Its rye "
    "loaf convinced a jury of nine bakers in Lindow.\n",
}
CASES = [
    {
        "id": "ribbon",
        "question": "Who cut the ribbon?",
        "answers": ["Ada Pell"],
        "files": ["harbour.txt"],
    },
    {"id": "moon", "question": "Which rocket flew to Neptune?", "answers": [], "files": []},
]


@pytest.fixture
def paths(tmp_path: Path) -> tuple[str, str]:
    """A set's file and its corpus."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in ARTICLES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    cases = tmp_path / "tiny.jsonl"
    cases.write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    return str(cases), str(corpus)


def test_a_run_prints_the_table_and_writes_the_report(
    paths: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases, corpus = paths
    out = tmp_path / "report.json"
    assert main(["run", "--set", cases, "--corpus", corpus, "--json", str(out), "--misses"]) == 0
    printed = capsys.readouterr().out
    assert "tiny" in printed
    assert "of 2 cases missed" in printed
    (report,) = json.loads(out.read_text(encoding="utf-8"))["reports"]
    assert report["figures"]["cases"] == 2
    assert report["figures"]["citation_validity"] in (1.0, None)
    assert [result["id"] for result in report["results"]] == ["ribbon", "moon"]
    assert "harbour.txt" in report["results"][0]["retrieved"]


def test_two_runs_give_the_same_report_but_for_the_timings(
    paths: tuple[str, str], tmp_path: Path
) -> None:
    cases, corpus = paths
    reports = []
    for name in ("one", "two"):
        out = tmp_path / f"{name}.json"
        storage = str(tmp_path / name)
        flags = ["--corpus", corpus, "--storage", storage, "--json", str(out)]
        assert main(["run", "--set", cases, *flags]) == 0
        (report,) = json.loads(out.read_text(encoding="utf-8"))["reports"]
        del report["timings_ms"]
        reports.append(report)
    assert reports[0] == reports[1]


def test_the_gate_gives_one_and_names_the_figure(
    paths: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases, corpus = paths
    gate = tmp_path / "gate.json"
    flags = ["run", "--set", cases, "--corpus", corpus]
    assert main([*flags, "--write-baseline", str(gate)]) == 0
    assert main([*flags, "--gate", str(gate)]) == 0
    raw = json.loads(gate.read_text(encoding="utf-8"))
    raw["tiny"]["at_least"] = {"cases": 2, "accuracy": 1.5}
    gate.write_text(json.dumps(raw), encoding="utf-8")
    capsys.readouterr()
    assert main([*flags, "--gate", str(gate)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("lost: tiny: accuracy is") and line.endswith("expected at least 1.5")


@pytest.mark.parametrize(
    "output, code, told",
    [
        ("/dev/full", 2, "eval: the output cannot be written: No space left on device\n"),
        pytest.param("closed", 130, "", marks=pytest.mark.slow),  # fast for `python -m index`
    ],
)
def test_output_that_is_not_taken_is_no_missed_threshold(
    paths: tuple[str, str], output: str, code: int, told: str
) -> None:
    cases, corpus = paths
    command = [sys.executable, "-m", "eval", "run", "--set", cases, "--corpus", corpus]
    with ExitStack() as stack:
        closed = output == "closed"
        target = subprocess.PIPE if closed else stack.enter_context(Path(output).open("wb"))
        run = stack.enter_context(
            subprocess.Popen(command, cwd=ROOT, stdout=target, stderr=subprocess.PIPE)
        )
        if run.stdout:
            run.stdout.close()
        assert run.stderr
        assert (run.stderr.read().decode(), run.wait(60)) == (told, code)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["walk"],
        ["run", "--sets", "x"],
        ["bench", "--texts", "many"],
        ["bench", "--texts", "0"],
        ["resolution"],
    ],
)
def test_usage_errors_give_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage: python -m eval" in capsys.readouterr().err


def test_help_gives_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--help"]) == 0
    assert "--gate" in capsys.readouterr().out


def test_known_errors_are_one_line_and_give_two(
    paths: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases, corpus = paths
    nowhere = str(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    for arguments in (
        ["run", "--set", "nothing"],
        ["run", "--set", cases, "--corpus", nowhere],
        ["run", "--set", cases, "--corpus", str(tmp_path / "empty")],
        ["run", "--set", cases, "--corpus", corpus, "--gate", nowhere],
        ["run", "--set", cases, "--corpus", corpus, "--gate"],  # no thresholds for this set
        ["run", "--set", cases, "--set", f"{tmp_path}/./tiny.jsonl", "--corpus", corpus],
        ["bench", "--articles", nowhere],
    ):
        assert main(arguments) == 2, arguments
        error = capsys.readouterr().err
        assert error.startswith("eval: ") and error.count("\n") == 1, error
