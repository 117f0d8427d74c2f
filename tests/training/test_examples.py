"""Pairs in tokens: the answer stays under its tokens, whatever is cut away."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from training.examples import BATCH_TOKENS, LENGTH, STEP, Example, Tokens, batches, pack
from training.pairs import Pair

MODEL = Path(__file__).resolve().parents[2] / "models" / "embedder"
TOKENS = Tokens(MODEL)
WORDS = Tokenizer.from_file(str(MODEL / "tokenizer.json"))


def pair_of(before: int, after: int, answer: str = "in the old harbour") -> Pair:
    passage = "it rained " * before + answer + " and then" * after
    start = len("it rained " * before)
    return Pair("Where did the ferry sink?", passage, start, start + len(answer))


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 99))
def test_the_answer_is_under_its_tokens_however_long_the_passage(before, after, seed):
    example = TOKENS.example(pair_of(before, after), random.Random(seed))
    assert example is not None
    assert len(example.ids) <= LENGTH
    assert WORDS.decode(example.ids[example.start : example.end + 1]) == "in the old harbour"
    assert example.start >= example.base


def test_an_answer_longer_than_the_window_is_left_out():
    assert TOKENS.example(pair_of(0, 0, "long word " * 200), random.Random(0)) is None


def test_without_an_answer_both_ends_are_the_first_token():
    example = TOKENS.example(Pair("Who?", "Nobody knows. " * 200), random.Random(0))
    assert example is not None
    assert (example.start, example.end) == (0, 0)
    assert len(example.ids) == LENGTH


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
