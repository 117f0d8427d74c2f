"""`python -m eval ablate` on two small articles, with the real index and engine."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.ablation.ablate import compare
from eval.ablation.registry import RULES
from eval.cases.case import Case
from eval.runs.report import Report
from eval.runs.result import CaseResult

ARTICLES = {
    "bridge.txt": "Bridge opens\n\nMayor Ada Pell opened the bridge of Lindow on Tuesday. "
    "More than 4,200 people watched her.\n",
    "vote.txt": "Council votes\n\n3 May 2015\n\nAda Pell said the bridge had cost 3 million pounds. "
    "“We shall not pay for another bridge,” she added. On Friday the council voted for the ferry.\n",
    "cafe.txt": "Cafe burns\n\nA cafe in Ostwick burnt down on Friday night. Nobody was hurt.\n",
}
CASES = [
    {
        "id": "count",
        "question": "How many articles mention Ostwick?",
        "answers": [{"pattern": "^1 of 3 articles"}],
        "files": ["cafe.txt"],
    },
    {"id": "moon", "question": "Which rocket flew to Neptune?", "answers": [], "files": []},
]
RULE = "composition.kinds.asked._articles"


def result(case: Case, given: str) -> CaseResult:
    return CaseResult(
        case, case.question, given, not given, 0.5, ("a.txt",) if given else (), (), 0, 0, given, 1
    )


def test_cases_move_between_right_wrong_and_refused() -> None:
    cases = [Case(name, f"{name}?", ("yes",), ("a.txt",)) for name in ("a", "b", "c")]
    near = Case("near", "near?", (), ())
    before = Report("few", tuple(map(result, [*cases, near], ("yes", "no", "yes", ""))))
    after = Report("few", tuple(map(result, [*cases, near], ("yes", "yes", "", "no"))))
    found = compare(RULES[RULE], before, after)
    assert found.harmed == ("b",)
    assert found.needed_by == ("c", "near")
    assert (found.outcomes["wrong"].gained, found.outcomes["wrong"].lost) == (("near",), ("b",))
    assert found.outcomes["falsely refused"].gained == ("c",)
    assert found.changed == ("b", "c", "near")


def test_the_cases_that_need_a_rule_are_printed_and_written(
    tmp_path: Path, put: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in ARTICLES.items():
        put(f"corpus/{name}", text)
    path, out = put("few.jsonl", CASES), tmp_path / "out.json"
    command = ["ablate", "--set", str(path), "--corpus", str(tmp_path / "corpus"), "--rule", RULE]
    assert main([*command, "--rule", "retrieval.fusion", "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "few: 2 cases, 2 right, 0 wrong, 0 falsely refused." in printed
    assert "    needs it: count\n" in printed
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["sets"]["few"]["right"] == 2
    rules = {one["rule"]: one["sets"]["few"] for one in written["rules"]}
    assert rules[RULE]["right"] == {"gained": [], "lost": ["count"]}
    assert rules["retrieval.fusion.BY_READER"]["changed"] == []


@pytest.mark.slow
def test_every_rule_can_be_watched_and_switched_off(
    tmp_path: Path, put: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in ARTICLES.items():
        put(f"corpus/{name}", text)
    asked = [
        ["What did Ada Pell say about the bridge?"],
        ["Timeline of the bridge"],
        ["Summarise the article about the cafe"],
        ["Who is Ada Pell?", "How many people watched her?"],
        ["Was anybody hurt when the cafe burnt?"],
        ["When was the vote?", "When was that published?"],
    ]
    rows: list[object] = [
        {"id": f"q{n}", "question": question, "history": history, "answers": [], "files": []}
        for n, (*history, question) in enumerate(asked)
    ]
    path = put("kinds.jsonl", rows)
    assert main(["ablate", "--set", str(path), "--corpus", str(tmp_path / "corpus")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines[1:] if not line.startswith(" ")} == set(RULES)
    moved = {line.split()[0] for line in lines[1:] if line[:1] != " " and "changed 0" not in line}
    assert "composition.kinds.asked._timeline" in moved
    assert "resolution.remarks.remark_in" in moved
    assert "english.period._years" not in moved


def test_rules_are_listed_and_an_unknown_one_is_an_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ablate", "--list", "--rule", "reading.identity"]) == 0
    assert capsys.readouterr().out.startswith("reading.identity.LESS_SURE ")
    assert main(["ablate", "--rule", "reading.nothing"]) == 2
    assert "no such rule; expected one that `--list` prints" in capsys.readouterr().err
