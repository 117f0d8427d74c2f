"""After a file was renamed, its old links and the citations of stored answers open the same words."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from bot.answer import Answer
from bot.page.api.ask import UNAVAILABLE, AskParts, ask_routes
from bot.page.view.sources import anchor_of, articles_of
from bot.retrieval.sources import Sources
from tests.bot.page.doubles import cite
from tests.index.fake_encoder import FakeEncoder
from tests.index.workshop import CountingEncoder, Workshop, story

WORDS = "part 2 of the bridge"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Two articles and their index."""
    workshop = Workshop(tmp_path / "in", tmp_path / "out", CountingEncoder(FakeEncoder()))
    for number in range(2):
        workshop.write(f"{number}.txt", story(number))
    workshop.sync()
    return workshop


def source(sources: Sources, place: str) -> Any:
    """The response of /api/source."""
    app = FastAPI()
    engine = SimpleNamespace(sources=sources, library=sources.library)
    app.include_router(ask_routes(AskParts(cast(Any, engine), cast(Any, None), cast(Any, None))))

    @app.middleware("http")
    async def own(request: Request, call_next: Any) -> Any:
        request.state.owner = ""
        return await call_next(request)

    return TestClient(app).get("/api/source", params={"cite": place})


def test_a_link_to_a_moved_file_opens_the_same_words(workshop: Workshop) -> None:
    sources = Sources(workshop.library())
    old = sources.article("1.txt")
    assert old is not None
    start = old.text.index(WORDS)
    place = f"{old.id}-{start}-{start + len(WORDS)}"
    (workshop.corpus / "1.txt").rename(workshop.corpus / "elsewhere.txt")
    workshop.sync()
    shown = source(sources, place).json()
    assert shown["path"] == "elsewhere.txt"
    assert [part["text"] for part in shown["parts"] if part["kind"] == "cited"] == [WORDS]
    (workshop.corpus / "elsewhere.txt").unlink()
    workshop.sync()
    gone = source(sources, place)
    assert (gone.status_code, gone.json()) == (404, {"error": UNAVAILABLE})
    sources.close()


def test_a_stored_citation_is_a_link_to_the_moved_file(workshop: Workshop) -> None:
    sources = Sources(workshop.library())
    old = sources.article("1.txt")
    assert old is not None
    citation = cite(old, WORDS)
    answer = Answer("q", "q", WORDS, WORDS, False, None, 0.9, (citation,))
    (workshop.corpus / "1.txt").rename(workshop.corpus / "elsewhere.txt")
    workshop.sync()
    articles = articles_of(answer, lambda path, sha256: sources.article(path, "", sha256))
    moved = articles["1.txt"]
    anchor = anchor_of(citation, articles)
    assert moved.path == "elsewhere.txt" and anchor is not None
    assert anchor.article_id == moved.id and anchor.span.of(moved.text) == WORDS
    sources.close()
