"""Every figure of a probability by hand-computed examples and by the laws it must obey."""

from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eval.metrics.calibration import (
    BINS,
    area_under_risk_coverage,
    auroc,
    best_threshold,
    expected_calibration_error,
    reliability_bins,
    risk_coverage_points,
)

# few different values, so that ties are common
PROBABILITIES = st.one_of(st.integers(0, 20).map(lambda n: n / 20), st.floats(0, 1))
OUTCOMES = st.lists(st.tuples(PROBABILITIES, st.booleans()), min_size=1)
SCORES = st.sampled_from([0.0, 0.25, 0.5, 1.0])
SCORED = st.lists(st.tuples(PROBABILITIES, SCORES, SCORES), min_size=1)
Outcomes = list[tuple[float, bool]]


def mean_score(cases: Sequence[tuple[float, float, float]], threshold: float) -> float:
    """What a threshold gives, case by case, as its definition says."""
    return sum(yes if p >= threshold else no for p, yes, no in cases) / len(cases)


def test_calibration_error_by_hand() -> None:
    # one bin holds 0.95 and 1.0, mean 0.975, half right: gap 0.475; the other 0.1, wrong: gap 0.1
    ece = expected_calibration_error([0.95, 1.0, 0.1], [True, False, False])
    assert ece == pytest.approx((2 * 0.475 + 0.1) / 3)


def test_a_bin_holds_its_upper_edge_and_the_first_bin_zero() -> None:
    # 0.2 = 3/15 shares a bin with 0.19, not with 0.21: their gaps of -0.8 and +0.19 add up
    assert expected_calibration_error([0.2, 0.19], [True, False]) == pytest.approx(0.61 / 2)
    assert expected_calibration_error([0.2, 0.21], [True, False]) == pytest.approx(1.01 / 2)
    # 0 and 1/15 share the first bin
    assert expected_calibration_error([0.0, 1 / BINS], [True, False]) == pytest.approx(7 / 15)


def test_overconfidence_in_one_bin_is_not_made_up_for_in_another() -> None:
    assert expected_calibration_error([0.9, 0.1], [False, True]) == pytest.approx(0.9)


@given(st.lists(st.integers(1, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))))
def test_a_share_that_equals_the_probability_leaves_no_calibration_error(
    groups: list[tuple[int, int]],
) -> None:
    probabilities = [right / size for right, size in groups for _ in range(size)]
    outcomes = [number < right for right, size in groups for number in range(size)]
    assume(outcomes)
    assert expected_calibration_error(probabilities, outcomes) == pytest.approx(0, abs=1e-12)


@given(OUTCOMES)
def test_calibration_error_is_a_share_and_that_of_one_bin_is_the_least(outcomes: Outcomes) -> None:
    probabilities, right = zip(*outcomes, strict=True)
    ece = expected_calibration_error(probabilities, right)
    whole = expected_calibration_error(probabilities, right, bins=1)
    assert ece is not None and whole is not None
    assert 0 <= whole <= ece + 1e-12
    assert ece <= 1
    assert whole == pytest.approx(abs(sum(right) - sum(probabilities)) / len(right))


def test_reliability_bins_by_hand() -> None:
    bins = reliability_bins([0.0, 0.5, 0.6, 0.9, 1.0], [False, True, False, True, True], 2)
    # 0 and 0.5 lie in (0, 0.5], the edge below; the others in (0.5, 1]
    low, high = bins
    assert (low.low, low.high, low.cases, low.probability, low.right) == (0.0, 0.5, 2, 0.25, 0.5)
    assert (high.low, high.high, high.cases, high.right) == (0.5, 1.0, 3, pytest.approx(2 / 3))
    assert high.probability == pytest.approx(2.5 / 3)
    assert (low.gap, high.gap) == (pytest.approx(0.25), pytest.approx(0.5 / 3))


def test_an_empty_bin_is_there_without_shares() -> None:
    empty, full = reliability_bins([0.7], [True], 2)
    assert (empty.cases, empty.probability, empty.right, empty.gap) == (0, None, None, 0.0)
    assert full.cases == 1
    assert [each.cases for each in reliability_bins([], [], 3)] == [0, 0, 0]


