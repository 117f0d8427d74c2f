"""The exact comparison: the same score for a vector whatever else was found, ties by id."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.catalog.vectors import nearest

ROWS = np.random.default_rng(3).normal(size=(60, 384)).astype(np.float32)
KEYS = [f"p{n:02}" for n in range(60)]
ASKED = ROWS[0] + ROWS[1]


@given(st.lists(st.integers(0, 59), min_size=1, unique=True), st.integers(1, 60))
def test_a_score_does_not_depend_on_what_else_was_found(chosen, k):
    every = dict(nearest([(KEYS, ROWS)], ASKED, 60))
    some = nearest([([KEYS[n] for n in chosen], ROWS[chosen])], ASKED, k)
    assert (
        some
        == sorted(
            ((KEYS[n], every[KEYS[n]]) for n in chosen), key=lambda pair: (-pair[1], pair[0])
        )[:k]
    )


def test_equal_vectors_come_in_the_order_of_their_ids_from_all_batches():
    equal = np.repeat(ROWS[:1], 4, axis=0)
    batches = [(["d", "b"], equal[:2]), ([], np.empty((0, 0), np.float32)), (["c", "a"], equal[2:])]
    assert [key for key, _ in nearest(batches, ASKED, 3)] == ["a", "b", "c"]
