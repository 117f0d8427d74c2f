"""Runs that are kept come back as they were; what is damaged is told in one line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases.case import Case
from eval.reports.compare import compare_reports
from eval.runs.kept import Run, Runs, new_run
from eval.runs.report import Report
from eval.runs.result import CaseResult, Retrieved
from index.errors import EvaluationError, NoSuchError

SETTINGS = {"strictness": "balanced", "candidates": 8}
TEXT = st.text(max_size=12)  # no lone surrogates: UTF-8 has none
SHARE = st.floats(0, 1).map(lambda share: round(share, 6))  # as many digits as are kept
PASSAGES = st.lists(
    st.builds(Retrieved, TEXT, TEXT, TEXT, TEXT, SHARE),
    max_size=3,
    unique_by=lambda passage: passage.id,
).map(tuple)
WORDS = st.lists(TEXT, max_size=2).map(tuple)
CASES = st.builds(Case, TEXT, TEXT, WORDS, WORDS, WORDS, WORDS, TEXT)
COUNT = st.integers(0, 9)
RESULT = st.builds(
    CaseResult, CASES, TEXT, TEXT, st.booleans(), SHARE, WORDS, WORDS, COUNT, COUNT, TEXT,
    st.integers(0, 10**6).map(float), PASSAGES, COUNT,
)  # fmt: skip


def result(id_: str = "un", given: str = "the UN", confidence: float = 0.75) -> CaseResult:
    case = Case(id_, f"Where is {id_}?", ("the UN",), ("a.txt",))
    held = Retrieved("p1", "a.txt", "A", "At the UN, he said.", 0.5)
    found = CaseResult(
        case, case.question, given, not given, confidence, ("a.txt",), ("a.txt",), 1, 1, "d", 5.0
    )
    return replace(found, passages=(held,), read=1)


def run(*results: CaseResult, name: str = "sample") -> Run:
    return new_run(Report(name, results or (result(),)), SETTINGS)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "runs")


def test_a_run_comes_back_as_it_was(runs: Runs) -> None:
    kept = run(result(), result("moon", given=""))
    runs.save(kept)
    assert runs.load(kept.id) == kept
    (summary,) = runs.summaries()
    assert (summary.id, summary.set, summary.when) == (kept.id, "sample", kept.when)
    assert summary.figures == kept.report.all_figures
    assert summary.figures["accuracy"] == 0.5


@given(results=st.lists(RESULT, max_size=3))
def test_any_run_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, results: list[CaseResult]
) -> None:
    # one passage has one text, whoever retrieved it
    known: dict[str, Retrieved] = {}
    same = [
        replace(
            each,
            passages=tuple(
                replace(known.setdefault(p.id, p), score=p.score) for p in each.passages
            ),
        )
        for each in results
    ]
    runs = Runs(tmp_path_factory.getbasetemp() / "any")
    kept = run(*same)
    runs.save(kept)
    assert runs.load(kept.id) == kept


def test_the_words_of_a_passage_are_kept_once(runs: Runs, tmp_path: Path) -> None:
    kept = run(*(result(str(number)) for number in range(20)))
    runs.save(kept)
    content = (tmp_path / "runs" / f"{kept.id}.json").read_text(encoding="utf-8")
    assert content.count("At the UN, he said.") == 1


def test_characters_that_are_none_do_not_fail_a_run(runs: Runs) -> None:
    kept = run(result("half a \ud800 character"))
    runs.save(kept)
    assert runs.load(kept.id).report.results[0].case.id == "half a ? character"


def test_the_oldest_runs_go(tmp_path: Path) -> None:
    runs = Runs(tmp_path / "runs", keep=3)
    kept = [replace(run(), id=f"20240101-00000000{n}-0123abcd") for n in range(5)]
    for each in kept:
        runs.save(each)
    assert [summary.id for summary in runs.summaries()] == [each.id for each in kept[:1:-1]]
    with pytest.raises(NoSuchError, match="not kept any more"):
        runs.load(kept[0].id)
    assert not list((tmp_path / "runs").glob("*.part"))


@pytest.mark.parametrize(
    "id_",
    ["", "x", "../../etc/passwd", "20240101-000000000-0123abcd/..", "20240101-000000000-0123ABCD"],
)
def test_an_id_of_another_form_opens_nothing(runs: Runs, tmp_path: Path, id_: str) -> None:
    (tmp_path / "runs").mkdir()
    with pytest.raises(NoSuchError, match="no run is called so"):
        runs.load(id_)


def test_nothing_is_kept_before_the_first_run(runs: Runs) -> None:
    assert runs.summaries() == ()


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: "{",
        lambda raw: "[]",
        lambda raw: json.dumps({**raw, "id": "20240101-000000000-00000000"}),
        lambda raw: json.dumps({**raw, "results": [{}]}),
        lambda raw: json.dumps({**raw, "results": 5}),
        lambda raw: json.dumps({**raw, "results": [None]}),
        lambda raw: json.dumps({**raw, "passages": {}}),
        lambda raw: json.dumps({**raw, "passages": {"p1": 5}}),
        lambda raw: json.dumps({**raw, "settings": None}),
        lambda raw: json.dumps({**raw, "results": [{**raw["results"][0], "confidence": 2}]}),
        lambda raw: json.dumps({**raw, "results": [{**raw["results"][0], "confidence": "sure"}]}),
        lambda raw: json.dumps({**raw, "timings_ms": {"cases": []}}),
        lambda raw: json.dumps(
            {**raw, "timings_ms": {"cases": [{"ms": float("inf"), "stages": {}}]}}
        ),
        lambda raw: json.dumps({**raw, "figures": {"accuracy": float("nan")}}),
        lambda raw: "[" * 100_000,
        lambda raw: json.dumps({key: value for key, value in raw.items() if key != "set"}),
    ],
)
def test_a_damaged_run_is_told_in_one_line(runs: Runs, tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    kept, whole = run(), run()
    runs.save(kept)
    runs.save(whole)
    path = tmp_path / "runs" / f"{kept.id}.json"
    path.write_text(damage(json.loads(path.read_text())), encoding="utf-8")
    with pytest.raises(EvaluationError) as error:
        runs.load(kept.id)
    told = str(error.value)
    assert told.startswith(f"run {kept.id}: ") and "\n" not in told
    assert str(tmp_path) not in told
    assert {summary.id for summary in runs.summaries()} == {kept.id, whole.id}


def test_a_summary_of_a_damaged_run_says_so(runs: Runs, tmp_path: Path) -> None:
    kept = run()
    runs.save(kept)
    (tmp_path / "runs" / f"{kept.id}.json").write_text("{", encoding="utf-8")
    (summary,) = runs.summaries()
    assert "damaged" in summary.error and summary.figures == {}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file", encoding="utf-8")
    with pytest.raises(EvaluationError, match="cannot be kept"):
        Runs(tmp_path / "runs").save(run())


def test_two_reports_are_compared_by_hand() -> None:
    a = run(
        result("1"), result("2", given=""), result("3"), result("4", given=""), result("old")
    ).report
    b = run(
        result("1"), result("2"), result("3", given=""), result("4", given="x"), result("new")
    ).report
    compared = compare_reports(a, b)
    outcomes = {case.id: case.outcome for case in compared.cases}
    assert outcomes == {
        "1": "same",
        "2": "won",
        "3": "lost",
        "4": "same",
        "old": "only in A",
        "new": "only in B",
    }
    assert compared.counts == {"same": 2, "won": 1, "lost": 1, "only in A": 1, "only in B": 1}
    figures = compared.figures
    assert (figures["accuracy"].a, figures["accuracy"].b) == (0.6, 0.6)
    assert figures["accuracy"].difference == 0.0
    assert figures["citations"].difference == 0
    assert figures["refusal_recall"].difference is None


def test_a_changed_question_is_another_one() -> None:
    changed = replace(result(), case=replace(result().case, question="Where else?"))
    compared = compare_reports(run().report, run(changed).report)
    assert [case.outcome for case in compared.cases] == ["only in A", "only in B"]


def test_reports_on_different_sets_are_not_compared() -> None:
    with pytest.raises(EvaluationError, match="expected two on the same set"):
        compare_reports(run().report, run(name="real").report)


@given(st.lists(RESULT, max_size=4), st.lists(RESULT, max_size=4))
def test_turned_round_what_was_won_is_lost(a: list[CaseResult], b: list[CaseResult]) -> None:
    there, back = (
        compare_reports(run(*a).report, run(*b).report),
        compare_reports(run(*b).report, run(*a).report),
    )
    assert there.counts.get("won", 0) == back.counts.get("lost", 0)
    assert there.counts.get("only in A", 0) == back.counts.get("only in B", 0)
    for name, one in there.figures.items():
        other = back.figures[name]
        assert (one.a, one.b) == (other.b, other.a)
        assert one.difference == (None if other.difference is None else -other.difference)