@given(OUTCOMES, st.integers(1, 20))
def test_every_case_lies_in_one_bin_and_their_gaps_make_the_calibration_error(
    outcomes: Outcomes, bins: int
) -> None:
    probabilities, right = zip(*outcomes, strict=True)
    found = reliability_bins(probabilities, right, bins)
    assert len(found) == bins
    assert sum(each.cases for each in found) == len(outcomes)
    assert sum(round(each.cases * (each.right or 0)) for each in found) == sum(right)
    for each in found:
        if each.probability is not None:
            assert each.low - 1e-12 <= each.probability <= each.high + 1e-12
    error = sum(each.cases * each.gap for each in found) / len(outcomes)
    assert expected_calibration_error(probabilities, right, bins) == pytest.approx(error)


def test_auroc_by_hand() -> None:
    # of 2 x 3 pairs: 0.8 beats all 3; 0.4 beats 0.1, ties with 0.4, loses to 0.6: 4.5 of 6
    scores = [0.8, 0.4, 0.1, 0.4, 0.6]
    assert auroc(scores, [True, True, False, False, False]) == 0.75
    assert auroc([0.9, 0.1], [True, False]) == 1.0
    assert auroc([0.1, 0.9], [True, False]) == 0.0
    assert auroc([0.5, 0.5, 0.5], [True, False, False]) == 0.5


@given(OUTCOMES)
def test_auroc_is_symmetric(outcomes: Outcomes) -> None:
    scores, positive = zip(*outcomes, strict=True)
    assume(len(set(positive)) == 2)
    value = auroc(scores, positive)
    assert value is not None and 0 <= value <= 1
    assert auroc([-score for score in scores], positive) == pytest.approx(1 - value)
    assert auroc(scores, [not each for each in positive]) == pytest.approx(1 - value)


@pytest.mark.parametrize("rising", [lambda n: n - 1000, lambda n: n**3, lambda n: 0.9 + n / 1000])
@given(outcomes=st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=2))
def test_auroc_counts_the_order_of_the_scores_alone(
    rising: Callable[[float], float], outcomes: list[tuple[int, bool]]
) -> None:
    scores, positive = zip(*outcomes, strict=True)
    assert auroc([rising(score) for score in scores], positive) == auroc(scores, positive)


@given(OUTCOMES)
def test_auroc_is_the_share_of_pairs_in_the_right_order(outcomes: Outcomes) -> None:
    above = [score for score, positive in outcomes if positive]
    below = [score for score, positive in outcomes if not positive]
    assume(above and below)
    won = sum((high > low) + (high == low) / 2 for high in above for low in below)
    assert auroc(*zip(*outcomes, strict=True)) == pytest.approx(won / len(above) / len(below))


def test_auroc_of_one_kind_is_not_known() -> None:
    assert auroc([0.1, 0.9], [True, True]) is None
    assert auroc([0.1, 0.9], [False, False]) is None


def test_risk_coverage_by_hand() -> None:
    # surest first: right, wrong, right, wrong; risks 0, 1/2, 1/3, 2/4
    aurc = area_under_risk_coverage([0.7, 0.9, 0.8, 0.1], [True, True, False, False])
    assert aurc == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_cases_of_equal_probability_count_as_the_mean_of_their_orders() -> None:
    # one right, one wrong: risks 0, 1/2 in one order and 1, 1/2 in the other
    assert area_under_risk_coverage([0.5, 0.5], [True, False]) == pytest.approx((0.25 + 0.75) / 2)
    assert area_under_risk_coverage([0.5, 0.5], [False, True]) == pytest.approx(0.5)


def test_the_risk_coverage_curve_by_hand() -> None:
    points = risk_coverage_points([0.7, 0.9, 0.8, 0.1], [True, True, False, False])
    assert [point.coverage for point in points] == [0.25, 0.5, 0.75, 1.0]
    assert [point.risk for point in points] == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert risk_coverage_points([], []) == ()


