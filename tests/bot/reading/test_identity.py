"""Who somebody is, asked of articles that introduce the person."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import open_engine
from bot.engine import Engine

ARTICLES = {
    "bridge.txt": "Bridge opens in Oban\n\nMayor Ada Pell opened the bridge on Monday. Tom Reed watched.\n",
    "court.txt": "Court decides\n\nPresident Jane Pell left. The lawyer Tom Reed, from Wick, stayed.\n",
    "trip.txt": "A trip\n\nTom Reed met the fishermen of Oban. The weather was good and the sea was calm.\n",
}


@pytest.fixture
def engine(make_corpus: Callable[..., Path], tmp_path: Path):
    with open_engine(make_corpus(ARTICLES), storage=tmp_path / "index") as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "answer", "file"),
    [
        ("Who is Ada Pell?", "Mayor Ada Pell", "bridge.txt"),
        ("Who is Tom Reed?", "The lawyer Tom Reed", "court.txt"),
        ("Who was Jane Pell?", "President Jane Pell", "court.txt"),
    ],
)
def test_a_person_is_introduced_with_the_words_of_an_article(
    engine: Engine, question: str, answer: str, file: str
) -> None:
    found = engine.answer(question)
    assert found.answer == answer and found.citations[0].file == file


@pytest.mark.parametrize("question", ["Who is Eve Moss?", "Who is Mary Pell?"])
def test_a_person_whom_no_article_introduces_is_refused(engine: Engine, question: str) -> None:
    assert engine.answer(question).refused


def test_a_passage_without_the_name_that_another_has_does_not_answer(
    make_corpus: Callable[..., Path], tmp_path: Path
) -> None:
    towns = {
        "leith.txt": "Voyages\n\nIt rained. The ferry reached Leith on July 21, 2017. It was late.\n",
        "ayr.txt": "Ships\n\nIt had snowed. In the end the ferry reached Ayr on December 8, 2011.\n",
    }
    with open_engine(make_corpus(towns), storage=tmp_path / "index") as engine:
        found = engine.answer("When did the ferry reach Ayr?")
    assert (found.answer, found.citations[0].file) == ("December 8, 2011", "ayr.txt")
