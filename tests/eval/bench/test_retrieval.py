import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from eval.bench.retrieval import FIGURES, halves, print_rankings, rank
from eval.cases.collection import Topic
from eval.metrics.metrics import interval

TOPICS = tuple(Topic(str(n), f"question {n}", frozenset({str(n)})) for n in range(9))
values = st.lists(st.floats(0, 1), min_size=1, max_size=40).map(np.array)


def test_a_perfect_ranking_has_every_figure_at_one_and_an_empty_one_at_zero() -> None:
    perfect = rank(TOPICS, lambda topic: [*topic.relevant, "other"])
    nothing = rank(TOPICS, lambda topic: [])
    for name in FIGURES:
        assert (perfect.values[name] == 1).all() and (nothing.values[name] == 0).all()


@given(values)
def test_an_interval_lies_within_the_values_and_is_the_same_each_time(found: np.ndarray) -> None:
    low, high = interval(found)
    assert found.min() - 1e-9 <= low <= high <= found.max() + 1e-9
    assert (low, high) == interval(found)


def test_more_questions_make_an_interval_narrower() -> None:
    few, many = (interval(np.tile([0.0, 1.0], n)) for n in (10, 1000))
    assert many[1] - many[0] < few[1] - few[0]


@given(st.integers(0, 30))
def test_each_question_is_in_one_half(count: int) -> None:
    topics = tuple(Topic(str(n), "", frozenset()) for n in range(count))
    tune, report = halves(topics)
    assert sorted([*tune, *report], key=lambda t: int(t.id)) == list(topics)


def test_the_table_has_every_system_and_the_last_one_s_gain_over_each() -> None:
    console = Console(file=io.StringIO(), width=120)
    systems = {
        "plain": rank(TOPICS, lambda topic: ["x", *topic.relevant]),
        "ours": rank(TOPICS, lambda topic: [*topic.relevant]),
    }
    print_rankings(systems, console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "ours − plain" in text and "+0.500" in text and "1.00–1.00" in text