@given(OUTCOMES)
def test_the_curve_ends_at_the_share_that_is_wrong_and_its_mean_is_the_area(
    outcomes: Outcomes,
) -> None:
    probabilities, right = zip(*outcomes, strict=True)
    points = risk_coverage_points(probabilities, right)
    assert len(points) == len(outcomes)
    assert points[-1].coverage == 1
    assert points[-1].risk == pytest.approx(1 - sum(right) / len(right))
    assert all(0 <= point.risk <= 1 for point in points)
    mean_risk = sum(point.risk for point in points) / len(points)
    assert area_under_risk_coverage(probabilities, right) == pytest.approx(mean_risk)


@given(OUTCOMES)
def test_risk_is_none_when_all_is_right_and_whole_when_nothing_is(outcomes: Outcomes) -> None:
    probabilities, right = zip(*outcomes, strict=True)
    assert area_under_risk_coverage(probabilities, [True] * len(right)) == 0
    assert area_under_risk_coverage(probabilities, [False] * len(right)) == 1
    value = area_under_risk_coverage(probabilities, right)
    assert value is not None and 0 <= value <= 1


@given(st.lists(st.booleans(), min_size=1))
def test_no_ranking_has_a_lower_risk_than_the_right_cases_first(right: list[bool]) -> None:
    falling = [1 - number / len(right) for number in range(len(right))]
    ranked = area_under_risk_coverage(falling, right)
    best = area_under_risk_coverage(falling, sorted(right, reverse=True))
    worst = area_under_risk_coverage(falling, sorted(right))
    assert best is not None and ranked is not None and worst is not None
    assert best - 1e-12 <= ranked <= worst + 1e-12


def test_the_best_threshold_by_hand() -> None:
    # answered from 0.8: 1 + 0 + 1 (refused, rightly) = 2 of 3; from 0.5 the wrong answer comes in
    best = best_threshold([0.8, 0.5, 0.2], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    assert best is not None
    assert best.value == 0.8
    assert best.score == pytest.approx(2 / 3)


def test_cases_of_equal_probability_are_answered_together() -> None:
    # the right answer cannot be had without the wrong one; refusing all is as good, and higher
    best = best_threshold([0.5, 0.5], [1.0, 0.0], [0.0, 1.0])
    assert best is not None
    assert best.score == 0.5
    assert best.value > 0.5


def test_where_every_answer_is_wrong_the_best_threshold_is_above_them_all() -> None:
    best = best_threshold([0.3, 1.0], [0.0, 0.0], [1.0, 1.0])
    assert best is not None
    assert best.score == 1.0
    assert 1.0 < best.value < 1.001


@given(SCORED)
def test_the_best_threshold_gives_its_score_and_none_gives_more(
    cases: list[tuple[float, float, float]],
) -> None:
    best = best_threshold(*zip(*cases, strict=True))
    assert best is not None
    assert mean_score(cases, best.value) == pytest.approx(best.score)
    extremes = (0.0, 2.0)  # answer everything, answer nothing
    for threshold in (*extremes, *(p for p, _, _ in cases)):
        assert best.score >= mean_score(cases, threshold) - 1e-12


@given(SCORED, st.randoms())
def test_the_order_of_the_cases_changes_no_figure(
    cases: list[tuple[float, float, float]], random: Random
) -> None:
    mixed = list(cases)
    random.shuffle(mixed)
    for metric in (expected_calibration_error, auroc, area_under_risk_coverage):
        there, back = (
            metric([p for p, _, _ in some], [score == 1 for _, score, _ in some])
            for some in (cases, mixed)
        )
        assert there == back
    assert best_threshold(*zip(*cases, strict=True)) == best_threshold(*zip(*mixed, strict=True))


def test_nothing_to_measure_is_no_figure() -> None:
    for metric in (expected_calibration_error, auroc, area_under_risk_coverage):
        assert metric([], []) is None
    assert best_threshold([], [], []) is None


def test_probabilities_and_outcomes_of_different_length_are_refused() -> None:
    for metric in (expected_calibration_error, auroc, area_under_risk_coverage):
        with pytest.raises(ValueError):
            metric([0.5, 0.6], [True])
    with pytest.raises(ValueError):
        best_threshold([0.5], [1.0], [])
