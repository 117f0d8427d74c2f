"""A folder changes under a running engine: what is no longer there is never cited."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.build import build_engine
from bot.engine import Engine
from index.settings import ROOT, Settings, load_settings
from index.sync.corpus import sync_corpus
from tests.bot.checks import check_citations

QUESTION = "When did the ferry reach Oban?"
FERRY = "A ferry in a storm\n\nThe ferry reached Oban on May 3, 2019. Nobody was hurt.\n"
BAKER = "A baker wins a prize\n\nThe baker Anna Kral won a prize in Vienna in 2018.\n"
SONG = "A song for Leith\n\nThe choir of Leith sang a new song to the harbour in June 2017.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in (("ferry.txt", FERRY), ("baker.md", BAKER), ("song.txt", SONG)):
        (corpus / name).write_text(text)
    settings = load_settings(corpus=corpus, storage=tmp_path / "storage")
    sync_corpus(settings)
    return settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = build_engine(settings)
    yield engine
    engine.close()


def cited(answer: Answer) -> set[str]:
    return {citation.file for citation in answer.citations}


def test_the_answer_is_the_file_s_and_follows_it(settings: Settings, engine: Engine) -> None:
    answer = engine.answer(QUESTION)
    assert "May 3, 2019" in answer.answer and cited(answer) == {"ferry.txt"}
    check_citations(answer, settings.corpus)

    (settings.corpus / "ferry.txt").write_text(FERRY.replace("May 3, 2019", "June 14, 2020"))
    assert sync_corpus(settings).changed == ("ferry.txt",)
    answer = engine.answer(QUESTION)
    assert "June 14, 2020" in answer.answer and cited(answer) == {"ferry.txt"}
    check_citations(answer, settings.corpus)


def test_a_file_edited_since_the_sync_is_not_cited_and_the_remedy_is_told(
    settings: Settings, engine: Engine
) -> None:
    (settings.corpus / "ferry.txt").write_text(FERRY.replace("May 3, 2019", "May 4, 2019"))
    answer = engine.answer(QUESTION)
    assert answer.refused and not answer.citations and answer.answer == ""
    assert answer.reason is not None and answer.confidence == 0
    assert "ferry.txt" in answer.reason and "python -m index sync" in answer.text


def test_a_file_removed_since_the_sync_is_not_cited_and_the_remedy_is_told(
    settings: Settings, engine: Engine
) -> None:
    (settings.corpus / "ferry.txt").unlink()
    answer = engine.answer(QUESTION)
    assert answer.refused and not answer.citations
    assert answer.reason is not None and "ferry.txt" in answer.reason
    assert "python -m index sync" in answer.reason


def test_after_a_sync_a_removed_file_is_forgotten(settings: Settings, engine: Engine) -> None:
    assert cited(engine.answer(QUESTION)) == {"ferry.txt"}
    (settings.corpus / "ferry.txt").unlink()
    assert sync_corpus(settings).removed == ("ferry.txt",)
    answer = engine.answer(QUESTION)
    assert answer.refused and "ferry.txt" not in answer.text
    assert "ferry.txt" not in {candidate.article.path for candidate in engine.search(QUESTION)}
    assert engine.sources.article("ferry.txt") is None
    assert "ferry.txt" not in {article.path for article in engine.library.catalog.articles.all()}


def test_after_a_sync_a_new_file_answers(settings: Settings, engine: Engine) -> None:
    question = "Who opened the bridge in Perth?"
    assert engine.answer(question).refused
    (settings.corpus / "bridge.txt").write_text("Mayor Ian Low opened the new bridge in Perth.")
    sync_corpus(settings)
    answer = engine.answer(question)
    assert cited(answer) == {"bridge.txt"} and "Ian Low" in answer.answer


def test_what_another_process_syncs_is_found_by_its_meaning_too(
    settings: Settings, engine: Engine
) -> None:
    nowhere = "xylophone"  # no word of any article: only the vectors, in Chroma, can find one

    def found() -> set[str]:
        return {candidate.article.path for candidate in engine.search(nowhere)}

    assert found() == {"ferry.txt", "baker.md", "song.txt"}
    (settings.corpus / "bridge.txt").write_text("Mayor Ian Low opened the new bridge in Perth.")
    (settings.corpus / "song.txt").unlink()
    flags = ["--corpus", str(settings.corpus), "--storage", str(settings.storage)]
    subprocess.run([sys.executable, "-m", "index", "sync", *flags], cwd=ROOT, check=True)
    assert found() == {"ferry.txt", "baker.md", "bridge.txt"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("crlf.txt", FERRY.replace("\n", "\r\n").encode()),
        ("cr.txt", FERRY.replace("\n", "\r").encode()),
        ("mark.txt", b"\xef\xbb\xbf" + FERRY.encode()),
        ("wide.txt", FERRY.encode("utf-16")),
        ("western.txt", FERRY.replace("storm", "café — “über” storm").encode("cp1252")),
        ("emoji.md", f"# 😀 e\u0301 \u202e\r\n\r\n{FERRY}".encode()),
        ("page.html", f"<html><body><article><p>{FERRY}</p></article></body></html>".encode()),
    ],
)
def test_whatever_the_encoding_and_line_ends_the_words_are_where_the_citation_says(
    settings: Settings, engine: Engine, name: str, data: bytes
) -> None:
    (settings.corpus / "ferry.txt").unlink()
    (settings.corpus / name).write_bytes(data)
    sync_corpus(settings)
    answer = engine.answer(QUESTION)
    assert cited(answer) == {name} and "May 3, 2019" in answer.citations[0].quote
    check_citations(answer, settings.corpus)


def test_the_real_articles_are_cited_in_their_own_words(tmp_path: Path, real_corpus: Path) -> None:
    settings = load_settings(corpus=real_corpus, storage=tmp_path / "storage")
    sync_corpus(settings)
    engine = build_engine(settings)
    try:
        answer = engine.answer("Where did Obama say Assad must go?")
        assert not answer.refused
        for question in ("What does Putin want?", "Who is Assad?", "How many people have died?"):
            check_citations(engine.answer(question), real_corpus)
        check_citations(answer, real_corpus)
    finally:
        engine.close()
