"""Pairs in tokens: the answer stays under its tokens, whatever is cut away."""

import random
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.settings import ROOT
from training.data.examples import BATCH_TOKENS, LENGTH, STEP, Example, Tokens, batches, pack
from training.data.pairs import Pair

MODEL = ROOT / "models" / "embedder"
TOKENS = Tokens(MODEL)
WORDS = Tokenizer.from_file(str(MODEL / "tokenizer.json"))


def pair_of(before: int, after: int, answer: str = "in the old harbour") -> Pair:
    passage = "it rained " * before + answer + " and then" * after
    start = len("it rained " * before)
    return Pair("Where did the ferry sink?", passage, start, start + len(answer))


def answers(example: Example) -> list[list[int]]:
    return [
        example.ids[first : last + 1]
        for first, last in zip(example.starts, example.ends, strict=True)
    ]


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 99))
def test_the_answer_is_under_its_tokens_however_long_the_passage(before, after, seed):
    example = TOKENS.example(pair_of(before, after), random.Random(seed))
    assert example is not None
    assert len(example.ids) <= LENGTH
    assert [WORDS.decode(answer) for answer in answers(example)] == ["in the old harbour"]
    assert example.starts[0] >= example.base
    assert example.is_answered and not example.is_unanswered


def test_an_answer_longer_than_the_window_is_left_out():
    assert TOKENS.example(pair_of(0, 0, "long word " * 200), random.Random(0)) is None


def test_without_an_answer_both_ends_are_the_first_token():
    example = TOKENS.example(Pair("Who?", "Nobody knows. " * 200), random.Random(0))
    assert example is not None
    assert (example.starts, example.ends) == ((0,), (0,))
    assert example.is_unanswered and not example.is_answered
    assert len(example.ids) == LENGTH


def test_a_supported_claim_is_neither_answered_nor_unanswered():
    example = TOKENS.example(Pair("It rained.", "It rained.", kind="supported"), random.Random(0))
    assert example is not None
    assert (example.starts, example.ends) == ((), ())
    assert not example.is_answered and not example.is_unanswered


@given(st.integers(0, 99))
def test_title_and_date_stay_in_front_of_a_passage_that_is_cut(seed):
    head = "Ferry lost\nMay 3, 1931\n"
    pair = pair_of(200, 200)
    moved = pair.start + len(head)
    pair = Pair(
        pair.question, head + pair.passage, moved, moved + pair.end - pair.start, head=len(head)
    )
    example = TOKENS.example(pair, random.Random(seed))
    assert example is not None
    assert WORDS.decode(example.ids[example.base :]).startswith("ferry lost may 3, 1931 ")
    assert [WORDS.decode(answer) for answer in answers(example)] == ["in the old harbour"]


def test_a_further_answer_is_kept_when_the_cut_passage_still_holds_it():
    passage = "Oban and Leith" + " it rained" * 200 + " and Perth"
    spans = [(passage.index(town), passage.index(town) + len(town)) for town in ("Leith", "Perth")]
    pair = Pair("Where did it dock?", passage, 0, len("Oban"), others=tuple(spans))
    found = set()
    for seed in range(20):
        example = TOKENS.example(pair, random.Random(seed))
        assert example is not None
        found.add(tuple(WORDS.decode(answer) for answer in answers(example)))
    assert found <= {("oban",), ("oban", "leith")}
    assert ("oban", "leith") in found


def test_the_history_stands_behind_the_question_and_a_turn_that_is_too_long_is_left_out():
    history = ("Who sank? The ferry", "Which harbour? " + "Oban " * 90)
    pair = Pair("And where?", "Off Oban.", 4, 8, history=history)
    example = TOKENS.example(pair, random.Random(0))
    assert example is not None
    asked = WORDS.decode(example.ids[: example.base])
    assert asked == "and where? who sank? the ferry"
    assert [WORDS.decode(answer) for answer in answers(example)] == ["oban"]
    assert len(example.ids) <= LENGTH


@given(st.lists(st.integers(1, LENGTH), max_size=200))
def test_batches_hold_every_example_once_within_their_size(lengths):
    examples = [Example([1] * length, 1) for length in sorted(lengths)]
    packed = pack(examples)
    assert [example for batch in packed for example in batch] == examples
    for batch in packed:
        width = max(example.width for example in batch)
        assert width % STEP == 0
        assert len(batch) == 1 or width * len(batch) <= BATCH_TOKENS


@pytest.mark.parametrize("epoch", [0, 1])
def test_an_epoch_is_always_the_same_and_differs_from_the_next(epoch):
    pairs = [pair_of(n % 90, n % 7) for n in range(400)]
    once = list(batches(pairs, TOKENS, epoch))
    assert once == list(batches(pairs, TOKENS, epoch))
    assert once != list(batches(pairs, TOKENS, epoch + 1))
    assert sum(map(len, once)) == 400


def test_questions_on_one_passage_stay_together_in_runs_with_a_miss_in_each():
    pairs = [
        replace(pair_of(n, 3), group=f"g{n}", start=start, end=end)
        for n in range(40)
        for start, end in 4 * [(-1, -1)] + 4 * [(len("it rained " * n), len("it rained " * n) + 6)]
    ]
    units = [unit for batch in batches(pairs, TOKENS, 0) for unit in runs(batch)]
    assert sum(map(len, units)) == len(pairs)
    apart = [unit for unit in units if len({e.is_answered for e in unit}) == 1]
    assert len(apart) < len(units) / 4  # where a batch ends, a run may be cut


def runs(batch: list[Example]) -> list[list[Example]]:
    """The neighbours of one group."""
    return [list(group) for _, group in groupby(batch, key=lambda example: example.group)]
