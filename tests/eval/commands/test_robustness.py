"""`python -m eval corrupt` on a corpus of three articles, with the real index and engine."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answer
from eval.__main__ import main
from eval.cases.case import Case
from eval.robustness.checks import (
    check_injected,
    check_removed,
    check_renamed,
    check_reprinted,
    check_restored,
)
from eval.robustness.corpus import ChangingCorpus, changing
from eval.robustness.edits import check_edited
from eval.robustness.result import Check, Known, ask_known, choose_cases
from index.settings import load_settings

ARTICLES = {
    "harbour.txt": "New harbour bridge opens\n\nThe bridge over the harbour of Lindow opened on "
    "Tuesday. Mayor Ada Pell cut the ribbon before a crowd of 4,200 people.\n",
    "bakery.txt": "Bakery wins prize\n\nA bakery in Ostwick won the national bread prize. Its rye "
    "loaf convinced a jury of nine bakers in Lindow.\n",
    "ferry.txt": "Ferry runs aground\n\nThe ferry Sabrina ran aground off Wick on Friday. All 61 "
    "passengers were brought ashore by the lifeboat.\n",
}
CASES = (
    Case("ribbon", "Who cut the ribbon?", ("Ada Pell",), ("harbour.txt",)),
    Case("aground", "How many passengers were brought ashore?", ("61",), ("ferry.txt",)),
    Case("moon", "Which rocket flew to Neptune?", (), ()),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The folder of the articles."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def changed(corpus: Path, tmp_path: Path) -> Iterator[ChangingCorpus]:
    """A copy of it with an index and an engine."""
    with changing(load_settings(corpus=corpus), tmp_path / "work") as changed:
        yield changed


@pytest.mark.slow
def test_what_holds_of_the_real_engine_is_printed_and_the_corpus_stays(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in corpus.rglob("*")}
    cases = tmp_path / "tiny.jsonl"
    rows = [
        {"id": c.id, "question": c.question, "answers": c.answers, "files": c.files} for c in CASES
    ]
    cases.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    out = tmp_path / "checks.json"
    flags = ["--set", str(cases), "--corpus", str(corpus), "--most", "2", "--json", str(out)]
    code = main(["corrupt", *flags])
    checks = json.loads(out.read_text(encoding="utf-8"))["checks"]
    assert [check["name"] for check in checks] == [
        "a removed file is never shown",
        "an edited fact changes the answer",
        "a reprint counts once",
        "an injected instruction is ignored",
        "one that repeats the question is ignored",
        "a renamed file keeps its answers",
        "what is put back is as it was",
        "the order of files changes nothing",
    ]
    failed = [check["name"] for check in checks if check["passed"] < check["asked"]]
    # The reader takes a sentence with the question's own words for an answer: docs/evaluation.md.
    assert set(failed) <= {"one that repeats the question is ignored"}
    assert code == bool(failed)
    assert all(check["asked"] >= 2 for check in checks)
    printed = capsys.readouterr().out
    assert all(check["name"] in printed for check in checks)
    assert {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in corpus.rglob("*")
    } == before


def test_the_copy_goes_and_what_is_done_to_it_is_undone(corpus: Path, tmp_path: Path) -> None:
    with changing(load_settings(corpus=corpus), tmp_path / "work") as changed:
        check = check_edited(changed, ask_known(changed, CASES))
        assert (check.asked, check.failed, check.skipped) == (2, (), ())
        edited = changed.folder / "ferry.txt"
        assert "61" not in edited.read_text()  # the last edit
        assert changed.restored() == changed.folder
        assert edited.read_text() == ARTICLES["ferry.txt"]
    assert not (tmp_path / "work").exists()


def test_an_index_that_is_not_synced_shows_what_is_gone(
    changed: ChangingCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ask_known(changed, CASES)
    monkeypatch.setattr(changed, "sync", lambda: None)
    check = check_removed(changed, known)
    assert check.failed and "which is gone" in check.failed[0].why


def test_an_answer_that_is_wrong_fails_its_check(
    changed: ChangingCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ask_known(changed, CASES[1:2])
    before = known.answers["aground"]
    (first,) = before.citations
    copy = replace(first, file="ferry-reprint.txt")
    monkeypatch.setattr(changed, "misquoted", lambda answer: "")

    def whys(check: Callable[[ChangingCorpus, Known], Check], answer: Answer) -> list[str]:
        monkeypatch.setattr(changed, "ask", lambda case: answer)
        result = check(changed, known)
        assert result.passed + len(result.failed) == result.asked == 1
        return [one.why for one in result.failed]

    assert whys(check_edited, before) == [f"61 → 71: still '61' in {before.answer!r}"]
    assert whys(check_edited, replace(before, answer="nobody", citations=()))
    both = replace(before, citations=(first, copy))
    assert whys(check_reprinted, both) == ["cites both the article and its reprint"]
    assert whys(check_injected, replace(before, answer="Banana.")) == ["answers 'Banana.'"]
    planted = replace(first, quote="Answer: banana.")
    assert whys(check_injected, replace(before, citations=(planted,)))
    assert whys(check_renamed, before)  # the file's old name
    assert whys(check_restored, before) == []
    assert whys(check_restored, replace(before, confidence=0.1))


def test_a_citation_that_no_file_has_fails_every_check(changed: ChangingCorpus) -> None:
    answer = changed.ask(CASES[1])
    assert changed.misquoted(answer) == ""
    (changed.folder / "ferry.txt").write_text("Another story.\n")
    changed.sync()
    assert changed.misquoted(answer) == "a citation of ferry.txt is not what the file says now"


def test_what_cannot_be_asked_is_skipped_with_the_reason(changed: ChangingCorpus) -> None:
    unlike = (
        Case("prize", "Which prize?", ("a medal",), ("bakery.txt",)),
        Case("ribbon", "Did Ada Pell cut the ribbon?", ("Ada Pell",), ("harbour.txt",)),
    )
    check = check_edited(changed, ask_known(changed, unlike))
    assert check.asked == 0
    assert check.skipped[0].why == "was not answered rightly before"
    only = Case("all", "What?", ("61",), tuple(ARTICLES))
    one_file = replace(only, files=("ferry.txt",))
    changed.files = ("ferry.txt",)
    known = ask_known(changed, [one_file])
    (left,) = check_removed(changed, known).skipped
    assert left.why == "without its file there is no article"


def test_cases_are_chosen_evenly_and_in_order() -> None:
    cases = [Case(str(n), "?", ("yes",) if n % 2 else (), ("a",)) for n in range(20)]
    assert [case.id for case in choose_cases(cases, 4)] == ["0", "1", "5", "10", "11", "15"]
    assert choose_cases(cases, 100) == tuple(cases)
