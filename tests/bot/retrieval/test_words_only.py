"""Without the Chroma server, answers come from the words alone and say so."""

import json
import time

import pytest

from bot.__main__ import main
from bot.build import build_engine
from bot.retrieval.retriever import WORDS_ONLY
from index.settings import load_settings
from tests.index.chroma.chroma_server import free_port

QUESTION = "Where did Obama say Assad must go?"


@pytest.fixture(scope="module")
def server():
    """Where no server is."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def cut_off(sample_settings, server):
    """The sample's engine, whose server is down."""
    settings = load_settings(
        corpus=sample_settings.corpus, storage=sample_settings.storage, chroma=server
    )
    engine = build_engine(settings)
    yield engine
    engine.close()


def test_the_answer_says_that_only_words_were_searched(cut_off, sample):
    began = time.monotonic()
    answer = cut_off.answer(QUESTION)
    assert time.monotonic() - began < 5
    assert answer.notice == WORDS_ONLY
    assert not answer.refused
    assert answer.answer == sample.answer(QUESTION).answer
    assert json.loads(json.dumps(answer.to_json()))["notice"] == WORDS_ONLY
    assert sample.answer(QUESTION).notice == ""


def test_a_refusal_says_so_too(cut_off):
    answer = cut_off.answer("How tall is the Eiffel tower in winter?")
    assert answer.refused
    assert answer.notice == WORDS_ONLY


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_search_says_so_too(server, sample_settings, monkeypatch, capsys, flags):
    monkeypatch.setenv("BYLINE_CHROMA", server)
    folders = ["--corpus", str(sample_settings.corpus), "--storage", str(sample_settings.storage)]
    assert main(["search", QUESTION, *folders, *flags]) == 0
    assert WORDS_ONLY in capsys.readouterr().out
