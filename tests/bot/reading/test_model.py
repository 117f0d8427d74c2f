"""What the reading model promises on any text; what it answers is for the evaluation to judge."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.model import (
    LEAST,
    MAX_ANSWER_TOKENS,
    MAX_CHARACTERS,
    MAX_HISTORY_TOKENS,
    MAX_QUESTION_TOKENS,
    OVERLAP,
    WINDOW,
    Found,
    SpanModel,
    _windows,
    best_spans,
)
from index.errors import ModelError
from index.settings import ROOT
from index.text.article import Span
from tests.bot.checks import any_text, one_in, wordy_text

FOLDER = ROOT / "models" / "reader"
HOSTILE = any_text | wordy_text | st.just("") | st.just(" \t\n ")
QUESTION = "Who steered the ferry?"
PASSAGES = (
    "The ferry left Oban at noon. Mary Boyd steered it, and Angus Reid sold the tickets.",
    "Nobody steered the raft.",
    "",
    "The mayor spoke of “calm water” (he meant the bay). " * 40,
    "Ünïcödé, “quotes” and 東京 in one line.",
)


def check_found(passage: str, found: Sequence[Found], count: int) -> None:
    assert len(found) <= count
    assert all(one.span.end <= len(passage) for one in found)
    assert all(one.span.of(passage).strip() for one in found)
    assert [one.margin for one in found] == sorted((one.margin for one in found), reverse=True)
    in_order = sorted(one.span for one in found)
    assert not any(left.overlaps(right) for left, right in pairwise(in_order))


@one_in(2)
@given(HOSTILE, st.lists(HOSTILE, max_size=4), st.integers(1, 4))
def test_whatever_is_read_the_spans_are_words_of_the_passage_apart_and_best_first(
    span_model: SpanModel, question: str, passages: list[str], count: int
) -> None:
    found = span_model.read(question, passages, count)
    assert len(found) == len(passages)
    for passage, some in zip(passages, found, strict=True):
        check_found(passage, some, count)


@one_in(2)
@given(HOSTILE, st.lists(HOSTILE | st.sampled_from(PASSAGES), max_size=4))
def test_what_is_found_in_a_passage_never_depends_on_the_others(
    span_model: SpanModel, question: str, passages: list[str]
) -> None:
    alone = [span_model.read(question, [passage])[0] for passage in passages]
    assert span_model.read(question, passages) == alone


@pytest.mark.parametrize(
    "text",
    [
        "\ud800 a lone surrogate \udfff",
        "\x00\x01\x1b[31m\x7f\u202e control characters \u200f",
        "\N{GRINNING FACE}" * 500,
        "[CLS] who [SEP] nobody [PAD] [MASK] [UNK] [SEP]",
        "x" * (MAX_CHARACTERS + 100),
        "\u0301" * 10_000,
        "a\u0301\u0323" * 500,
        "각" * 300 + "ﬃ½" * 50,
    ],
    ids=["surrogate", "control", "emoji", "special", "word", "accents", "marked", "composed"],
)
def test_hostile_text_is_read_as_question_and_as_passage(span_model: SpanModel, text: str) -> None:
    around = f"Mary Boyd {text} steered it."
    for passage, found in zip((text, around), span_model.read(text, [text, around]), strict=True):
        check_found(passage, found, 3)


def test_a_passage_without_words_gives_nothing_and_no_passages_give_no_rows(
    span_model: SpanModel,
) -> None:
    assert span_model.read(QUESTION, ["", "  \n\t ", "\u200f\0"]) == [(), (), ()]
    assert span_model.read(QUESTION, []) == []
    assert all(span_model.read("", PASSAGES[:2]))


def test_a_word_is_never_cut(span_model: SpanModel) -> None:
    # Words that nobody knows are many tokens each, and half of one often scores best.
    draw = random.Random(0)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    passages = [
        " ".join("".join(draw.choices(letters, k=draw.randint(6, 25))) for _ in range(6))
        for _ in range(20)
    ]
    # and one that is read in several windows, each of which may begin within a word
    passages.append(
        " ".join("".join(draw.choices(letters, k=draw.randint(6, 25))) for _ in range(100))
    )
    passages.append("The pier is 45metres long, 300kilograms heavy and 16thcentury work.")
    for passage, found in zip(passages, span_model.read("How many?", passages, 40), strict=True):
        whole = {word.strip(",.") for word in passage.split()}
        for one in found:
            assert {word.strip(",.") for word in one.span.of(passage).split()} <= {*whole, ""}


def test_only_the_first_64_tokens_of_a_question_count(span_model: SpanModel) -> None:
    long = "tram " * MAX_QUESTION_TOKENS
    alone = span_model.read(long, PASSAGES[:2])
    assert span_model.read(long + "steered the ferry?" * 500, PASSAGES[:2]) == alone
    assert span_model.read("tram " * 63, PASSAGES[:2]) != alone


@one_in(2)
@given(HOSTILE, st.lists(HOSTILE, max_size=4), st.sampled_from(PASSAGES))
def test_with_any_history_the_spans_are_words_of_the_passage(
    span_model: SpanModel, question: str, history: list[str], passage: str
) -> None:
    found = span_model.read(question, [passage], history=history)
    check_found(passage, found[0], 3)
    assert found == span_model.read(question, [passage], history=tuple(history))


def test_an_empty_history_is_the_same_as_none(span_model: SpanModel) -> None:
    alone = span_model.read(QUESTION, PASSAGES)
    for nothing in ((), []):
        assert span_model.read(QUESTION, PASSAGES, history=nothing) == alone
    assert span_model.read(QUESTION, PASSAGES, history=["Where is Oban?"]) != alone


def test_the_history_is_read_turn_by_turn_until_its_tokens_are_used_up(
    span_model: SpanModel,
) -> None:
    turn = "tram " * 15  # sixteen tokens with its separator
    fits = [turn] * (MAX_HISTORY_TOKENS // 16)
    question = "tram " * (MAX_QUESTION_TOKENS - 1)  # and its separator
    read = span_model.read(question, PASSAGES[:2], history=fits[1:])
    full = span_model.read(question, PASSAGES[:2], history=fits)
    assert full != read
    for more in ([turn], ["tram"], [turn] * 200, ["tram " * 50_000]):
        assert span_model.read(question, PASSAGES[:2], history=[*fits, *more]) == full


def test_a_long_passage_is_read_to_its_end_with_a_history(span_model: SpanModel) -> None:
    passage = " ".join(["rain"] * 1_999 + ["boat"])
    found = span_model.read("Who?", [passage], 100_000, history=["tram " * 15] * 3)[0]
    check_found(passage, found, 100_000)
    assert any(one.span.overlaps(Span(5 * 1_990, len(passage))) for one in found)


@pytest.mark.parametrize("tokens", [2_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_a_very_long_passage_is_read_in_every_window_to_its_end(
    span_model: SpanModel, tokens: int
) -> None:
    passage = " ".join(["rain"] * (tokens - 1) + ["boat"])
    found = span_model.read("Who?", [passage], 100_000)[0]  # "who" and "?" are a token each
    check_found(passage, found, 100_000)
    windows = _windows(0, tokens, WINDOW - 2 - 3)
    assert windows[-1][1] == tokens and len(windows) >= tokens // 250
    for start, end in windows:  # a word and its space are five characters
        assert any(one.span.overlaps(Span(5 * start, 5 * end)) for one in found)


@given(st.integers(0, 100), st.integers(0, 20_000), st.integers(LEAST, WINDOW - 3))
def test_windows_cover_every_token_and_hold_every_possible_answer_whole(
    head: int, tokens: int, room: int
) -> None:
    last = head + tokens
    windows = _windows(head, last, room)
    assert bool(windows) is bool(tokens)
    assert all(head <= start < end <= last and end - start <= room for start, end in windows)
    if tokens:
        assert windows[0][0] == head and windows[-1][1] == last
    for (_, end), (start, _) in pairwise(windows):
        assert end - start == OVERLAP > MAX_ANSWER_TOKENS


scores = st.lists(
    st.tuples(*[st.sampled_from([-np.inf, -2.0, -0.5, 0.0, 0.5, 1.0, 3.0])] * 2), max_size=9
)


@settings(max_examples=400)
@given(scores, st.integers(0, 5), st.integers(1, 11))
def test_best_spans_are_those_that_trying_every_span_finds(
    pairs: list[tuple[float, float]], count: int, longest: int
) -> None:
    starts = np.array([start for start, _ in pairs], np.float32)
    ends = np.array([end for _, end in pairs], np.float32)
    every = sorted(
        (-float(starts[first] + ends[last]), first, last)
        for first in range(len(pairs))
        for last in range(first, min(first + longest, len(pairs)))
        if starts[first] + ends[last] > -np.inf
    )
    expected: list[tuple[int, int, float]] = []
    for negative, first, last in every:
        if all(last < left or first > right for left, right, _ in expected):
            expected.append((first, last, -negative))
    assert list(best_spans(starts, ends, count, longest)) == expected[:count]


def test_an_answer_is_never_longer_than_allowed_unless_told() -> None:
    starts, ends = np.zeros(200, np.float32), np.zeros(200, np.float32)
    starts[10], ends[150] = 5, 5
    spans = list(best_spans(starts, ends, 3))
    assert all(last - first < MAX_ANSWER_TOKENS for first, last, _ in spans)
    assert next(best_spans(starts, ends, 1, longest=141)) == (10, 150, 10.0)


def test_threads_may_share_one_model(span_model: SpanModel) -> None:
    alone = span_model.read(QUESTION, PASSAGES)
    with ThreadPoolExecutor(4) as callers:
        work = [callers.submit(span_model.read, QUESTION, PASSAGES) for _ in range(8)]
        assert all(one.result() == alone for one in work)


def test_another_model_on_any_number_of_threads_finds_the_same(span_model: SpanModel) -> None:
    alone = span_model.read(QUESTION, PASSAGES)
    for threads in (1, 3):
        other = SpanModel(FOLDER, threads)
        assert other.fingerprint == span_model.fingerprint
        assert other.read(QUESTION, PASSAGES) == alone
        other.close()


def test_a_closed_model_says_so_in_one_line() -> None:
    model = SpanModel(FOLDER, 1)
    model.close()
    model.close()
    with pytest.raises(ModelError, match=r"^reader: .*closed.*$"):
        model.read(QUESTION, PASSAGES)


def test_zero_threads_are_refused() -> None:
    with pytest.raises(ValueError, match="threads 0: expected at least 1"):
        SpanModel(FOLDER, 0)


def refused(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        SpanModel(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize(
    "damage", [None, b"", b"no model", b"cut short"], ids=["missing", "empty", "junk", "cut short"]
)
def test_a_missing_or_damaged_file_is_named_with_the_remedy(
    tmp_path: Path, name: str, damage: bytes | None
) -> None:
    for other in {"model.onnx", "tokenizer.json"} - {name}:
        (tmp_path / other).symlink_to(FOLDER / other)
    if damage is not None:
        content = (FOLDER / name).read_bytes()
        cut = content[: len(content) // 2] if damage == b"cut short" else damage
        (tmp_path / name).write_bytes(cut)
    message = refused(tmp_path)
    assert message.startswith(f"{tmp_path / name}: expected ")
    assert "git checkout models" in message
    assert ("BYLINE_MODELS" if damage is None else "damaged") in message


def test_a_model_of_another_kind_is_refused_with_the_inputs_it_should_have() -> None:
    folder = ROOT / "models" / "embedder"
    message = refused(folder)
    assert message.startswith(f"{folder / 'model.onnx'}: ")
    assert "input_ids, token_type_ids" in message
    assert "python -m training.export_reader" in message
