"""The figures of one case, each against its definition worked out by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases.case import Case, Support
from eval.runs.citing import SupportCounts
from eval.runs.figures import GROUPS, LABELS, LOWER_IS_BETTER, MEASURES, refusal_f1
from eval.runs.report import Report
from eval.runs.result import CaseResult, Cited, Retrieved

SPANS = (Support("a.txt", "one"), Support("b.txt", "two"))
CASE = Case("un", "Where?", ("the UN",), ("a.txt", "b.txt"), spans=SPANS)
UNKNOWN = Case("mars", "Who is on Mars?", (), ())


def passage(id_: str, file: str, *holds: int) -> Retrieved:
    return Retrieved(id_, file, file, "words", 0.5, holds)


def result(case: Case = CASE, **changes: object) -> CaseResult:
    found = CaseResult(case, case.question, "the UN", False, 0.9, ("a.txt",), (), 1, 1, "d", 1.0)
    return replace(found, **changes)  # type: ignore[arg-type]


def value(name: str, found: CaseResult) -> float | None:
    return MEASURES[name].of(found)


def test_citations_are_held_against_supporting_files_and_spans() -> None:
    found = result(
        cited=(Cited("a.txt", (0,)), Cited("a.txt"), Cited("c.txt")),
        cited_files=("a.txt", "c.txt"),
    )
    assert value("citation_file_precision", found) == pytest.approx(2 / 3)
    assert value("citation_file_recall", found) == 1 / 2
    assert value("citation_span_precision", found) == pytest.approx(1 / 3)
    assert value("citation_span_recall", found) == 1 / 2


def test_citations_are_not_measured_on_refusals_and_spans_only_where_they_are_marked() -> None:
    bare = result(replace(CASE, spans=()), cited=(Cited("a.txt"),))
    assert value("citation_span_precision", bare) is None
    assert value("citation_span_recall", bare) is None
    for found in (result(refused=True), result(UNKNOWN, cited=(Cited("a.txt"),))):
        assert value("citation_file_precision", found) is None
        assert value("citation_file_recall", found) is None


def test_citations_bear_out_by_the_counts_of_the_check() -> None:
    found = result(support=SupportCounts(statements=4, supported=3, citations=5, needed=1))
    assert value("citation_recall", found) == 3 / 4
    assert value("citation_precision", found) == 1 / 5
    assert value("citation_recall", replace(found, refused=True)) is None
    assert value("citation_precision", result()) is None


def test_files_are_ranked_by_their_best_passage() -> None:
    found = result(retrieved=("c.txt", "b.txt", "d.txt", "a.txt"))
    assert value("recall@1", found) == 0.0
    assert value("recall@5", found) == 1.0
    assert value("hits@4", found) == 1.0
    assert value("mrr@10", found) == 1 / 2
    assert value("map@10", found) == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_passages_are_ranked_by_the_supporting_spans_they_hold() -> None:
    # the second passage holds nothing new: it takes a rank and is no hit
    ranked = (passage("1", "a.txt", 0), passage("2", "a.txt", 0), passage("3", "b.txt", 1))
    found = result(passages=ranked)
    assert found.spans_ranked == ("0", "passage 2", "1")
    assert value("passage_recall@1", found) == 1 / 2
    assert value("passage_hits@1", found) == 1.0
    assert value("passage_mrr@10", found) == 1.0
    assert value("passage_map@10", found) == pytest.approx((1 + 2 / 3) / 2)
    assert value("passage_recall@5", result(replace(CASE, spans=()), passages=ranked)) is None


def test_refusals_are_counted_right_and_wrong() -> None:
    told, silent = result(), result(refused=True)
    wrong, right = result(UNKNOWN), result(UNKNOWN, refused=True)
    assert value("false_refusals", silent) == 1.0 and value("false_refusals", told) == 0.0
    assert value("false_refusals", right) is None
    assert value("refusal_recall", wrong) == 0.0 and value("refusal_recall", right) == 1.0
    assert value("refusal_precision", silent) == 0.0 and value("refusal_precision", told) is None
    # precision 1/2, recall 1/2
    assert refusal_f1([told, silent, wrong, right]) == 1 / 2
    assert refusal_f1([told]) is None and refusal_f1([]) is None


def test_conflicts_are_shown_where_they_are_marked_and_nowhere_else() -> None:
    marked = replace(CASE, tags=("conflict",))
    assert value("conflict_shown", result(marked)) == 0.0
    assert value("conflict_shown", result(marked, differing=1)) == 1.0
    # both sides cited side by side show it as well
    assert value("conflict_shown", result(marked, cited_files=("a.txt", "b.txt"))) == 1.0
    assert value("conflict_false", result(marked, differing=1)) is None
    assert value("conflict_false", result(differing=1)) == 1.0
    assert value("corroborated", result(cited_files=("a.txt", "b.txt"))) == 1.0
    assert value("corroborated", result()) == 0.0


def test_a_follow_up_loses_what_its_rewrite_gives() -> None:
    lost = result(given="Geneva", alone=True)
    assert value("follow_up", lost) == 0.0 and value("follow_up_alone", lost) == 1.0
    assert value("follow_up_loss", lost) == 1.0
    assert value("follow_up_loss", result(alone=False)) == -1.0
    assert value("follow_up_loss", result()) is None


RESULTS = st.lists(
    st.builds(
        result,
        st.sampled_from([CASE, UNKNOWN, replace(CASE, tags=("conflict",), spans=())]),
        refused=st.booleans(),
        given=st.sampled_from(["", "the UN", "Geneva"]),
        cited_files=st.sampled_from([(), ("a.txt",), ("a.txt", "b.txt")]),
        cited=st.sampled_from(
            [(), (Cited("a.txt", (0,)),), (Cited("c.txt"), Cited("b.txt", (1,)))]
        ),
        retrieved=st.permutations(["a.txt", "b.txt", "c.txt"]).map(tuple),
        alone=st.sampled_from([None, True, False]),
        differing=st.integers(0, 2),
    ),
    max_size=8,
)


@given(RESULTS)
def test_every_figure_is_a_share_or_nothing_and_has_a_label(results: list[CaseResult]) -> None:
    report = Report("sample", tuple(results))
    figures = report.all_figures
    assert set(figures) == set(LABELS)
    for name, found in figures.items():
        if name in MEASURES and found is not None:
            assert (-1 if name == "follow_up_loss" else 0) <= found <= 1
            low, high = report.intervals[name]
            assert low - 1e-9 <= found <= high + 1e-9


def test_labels_are_told_apart_and_what_is_better_low_says_so() -> None:
    assert len(set(LABELS.values())) == len(LABELS) == sum(map(len, GROUPS.values()))
    assert LOWER_IS_BETTER - {"conflict_false"} == {
        name for name, label in LABELS.items() if "lower is better" in label
    }
