import pytest
from hypothesis import given

from bot import extractive
from bot.answer import Evidence
from bot.extractive import ExtractiveReader
from bot.retrieval import HybridRetriever
from index.library import Library
from tests.bot.checks import QUESTIONS, any_text, wordy_text


def read(library: Library, question: str, reader: ExtractiveReader) -> tuple[Evidence, ...]:
    return reader.read(question, HybridRetriever(library).search(question, 12))


@pytest.fixture(scope="module")
def reader(library: Library) -> ExtractiveReader:
    return ExtractiveReader(library.encoder.encode)


@pytest.mark.parametrize("question", QUESTIONS)
def test_evidence_is_a_retrieved_sentence_best_first(
    library: Library, reader: ExtractiveReader, question: str
) -> None:
    found = read(library, question, reader)
    assert found
    for item in found:
        assert item.support in item.candidate.passage.sentences
        assert item.support.start <= item.answer.start < item.answer.end <= item.support.end
        assert 0 <= item.score <= 1
    assert [item.score for item in found] == sorted((i.score for i in found), reverse=True)
    supports = [(item.candidate.article.path, item.support) for item in found]
    assert len(set(supports)) == len(supports)


@given(any_text | wordy_text)
def test_any_question_is_read(library: Library, reader: ExtractiveReader, question: str) -> None:
    assert read(library, question, reader) == read(library, question, reader)


def test_nothing_to_read_or_to_ask_gives_no_evidence(
    library: Library, reader: ExtractiveReader
) -> None:
    assert reader.read(QUESTIONS[0], ()) == ()
    assert read(library, "?!", reader) == ()


def test_what_was_read_before_changes_nothing(library: Library, reader: ExtractiveReader) -> None:
    for question in QUESTIONS:
        fresh = ExtractiveReader(library.encoder.encode)
        assert read(library, question, fresh) == read(library, question, reader)


def test_forgetting_vectors_changes_nothing(
    library: Library, reader: ExtractiveReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extractive, "REMEMBERED", 3)
    forgetful = ExtractiveReader(library.encoder.encode)
    for question in QUESTIONS:
        assert read(library, question, forgetful) == read(library, question, reader)


def test_names_that_are_not_there_are_told(library: Library, reader: ExtractiveReader) -> None:
    best = read(library, "What did Napoleon say about Elba?", reader)[0]
    assert {"Napoleon", "Elba"} <= set(best.missing)
