"""Fused scores are what the formula says, whatever the rankings."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.fusion import RRF_K, combine, fuse, fuse_groups, spread

rankings = st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), unique=True), max_size=5)


@given(rankings)
def test_fused_scores_are_positive_ordered_and_ties_go_by_id(lists: list[list[str]]) -> None:
    fused = fuse(lists)
    assert {key for key, _ in fused} == set(itertools.chain.from_iterable(lists))
    assert all(score > 0 for _, score in fused)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))
    assert len(dict(fused)) == len(fused)


@given(rankings, st.randoms())
def test_the_order_of_the_rankings_does_not_matter(lists: list[list[str]], random: object) -> None:
    shuffled = list(lists)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fuse(shuffled) == fuse(lists)


@given(rankings.filter(bool))
def test_what_every_ranking_puts_first_comes_first(lists: list[list[str]]) -> None:
    fused = fuse([["first", *ranking] for ranking in lists])
    assert fused[0][0] == "first"
    assert fused[0][1] == pytest.approx(len(lists) / (RRF_K + 1))


@given(rankings, st.integers(0, 15))
def test_a_better_rank_never_lowers_a_score(lists: list[list[str]], place: int) -> None:
    worst, better = [*"xyz", "it"], ["x", "it", *"yz"]
    assert dict(fuse([*lists, better]))["it"] > dict(fuse([*lists, worst]))["it"]


def test_nothing_fused_is_nothing() -> None:
    assert fuse([]) == [] and fuse([[], []]) == []


@given(rankings, rankings)
def test_a_ranking_of_groups_lifts_their_keys_and_brings_nothing_in(
    lists: list[list[str]], of_groups: list[list[str]]
) -> None:
    fused = fuse(lists)
    # Each key's group is its place in the alphabet, two letters to a group.
    lifted = fuse_groups(
        fused, of_groups, [1.0] * len(of_groups), lambda key: "abcdefghijklmnop"[ord(key) // 2 % 16]
    )
    assert dict(lifted).keys() == dict(fused).keys()
    assert lifted == sorted(lifted, key=lambda pair: (-pair[1], pair[0]))
    assert all(score >= dict(fused)[key] for key, score in lifted)


def test_keys_of_one_group_share_its_rank() -> None:
    fused = fuse([["a1", "b1", "a2"]])
    lifted = dict(fuse_groups(fused, [["b", "a"]], [2.0], lambda key: key[0]))
    assert lifted["b1"] == pytest.approx(1 / 62 + 2 / 61)
    assert lifted["a1"] == pytest.approx(1 / 61 + 2 / 62)
    assert lifted["a2"] == pytest.approx(1 / 63 + 2 / 62)


def test_scores_are_spread_from_nought_to_one_and_added_by_their_weights() -> None:
    searches = [{"a": 3.0, "b": 1.0, "c": 2.0}, {"b": -5.0, "a": -7.0}]
    fused = combine([spread(search) for search in searches], [0.5, 0.25])
    assert dict(fused) == {"a": 0.5, "b": 0.25, "c": 0.25}
    assert [key for key, _ in fused] == ["a", "b", "c"]


def test_scores_are_spread_on_the_scale_of_others_and_never_leave_nought_to_one() -> None:
    assert spread({"a": 5.0, "b": 2.0, "c": -1.0}, {"x": 1.0, "y": 3.0}) == {
        "a": 1,
        "b": 0.5,
        "c": 0,
    }


def test_equal_scores_and_no_scores_are_combined_too() -> None:
    assert spread({"a": 2.0, "b": 2.0}) == {"a": 1.0, "b": 1.0}
    assert spread({}) == {} and combine([{}, {}], [1.0, 1.0]) == []
