"""Every format from folder to citation: synced, asked, cited word for word, read again from the file."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.answer import Answer
from bot.build import build_engine
from bot.engine import Engine
from bot.page.view.article import source_view
from bot.page.view.message import answer_markdown
from eval.runs.run import CitationChecker
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus
from index.text.article import Span
from tests.bot.checks import check_citations
from tests.index.formats.makers import (
    make_csv,
    make_docx,
    make_epub,
    make_json,
    make_json_lines,
    make_mail,
    make_pdf,
    make_zip,
)

FILLER = (
    "Nothing else of note was told that day, and the talk went on over tea until the evening came."
)
FACTS = {
    "report.pdf": ("Oban", "May 3, 2019"),
    "memo.docx": ("Perth", "June 14, 2018"),
    "book.epub": ("Leith", "July 21, 2017"),
    "letter.eml": ("Troon", "August 9, 2016"),
    "table.csv//2": ("Crieff", "March 5, 2014"),
    "list.json//1": ("Nairn", "April 7, 2013"),
    "lines.jsonl//3": ("Wick", "October 2, 2012"),
    "week.zip//monday/note.txt": ("Ayr", "December 8, 2011"),
    "week.zip//in.zip//rows.csv//1": ("Dornoch", "January 17, 2010"),
}


def told(path: str) -> str:
    town, day = FACTS[path]
    return f"The ferry reached {town} on {day}."


def row(path: str) -> dict[str, str]:
    return {"title": f"A ferry for {FACTS[path][0]}", "text": told(path), "source": "The Daily"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    rows = make_csv(
        [
            ["title", "text"],
            *([r["title"], r["text"]] for r in [row("week.zip//in.zip//rows.csv//1")]),
        ]
    )
    table = row("table.csv//2")
    files = {
        "report.pdf": make_pdf([FILLER, "", FILLER, told("report.pdf")], heading="Ferries of the west"),
        "memo.docx": make_docx([FILLER, told("memo.docx")], "Memo on ferries"),
        "book.epub": make_epub({"A voyage": f"{FILLER} {told('book.epub')}"}, title="Voyages"),
        "letter.eml": make_mail(told("letter.eml"), Subject="A ferry", From="Harbour <h@x.example>"),
        "table.csv": make_csv([["headline", "body"], ["Tea", FILLER], [table["title"], table["text"]]]),
        "list.json": make_json({"articles": [row("list.json//1")]}),
        "lines.jsonl": make_json_lines([{"text": FILLER}, {"text": ""}, row("lines.jsonl//3")]),
        "week.zip": make_zip(
            {"monday/note.txt": told("week.zip//monday/note.txt"), "in.zip": make_zip({"rows.csv": rows})}
        ),
    }  # fmt: skip
    root = tmp_path_factory.mktemp("formats")
    (root / "corpus").mkdir()
    for name, data in files.items():
        (root / "corpus" / name).write_bytes(data)
    settings = load_settings(corpus=root / "corpus", storage=root / "storage")
    report = sync_corpus(settings)
    assert set(report.added) == files.keys()
    assert [path for path, _ in report.skipped] == ["lines.jsonl//2"]
    return settings


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    engine = build_engine(settings)
    yield engine
    engine.close()


def ask(engine: Engine, path: str) -> Answer:
    return engine.answer(f"When did the ferry reach {FACTS[path][0]}?")


@pytest.mark.parametrize("path", FACTS)
def test_each_format_answers_with_its_exact_words(
    settings: Settings, engine: Engine, path: str
) -> None:
    answer = ask(engine, path)
    assert FACTS[path][1] in answer.answer
    assert answer.citations[0].file == path
    assert answer.citations[0].quote == told(path)
    check_citations(answer, settings.corpus)
    checker = CitationChecker(settings.corpus)
    assert all(map(checker.valid, answer.citations))


def test_a_second_sync_reads_nothing_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in ("index.sync.work.batches.parse_file", "index.sync.compare.parse_file"):
        monkeypatch.setattr(reader, None)
    report = sync_corpus(settings)
    assert (report.embedded, len(report.kept), report.added, report.changed) == (0, 8, (), ())


def test_the_page_of_a_pdf_is_told_everywhere(
    settings: Settings, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ask(engine, "report.pdf")
    (citation,) = answer.citations
    assert citation.page == 2
    assert answer.to_json()["citations"][0]["page"] == 2
    article = engine.sources.article("report.pdf")
    assert article is not None
    assert "page 2 · report&#46;pdf" in answer_markdown(answer, {"report.pdf": article})
    view = source_view(article, Span(citation.start, citation.end))
    assert (view["page"], view["lines"]) == (2, "")
    assert source_view(article)["page"] is None
    flags = ["--corpus", str(settings.corpus), "--storage", str(settings.storage)]
    assert main(["ask", "When did the ferry reach Oban?", *flags]) == 0
    assert "(report.pdf, page 2)" in capsys.readouterr().out


def test_other_formats_have_no_pages(engine: Engine) -> None:
    assert ask(engine, "memo.docx").citations[0].page is None


def test_a_citation_of_a_wrong_page_is_not_valid(settings: Settings, engine: Engine) -> None:
    (citation,) = ask(engine, "report.pdf").citations
    assert not CitationChecker(settings.corpus).valid(replace(citation, page=1))


@pytest.mark.parametrize("path", ["report.pdf", "table.csv//2", "week.zip//monday/note.txt"])
def test_a_file_that_has_changed_since_is_not_cited(tmp_path: Path, path: str) -> None:
    town, day = FACTS[path]
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    name = path.partition("//")[0]

    def write(when: str) -> None:
        words = f"The ferry reached {town} on {when}."
        make = {
            "report.pdf": lambda: make_pdf([FILLER, "", words]),
            "table.csv": lambda: make_csv([["text"], [FILLER], [words]]),
            "week.zip": lambda: make_zip({"monday/note.txt": words, "other.txt": FILLER}),
        }[name]
        (corpus / name).write_bytes(make())

    write(day)
    settings = load_settings(corpus=corpus, storage=tmp_path / "storage")
    sync_corpus(settings)
    engine = build_engine(settings)
    try:
        assert ask(engine, path).citations[0].file == path
        write("May 30, 2020")
        assert ask(engine, path).refused
        assert sync_corpus(settings).changed == (name,)
        assert "May 30, 2020" in ask(engine, path).answer
    finally:
        engine.close()
