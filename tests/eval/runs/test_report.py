"""What a report derives from its cases: where each went wrong, the figures' intervals, the curves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases.case import Case
from eval.metrics.metrics import mean
from eval.runs.report import Report
from eval.runs.result import CaseResult, Retrieved

CASE = Case("un", "Where?", ("the UN",), ("a.txt",))
UNKNOWN = Case("mars", "Who is on Mars?", (), ())
HELD = Retrieved("1", "a.txt", "A", "At the UN.", 0.9)
OTHER = Retrieved("2", "b.txt", "B", "In Geneva.", 0.8)


def result(
    case: Case = CASE,
    given: str = "the UN",
    cited: tuple[str, ...] = ("a.txt",),
    confidence: float = 0.9,
    passages: tuple[Retrieved, ...] = (HELD, OTHER),
    read: int = 2,
) -> CaseResult:
    files = tuple(dict.fromkeys(passage.file for passage in passages))
    found = CaseResult(
        case, case.question, given, not given, confidence, cited, files, 0, 0, "d", 1.0
    )
    return replace(found, passages=passages, read=read)


def test_a_correct_case_has_no_cause() -> None:
    assert result().cause is None
    assert result(UNKNOWN, given="", cited=()).cause is None


@pytest.mark.parametrize(
    ("missed", "cause"),
    [
        (result(UNKNOWN), "should have refused"),
        (result(given="", cited=(), passages=(OTHER,), read=1), "not retrieved"),
        (result(given="Geneva", passages=(), read=0), "not retrieved"),
        (result(given="", cited=(), passages=(OTHER, HELD), read=1), "retrieved, not read"),
        (result(given="", cited=()), "read, but refused"),
        (result(given="Geneva"), "wrong span"),
        (result(given="Geneva", cited=("b.txt",)), "wrong span"),
        (result(cited=("b.txt",)), "wrong citation"),
        # the first step that failed counts: nothing of the right file could be cited
        (result(cited=("b.txt",), passages=(OTHER,), read=1), "not retrieved"),
    ],
)
def test_a_miss_is_laid_to_the_first_step_that_failed(missed: CaseResult, cause: str) -> None:
    assert missed.cause == cause


RESULTS = st.lists(
    st.builds(
        result,
        st.sampled_from([CASE, UNKNOWN]),
        st.sampled_from(["", "the UN", "Geneva", "Geneva or the UN at last"]),
        st.sampled_from([(), ("a.txt",), ("b.txt",)]),
        st.integers(0, 10).map(lambda n: n / 10),
        st.sampled_from([(), (HELD,), (OTHER,), (OTHER, HELD)]),
        st.integers(0, 2),
    )
)


@given(RESULTS)
def test_what_is_missed_has_a_cause_and_nothing_else_has(results: list[CaseResult]) -> None:
    for each in results:
        assert (each.cause is None) == each.correct


@given(RESULTS)
def test_every_mean_lies_in_its_interval(results: list[CaseResult]) -> None:
    report = Report("some", tuple(results))
    for name, values in report.values.items():
        assert report.figures[name] == mean(values)
        assert (name in report.intervals) == bool(values)
        if values:
            low, high = report.intervals[name]
            value = report.figures[name]
            assert value is not None
            assert 0 <= low <= value + 1e-9 and value - 1e-9 <= high <= 1


def test_refusals_are_measured_on_the_refused_and_on_the_unanswerable() -> None:
    refused = result(UNKNOWN, given="", cited=())
    report = Report("some", (refused, result(UNKNOWN), result(given=""), result(), refused))
    assert report.figures["refusal_precision"] == pytest.approx(2 / 3)
    assert report.figures["refusal_recall"] == pytest.approx(2 / 3)
    answered = Report("some", (result(),))
    assert answered.figures["refusal_precision"] is None
    assert answered.figures["refusal_recall"] is None


def test_the_curves_are_those_of_the_answered_cases() -> None:
    report = Report(
        "some",
        (
            result(confidence=0.95),
            result(given="Geneva", confidence=0.85),
            result(given="", cited=(), confidence=0.3),  # a refusal takes no part
            result(UNKNOWN, confidence=0.55),
        ),
    )
    assert [point.risk for point in report.risk_coverage] == pytest.approx([0, 1 / 2, 2 / 3])
    assert [each.cases for each in report.reliability] == [0, 0, 0, 0, 0, 1, 0, 0, 1, 1]
    assert report.confidences["aurc"] == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)
    assert report.confidences["ece"] == pytest.approx((0.05 + 0.85 + 0.55) / 3)


def test_the_recall_curve_rises_with_the_rank_at_which_the_files_are_found() -> None:
    both = replace(CASE, files=("a.txt", "b.txt"))
    report = Report(
        "some", (result(), result(both), result(passages=(OTHER, HELD)), result(UNKNOWN))
    )
    # at 1: 1, 1/2 and 0 of the files; at 2: all
    assert report.recall_curve[:2] == pytest.approx((0.5, 1.0))
    assert len(report.recall_curve) == 10 and set(report.recall_curve[1:]) == {1.0}


@given(RESULTS)
def test_recall_never_falls_with_k(results: list[CaseResult]) -> None:
    report = Report("some", tuple(results))
    assert list(report.recall_curve) == sorted(report.recall_curve)
    for k in (1, 5, 10):
        assert report.figures[f"recall@{k}"] == (
            report.recall_curve[k - 1] if report.recall_curve else None
        )


def test_an_empty_report_has_neither_curves_nor_intervals() -> None:
    empty = Report("none", ())
    assert empty.risk_coverage == empty.recall_curve == ()
    assert empty.intervals == {}
    assert set(empty.confidences.values()) == {None}
