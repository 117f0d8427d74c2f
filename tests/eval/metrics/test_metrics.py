"""Every metric by hand-computed examples and by the laws it must obey."""

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.metrics import (
    answer_is_right,
    average_precision,
    exact_match,
    hit_at_k,
    mean,
    ndcg_at_k,
    normalise,
    percentile,
    recall_at_k,
    reciprocal_rank,
    squad_normalise,
    token_f1,
    wilson_interval,
)

WORDS = st.lists(
    st.sampled_from(["the", "un", "aleppo", "1.5", "15", "million", "obama's"]), max_size=8
)
PHRASES = WORDS.map(" ".join)
RANKED = st.lists(st.sampled_from("abcdefgh"), unique=True)
GOLD = st.sets(st.sampled_from("abcdefgh"), min_size=1)
K = st.integers(1, 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  United Nations!", "united nations"),
        ("\u201cUnited Nations\u201d", "united nations"),
        ("Obama\u2019s speech", "obama speech"),
        ("Obama's speech", "obama speech"),
        ("2010\u20132011", "2010 2011"),
        ("2010-2011", "2010 2011"),
        ("Assad\u2014who stayed", "assad who stayed"),
        ("$1.5 million", "1.5 million"),
        ("1,200.", "1200"),
        ("U.S.", "us"),
        ("Theatre and another", "theatre and another"),
        ("Cafe\u0301", "caf\u00e9"),
        ("\uff35\uff2e", "un"),
        ("soft\u00adly", "softly"),
        ("the a an", ""),
        ("", ""),
        ("\ue000", ""),
    ],
)
def test_normalising_leaves_the_words(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(PHRASES)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_normalising_takes_any_text(text: str) -> None:
    words = normalise(text)
    assert words == " ".join(words.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  United Nations!", "united nations"),
        ("Obama's speech", "obamas speech"),
        ("2010-2011", "20102011"),
        ("$1.5 million", "15 million"),
        ("2010\u20132011", "2010\u20132011"),  # only ASCII punctuation goes
        ("(a) Theatre, an \u201cact\u201d", "theatre \u201cact\u201d"),
        ("the a an.", ""),
    ],
)
def test_normalising_for_squad_is_what_its_script_does(text: str, expected: str) -> None:
    assert squad_normalise(text) == expected


@given(st.text())
def test_normalising_for_squad_takes_any_text_and_twice_changes_nothing(text: str) -> None:
    words = squad_normalise(text)
    assert words == " ".join(words.split())
    assert squad_normalise(words) == words


def test_answers_match_by_the_normalisation_asked_for() -> None:
    assert exact_match("Obama", ["Obama's"]) == 1.0
    assert exact_match("Obama", ["Obama's"], squad_normalise) == 0.0
    assert token_f1("1.5 million", ["15 million"]) == 0.5
    assert token_f1("1.5 million", ["15 million"], squad_normalise) == 1.0


def test_exact_match_takes_any_accepted_answer() -> None:
    assert exact_match("The UN.", ["Geneva", "UN"]) == 1.0
    assert exact_match("at the UN", ["UN"]) == 0.0
    assert exact_match("1.5 million", ["15 million"]) == 0.0


def test_token_f1_by_hand() -> None:
    # 2 shared of 3 given and 2 accepted: P = 2/3, R = 1, F1 = 4/5
    assert token_f1("in United Nations", ["United Nations"]) == pytest.approx(0.8)
    # repeated words count once for each time both have them: shared 1 of 2 and 1
    assert token_f1("no no", ["no"]) == pytest.approx(2 / 3)
    assert token_f1("Geneva", ["Paris", "Geneva"]) == 1.0
    assert token_f1("Geneva", ["Paris"]) == 0.0
    assert token_f1("", ["Paris"]) == 0.0


def test_answers_without_words_are_equal() -> None:
    assert exact_match("the", ["", "x"]) == 1.0
    assert token_f1("the", [""]) == 1.0


def test_unanswerable_questions_have_no_answer_figures() -> None:
    assert exact_match("UN", []) is None
    assert token_f1("UN", []) is None
    assert answer_is_right("UN", []) is None


@given(PHRASES, PHRASES)
def test_f1_is_symmetric_and_a_share(one: str, other: str) -> None:
    f1 = token_f1(one, [other])
    assert f1 is not None and 0 <= f1 <= 1
    assert f1 == token_f1(other, [one])


@given(PHRASES, PHRASES)
def test_exact_match_implies_full_f1_and_right(one: str, other: str) -> None:
    if exact_match(one, [other]) == 1.0:
        assert token_f1(one, [other]) == 1.0
        assert answer_is_right(one, [other])


@given(PHRASES, st.permutations(["aleppo", "un council", "15 million"]))
def test_order_of_accepted_answers_does_not_matter(answer: str, accepted: list[str]) -> None:
    assert token_f1(answer, accepted) == token_f1(answer, sorted(accepted))
    assert answer_is_right(answer, accepted) == answer_is_right(answer, sorted(accepted))


@pytest.mark.parametrize(
    ("given_answer", "accepted", "right"),
    [
        ("At the United Nations, in his speech.", "United Nations", True),
        ("at the Unit", "United Nations", False),
        ("the united nationsbuilding", "United Nations", False),
        ("Barack Hussein Obama", "Barack Obama", True),  # F1 = 4/5
        ("12 people were killed", "13 people were killed", False),  # F1 = 3/4, another figure
        ("12 people were wounded there", "12 people were wounded here", True),
        ("15 million", "1.5 million", False),
        ("Geneva", "the", False),
        ("", "United Nations", False),
    ],
)
def test_an_answer_is_right_by_words_and_figures(
    given_answer: str, accepted: str, right: bool
) -> None:
    assert answer_is_right(given_answer, [accepted]) is right


