"""The check of what a small instruction-tuned language model answered to questions about the sample.

SmolLM2 (135 million parameters) was asked through Byline, at the default temperature; `answered.jsonl` has
each sentence once, the passages it could rest on, and how it was judged by hand: true, false, or empty,
which says nothing about the articles.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.answer import Candidate
from bot.english.question import Question
from bot.llm.checking.checker import Checker
from bot.llm.checking.support import Models
from bot.reading.model import SpanModel
from index.library import Library
from index.reading.articles import read_article
from index.settings import Settings
from index.text.passages import split_passages

ANSWERED = Path(__file__).with_name("answered.jsonl")


@pytest.fixture(scope="module")
def verdicts(
    sample_settings: Settings, library: Library, span_model: SpanModel
) -> Counter[tuple[str, str]]:
    """How many sentences that were judged so have which verdict."""
    checker = Checker(Models(library.encoder.encode, span_model.read))
    config = sample_settings.index_config
    passages = {}
    for path in sorted({file for row in rows() for file, _, _ in row["passages"]}):
        article = read_article(sample_settings.corpus, path)
        for one in split_passages(article, config.passage_words, config.overlap_words):
            passages[path, one.start, one.end] = Candidate(one, article, 0.0)
    found: Counter[tuple[str, str]] = Counter()
    for row in rows():
        check = checker.check if row["cited"] else checker.check_uncited
        given = [passages[file, start, end] for file, start, end in row["passages"]]
        checked = check(row["sentence"], given, Question.of(row["question"]))
        found[row["judged"], checked.verdict] += 1
    return found


def rows() -> list[dict]:
    return [json.loads(line) for line in ANSWERED.read_text("utf-8").splitlines()]


def share(verdicts: Counter[tuple[str, str]], judged: str) -> float:
    """The share of the sentences of a kind that are called supported."""
    every = sum(count for (kind, _), count in verdicts.items() if kind == judged)
    return verdicts[judged, "supported"] / every


def test_true_sentences_are_found_so(verdicts: Counter[tuple[str, str]]) -> None:
    assert share(verdicts, "true") >= 0.9


def test_sentences_that_say_nothing_are_not_believed(verdicts: Counter[tuple[str, str]]) -> None:
    assert share(verdicts, "empty") <= 0.05


def test_more_than_half_of_the_inventions_are_found(verdicts: Counter[tuple[str, str]]) -> None:
    assert share(verdicts, "false") <= 0.45
