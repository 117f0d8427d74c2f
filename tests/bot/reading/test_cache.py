"""What was read is not read again, by one or by many; what failed is."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.answer import Candidate, Evidence
from bot.english.question import Question
from bot.reading.cache import CachingEmbed, CachingReader
from index.errors import ModelError
from index.text.article import Article, Passage, Span

ARTICLE = Article("a.txt", "0" * 64, "A", "The harbour opened in May.")
PASSAGE = Passage(ARTICLE.id, 0, 0, 26, (Span(0, 26),))
CANDIDATE = Candidate(PASSAGE, ARTICLE, 1.0, 0.5)


class Slow:
    """Takes a moment for each question, and counts them; fails on demand."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails = False

    def read(self, question: Question, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        self.asked.append(question.text)
        time.sleep(0.05)
        if self.fails:
            raise ModelError("a fault inside")
        return tuple(Evidence(c, Span(22, 25), Span(0, 26), 0.9) for c in candidates)

    def close(self) -> None:
        self.asked.append("closed")


def test_the_same_question_on_the_same_passages_is_read_once() -> None:
    slow = Slow()
    reader = CachingReader(slow)
    first = reader.read(Question.of("When?"), [CANDIDATE])
    assert reader.read(Question.of("When?"), (CANDIDATE,)) == first
    assert first == Slow().read(Question.of("When?"), [CANDIDATE])
    assert slow.asked == ["When?"]


def test_another_question_passage_text_or_score_is_read() -> None:
    slow = Slow()
    reader = CachingReader(slow)
    changed = replace(ARTICLE, sha256="1" * 64, text="The harbour opened in June.")
    reader.read(Question.of("When?"), [CANDIDATE])
    reader.read(Question.of("Where?"), [CANDIDATE])
    reader.read(Question.of("When?"), [replace(CANDIDATE, article=changed)])
    reader.read(Question.of("When?"), [replace(CANDIDATE, dense=0.4)])
    reader.read(Question.of("When?"), [])
    assert len(slow.asked) == 5


def test_a_question_is_read_again_in_another_conversation() -> None:
    slow = Slow()
    reader = CachingReader(slow)
    text, asked, history = "When? (the harbour)", "When?", ("Where is the harbour? Oban",)
    others = [
        Question.of(text, None, asked, history),
        Question.of(text, None, asked, ("Where is the harbour? Leith",)),
        Question.of(text, None, asked, (*history, "Who? Reid")),
        Question.of(text, None, asked),
        Question.of(text, None, text, history),
        Question.of(text),
        Question.of("When? (Oban)", None, asked, history),
    ]
    for question in (*others, *others):
        reader.read(question, [CANDIDATE])
    assert slow.asked == [question.text for question in others]


def test_many_who_ask_at_once_wait_for_one_reading() -> None:
    slow, together = Slow(), threading.Barrier(8)
    reader = CachingReader(slow)

    def ask(_: int) -> tuple[Evidence, ...]:
        together.wait()
        return reader.read(Question.of("When?"), [CANDIDATE])

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(ask, range(8)))
    assert len(found) == 1 and slow.asked == ["When?"]


def test_a_failure_is_told_and_tried_again() -> None:
    slow = Slow()
    reader = CachingReader(slow)
    slow.fails = True
    with pytest.raises(ModelError, match="a fault inside"):
        reader.read(Question.of("When?"), [CANDIDATE])
    slow.fails = False
    assert reader.read(Question.of("When?"), [CANDIDATE]) and slow.asked == ["When?", "When?"]


def test_the_longest_unasked_is_forgotten() -> None:
    slow = Slow()
    reader = CachingReader(slow, size=2)
    for question in ("a", "b", "a", "c", "a", "b"):
        reader.read(Question.of(question), [CANDIDATE])
    assert slow.asked == ["a", "b", "c", "b"]


def test_it_closes_the_reader_it_asks() -> None:
    slow = Slow()
    CachingReader(slow).close()
    assert slow.asked == ["closed"]


def test_a_text_is_embedded_once_and_the_rows_are_in_the_order_asked() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return np.array([[len(text), 1.0] for text in texts], np.float32).reshape(-1, 2)

    caching = CachingEmbed(embed, size=2)
    assert caching(["a", "bbb", "a"]).tolist() == [[1, 1], [3, 1], [1, 1]]
    assert caching(["cc", "bbb"]).tolist() == [[2, 1], [3, 1]]
    assert asked == ["a", "bbb", "cc"]
    caching(["a"])  # only the last two were kept
    assert asked == ["a", "bbb", "cc", "a"]
    assert caching([]).shape == (0, 2)