def test_ranking_figures_by_hand() -> None:
    ranked = ["b", "a", "d", "c"]
    assert recall_at_k(ranked, {"a", "c"}, 3) == 0.5
    assert reciprocal_rank(ranked, {"a", "c"}, 10) == 0.5
    dcg = 1 / math.log2(3) + 1 / math.log2(5)
    assert ndcg_at_k(ranked, {"a", "c"}, 10) == pytest.approx(dcg / (1 + 1 / math.log2(3)))


def test_ideal_ndcg_counts_relevant_items_that_were_not_retrieved() -> None:
    # one of two relevant items, in front: DCG 1 of an ideal 1 + 1/log2(3)
    assert ndcg_at_k(["a"], {"a", "b"}, 10) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    # of three relevant items only one fits into k = 1
    assert ndcg_at_k(["a", "x"], {"a", "b", "c"}, 1) == 1.0


def test_a_relevant_item_beyond_k_counts_nothing() -> None:
    ranked = ["x", "y", "a"]
    assert recall_at_k(ranked, {"a"}, 2) == 0.0
    assert reciprocal_rank(ranked, {"a"}, 2) == 0.0
    assert ndcg_at_k(ranked, {"a"}, 2) == 0.0


def test_a_repeated_item_keeps_its_best_rank_and_counts_once() -> None:
    assert ndcg_at_k(["a", "a", "b"], {"a", "b"}, 10) == 1.0
    assert recall_at_k(["x", "x", "a"], {"a"}, 2) == 1.0


def test_questions_without_relevant_items_have_no_ranking_figures() -> None:
    for metric in (recall_at_k, reciprocal_rank, ndcg_at_k):
        assert metric(["a"], set(), 10) is None
        assert metric([], {"a"}, 10) == 0.0


@given(RANKED, GOLD, K)
def test_ranking_figures_are_shares(ranked: list[str], gold: set[str], k: int) -> None:
    for metric in (recall_at_k, reciprocal_rank, ndcg_at_k):
        value = metric(ranked, gold, k)
        assert value is not None and 0 <= value <= 1 + 1e-12


@given(RANKED, GOLD)
def test_relevant_items_in_front_give_one(ranked: list[str], gold: set[str]) -> None:
    perfect = sorted(gold) + [item for item in ranked if item not in gold]
    assert ndcg_at_k(perfect, gold, 10) == pytest.approx(1.0)
    assert reciprocal_rank(perfect, gold, 10) == 1.0
    assert recall_at_k(perfect, gold, 10) == 1.0


@given(RANKED, GOLD, K, st.randoms())
def test_recall_ignores_the_order_within_the_first_k(
    ranked: list[str], gold: set[str], k: int, random: Random
) -> None:
    top = ranked[:k]
    random.shuffle(top)
    assert recall_at_k(top + ranked[k:], gold, k) == recall_at_k(ranked, gold, k)


@given(RANKED, GOLD, K)
def test_moving_a_relevant_item_to_the_front_never_lowers_its_rank_figures(
    ranked: list[str], gold: set[str], k: int
) -> None:
    item = min(gold)
    better = [item] + [other for other in ranked if other != item]
    for metric in (reciprocal_rank, ndcg_at_k):
        before, after = metric(ranked, gold, k), metric(better, gold, k)
        assert before is not None and after is not None
        assert after >= before - 1e-12


def test_the_interval_of_a_share_by_hand() -> None:
    # 8 of 10: (0.8 + 0.19207 ± 1.96 √(0.016 + 0.0096)) / 1.38415
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    # nothing wrong in ten still leaves doubt, on one side
    assert wilson_interval(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson_interval(0, 0) is None


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_its_share_and_mirrors_the_rest(counted: tuple[int, int]) -> None:
    count, of = counted
    low, high = wilson_interval(count, of) or (1, 0)
    assert 0 <= low <= count / of <= high <= 1
    assert low < high
    assert wilson_interval(of - count, of) == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_a_mean_passes_over_what_is_not_there() -> None:
    assert mean([1.0, None, 0.0]) == 0.5
    assert mean([None]) is None
    assert mean([]) is None


def test_percentile_is_the_nearest_rank() -> None:
    values = [15, 20, 35, 40, 50]
    assert [percentile(values, p) for p in (5, 30, 40, 50, 95, 100)] == [15, 20, 20, 35, 50, 50]
    assert percentile([7.0], 50) == 7.0
    assert percentile([], 95) is None


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.1, 100))
@settings(max_examples=50)
def test_a_percentile_is_one_of_the_values_and_covers_its_share(
    values: list[float], percent: float
) -> None:
    value = percentile(values, percent)
    assert value in values
    assert sum(each <= value for each in values) >= len(values) * percent / 100 - 1e-9


@given(RANKED, st.sets(st.sampled_from("abcdefgh")), st.integers(0, 12))
def test_average_precision_is_the_mean_of_precisions_at_relevant_ranks(
    ranked: list[str], relevant: set[str], k: int
) -> None:
    found = average_precision(ranked, relevant, k)
    if not relevant or not k:
        assert found is None
        return
    top = list(dict.fromkeys(ranked))[:k]
    precisions = [
        len(relevant.intersection(top[: n + 1])) / (n + 1)
        for n, item in enumerate(top)
        if item in relevant
    ]
    assert found == pytest.approx(sum(precisions) / min(k, len(relevant)))
    assert hit_at_k(ranked, relevant, k) == float(bool(precisions))


def test_without_relevant_items_there_is_nothing_to_hit() -> None:
    assert hit_at_k(["a"], (), 3) is None and average_precision(["a"], (), 3) is None
