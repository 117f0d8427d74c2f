"""The check of what a real language model of 270 million parameters wrote about passages of the sample.

It was given two examples and a passage and wrote one sentence, at temperatures from 0.2 to 1.3;
`written.jsonl` has each with what a person says of it. Some repeat the examples.
"""

import json
from pathlib import Path

import pytest

from bot.llm.checking.checker import Checker
from bot.llm.checking.support import Models
from bot.reading.model import SpanModel
from index.library import Library
from index.reading.articles import read_article
from index.settings import Settings
from tests.bot.llm.checking.test_checker import candidate_of

WRITTEN = Path(__file__).with_name("written.jsonl")


@pytest.fixture(scope="module")
def verdicts(
    sample_settings: Settings, library: Library, span_model: SpanModel
) -> list[tuple[bool, str]]:
    """For each sentence, whether it is supported, and the verdict."""
    checker = Checker(Models(library.encoder.encode, span_model.read))
    found = []
    for line in WRITTEN.read_text("utf-8").splitlines():
        row = json.loads(line)
        text = read_article(sample_settings.corpus, row["file"]).text[row["start"] : row["end"]]
        checked = checker.check(row["sentence"], [candidate_of(text)])
        found.append((row["supported"], str(checked.verdict)))
    return found


def test_nearly_all_supported_sentences_are_found_so(verdicts: list[tuple[bool, str]]) -> None:
    supported = [verdict == "supported" for right, verdict in verdicts if right]
    assert sum(supported) >= 0.85 * len(supported)


def test_few_inventions_are_taken_for_supported(verdicts: list[tuple[bool, str]]) -> None:
    invented = [verdict == "supported" for right, verdict in verdicts if not right]
    assert sum(invented) <= 0.2 * len(invented)
