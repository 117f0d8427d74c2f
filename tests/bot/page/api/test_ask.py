"""The interface for programs over the sample: what it gives, and what it says of bad requests."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.build import build_engine
from bot.engine import Engine
from bot.page.api.ask import (
    GONE,
    MOST_MESSAGES,
    NOT_READY,
    UNAVAILABLE,
    AskParts,
    ask_routes,
)
from bot.page.api.suggestions import Suggester
from bot.page.people.conversations import ConversationStore
from bot.page.people.database import PeopleDatabase
from bot.page.web.errors import ErrorMiddleware
from index.settings import Settings, load_settings

ANNA, BERT = {"x-owner": "v-anna"}, {"x-owner": "v-bert"}
PROBE = {"x-owner": ""}  # has no login where one is needed
WHERE = "Where did Obama say Assad must go?"
EXAMPLES = ("What did Putin ask the United Nations for?",)


class Believing:
    """Stands where the guard stands, and believes a header."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            owner = Request(scope).headers.get("x-owner", "v-nobody")
            scope.setdefault("state", {})["owner"] = owner
        await self._app(scope, receive, send)


def client_of(
    engine: Engine, conversations: ConversationStore, examples: tuple[str, ...] = ()
) -> TestClient:
    app = FastAPI(middleware=[Middleware(ErrorMiddleware), Middleware(Believing)])
    app.include_router(ask_routes(AskParts(engine, conversations, Suggester(), examples)))
    return TestClient(app, headers=ANNA)


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[ConversationStore]:
    people = PeopleDatabase(tmp_path / "people")
    yield ConversationStore(people)
    people.close()


@pytest.fixture
def client(sample: Engine, conversations: ConversationStore) -> TestClient:
    return client_of(sample, conversations, EXAMPLES)


def line(response: Any, status: int) -> str:
    """The one line of an error."""
    assert response.status_code == status, response.text
    assert list(response.json()) == ["error"]
    said = response.json()["error"]
    assert said and "\n" not in said and len(said) < 400
    return str(said)


def post(client: TestClient, body: object) -> Any:
    """Asks with any body that JSON can hold, half characters included."""
    headers = {"content-type": "application/json"}
    return client.post("/api/ask", content=json.dumps(body), headers=headers)


def same(found: dict[str, Any], expected: dict[str, Any]) -> bool:
    return {**found, "timings_ms": 0} == {**expected, "timings_ms": 0}


def test_a_question_gets_what_the_engine_answers(client: TestClient, sample: Engine) -> None:
    response = client.post("/api/ask", json={"question": WHERE})
    assert response.status_code == 200
    assert same(response.json(), sample.answer(WHERE).to_json())
    assert response.json()["citations"]


def test_a_refusal_is_an_answer(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "Who won the World Cup in Brazil?"})
    found = response.json()
    assert response.status_code == 200 and found["refused"] and found["reason"]
    assert found["citations"] == []


def test_a_follow_up_is_understood_by_the_messages_before(client: TestClient) -> None:
    before = [
        {"role": "user", "content": "What did Obama say about Assad?"},
        {"role": "assistant", "content": "That he must go."},
    ]
    body = {"question": "And Putin?", "conversation": before}
    found = client.post("/api/ask", json=body).json()
    assert found["question"] == "And Putin?" != found["standalone_question"]
    assert "Assad" in found["standalone_question"]
    alone = client.post("/api/ask", json={"question": "And Putin?"}).json()
    assert alone["standalone_question"] == "And Putin?"


def test_what_is_asked_within_answers_and_nothing_else(client: TestClient, sample: Engine) -> None:
    (cited,) = {c.file for c in sample.answer(WHERE).citations}
    article = sample.sources.article(cited)
    assert article is not None
    inside = client.post("/api/ask", json={"question": WHERE, "within": {"ids": [article.id]}})
    assert {c["file"] for c in inside.json()["citations"]} == {cited}
    outside = client.post("/api/ask", json={"question": WHERE, "within": {"until": "1950-01-01"}})
    assert outside.status_code == 200 and outside.json()["citations"] == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "question: "),
        ({"question": None}, "question: "),
        ({"question": 7}, "question: '7'"),
        ({"question": ["x"]}, "question: "),
        ({"question": ""}, "the question is empty"),
        ({"question": " \u200b?!"}, "the question is empty"),
        ({"question": "\ud800"}, "the question is empty"),
        ({"question": "x" * 2001}, "expected at most 2,000"),
        ({"question": WHERE, "conversation": "Who?"}, "conversation: "),
        ({"question": WHERE, "conversation": {"role": "user"}}, "conversation: "),
        ({"question": WHERE, "conversation": ["Who?"]}, "conversation.0: "),
        ({"question": WHERE, "conversation": [{}]}, "conversation: message 1"),
        (
            {"question": WHERE, "conversation": [{"role": "assistant", "content": "x"}]},
            "expected 'user'",
        ),
        (
            {"question": WHERE, "conversation": [{"role": "user"}] * (MOST_MESSAGES + 1)},
            f"at most {MOST_MESSAGES} items",
        ),
        ({"question": WHERE, "within": "all"}, "within: 'all'"),
        ({"question": WHERE, "within": {"colour": "red"}}, "expected one of outlets"),
        ({"question": WHERE, "within": {"since": "\nyesterday"}}, "since: '\\nyesterday'"),
        ({"question": WHERE, "within": {"ids": ["../x"]}}, "ids: '../x'"),
        ({"question": WHERE, "owner": "v-bert"}, "owner: "),
        ({"question": WHERE, "a\nb\u202e" * 50: 1}, "not permitted"),
        ([WHERE], "expected"),
        ("x", "expected"),
        (None, "valid dictionary"),
    ],
)
def test_a_body_of_another_form_is_told_in_a_line_with_400(
    client: TestClient, body: object, told: str
) -> None:
    assert told in line(post(client, body), 400)


@pytest.mark.parametrize("content", [b"{", b"\xff", b'{"question": "\xff"}', b"[" * 50_000])
def test_a_body_that_is_no_json_is_told_too(client: TestClient, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert "body" in line(client.post("/api/ask", content=content, headers=headers), 400)
    assert client.post("/api/ask", content=b"").status_code == 400


def test_a_search_gives_passages_with_their_places(client: TestClient, sample: Engine) -> None:
    found = client.get("/api/search", params={"question": "peace talks", "k": 3}).json()
    assert found["question"] == "peace talks" and "notice" not in found
    assert [p["file"] for p in found["candidates"]] == [
        candidate.article.path for candidate in sample.search("peace talks", 3)
    ]
    for passage in found["candidates"]:
        article = sample.sources.article(passage["file"])
        assert article is not None
        assert article.text[passage["start"] : passage["end"]] == passage["text"]
    assert len(client.get("/api/search?question=Syria").json()["candidates"]) <= 10


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "question: "),
        ("question=%20", "the question is empty"),
        ("question=Syria&k=0", "k: '0'"),
        ("question=Syria&k=51", "k: '51'"),
        ("question=Syria&k=ten", "k: 'ten'"),
        ("question=Syria&k=" + "9" * 5000, "k: '9999"),
        ("question=%ff", "the question is empty"),
        ("question=" + "x" * 3000, "expected at most 2,000"),
    ],
)
def test_a_bad_search_is_told_in_a_line_with_400(client: TestClient, query: str, told: str) -> None:
    assert told in line(client.get(f"/api/search?{query}"), 400)


def test_a_source_is_shown_with_the_cited_words_apart(client: TestClient, sample: Engine) -> None:
    citation = sample.answer(WHERE).citations[0]
    article = sample.sources.article(citation.file)
    assert article is not None
    place = f"{article.id}-{citation.start}-{citation.end}"
    found = client.get("/api/source", params={"cite": place}).json()
    assert [p["text"] for p in found["parts"] if p["kind"] == "cited"] == [citation.quote]
    assert "".join(part["text"] for part in found["parts"]) == article.text
    whole = client.get("/api/source", params={"cite": f"{article.id}-0-0"}).json()
    assert "cited" not in {part["kind"] for part in whole["parts"]}
    length = len(article.text)
    last = client.get("/api/source", params={"cite": f"{article.id}-0-{length}"})
    assert last.status_code == 200
    for beyond in (f"{article.id}-0-{length + 1}", f"{article.id}-999999998-999999999"):
        assert line(client.get("/api/source", params={"cite": beyond}), 404) == UNAVAILABLE


@pytest.mark.parametrize(
    "cite",
    [
        *("", "x", "0" * 16, f"{'0' * 16}-0-0", f"{'0' * 16}-5-3", f"{'0' * 16}-0-{'9' * 10}"),
        *("../../etc/passwd", f"#cite-{'0' * 16}-0-0", f"{'0' * 16}-0-\u0663", "\x00", "a" * 5000),
    ],
)
def test_what_is_no_citation_of_an_article_is_not_there(client: TestClient, cite: str) -> None:
    assert line(client.get("/api/source", params={"cite": cite}), 404) == UNAVAILABLE


def test_a_source_without_a_citation_is_told(client: TestClient) -> None:
    assert "cite" in line(client.get("/api/source"), 400)


def test_a_new_chat_begins_with_the_written_examples(client: TestClient) -> None:
    assert client.get("/api/suggestions").json() == {"questions": list(EXAMPLES)}


def test_where_nobody_wrote_any_first_questions_are_found_that_are_answered(
    sample: Engine, conversations: ConversationStore
) -> None:
    found = client_of(sample, conversations).get("/api/suggestions").json()["questions"]
    assert 1 <= len(found) <= 4
    assert not any(sample.quoted(question).refused for question in found)


def test_after_an_answer_the_questions_lead_on_from_it(
    client: TestClient, sample: Engine, conversations: ConversationStore
) -> None:
    id = conversations.new("v-anna")
    conversations.append("v-anna", id, sample.answer(WHERE))
    found = client.get("/api/suggestions", params={"conversation": id}).json()["questions"]
    assert found and WHERE not in found
    assert not any(sample.quoted(question).refused for question in found)


def test_anothers_conversation_suggests_nothing(
    client: TestClient, sample: Engine, conversations: ConversationStore
) -> None:
    id = conversations.new("v-anna")
    assert client.get(f"/api/suggestions?conversation={id}").json() == {"questions": []}
    conversations.append("v-anna", id, sample.answer(WHERE))
    for key in (id, "0" * 32, "../x", "\ud800".encode("utf-8", "surrogatepass").hex()):
        asked = client.get("/api/suggestions", params={"conversation": key}, headers=BERT)
        assert asked.json() == {"questions": []}


def test_a_damaged_store_is_told_with_503(
    client: TestClient, conversations: ConversationStore, tmp_path: Path
) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "people.sqlite3").write_bytes(b"no database, " * 200)
    path = f"/api/suggestions?conversation={'0' * 32}"
    assert "damaged" in line(client.get(path), 503)


def test_a_program_that_runs_is_healthy_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "complete": True}


def test_a_probe_without_a_login_costs_no_search(
    client: TestClient, sample: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(sample), "search", lambda *_: pytest.fail("searched"))
    assert client.get("/readyz", headers=PROBE).json() == {"status": "ready"}


def test_without_its_index_it_is_healthy_and_not_ready(
    conversations: ConversationStore, sample_settings: Settings, tmp_path: Path
) -> None:
    settings = load_settings(corpus=sample_settings.corpus, storage=tmp_path / "storage")
    shutil.copytree(sample_settings.storage, settings.storage)
    engine = build_engine(settings)
    try:
        client = client_of(engine, conversations)
        assert client.get("/readyz").status_code == 200
        away = settings.storage.rename(tmp_path / "away")
        assert line(client.get("/readyz"), 503) == GONE
        assert line(client.get("/readyz", headers=PROBE), 503) == NOT_READY
        assert client.get("/healthz").status_code == 200
        away.rename(settings.storage)
        assert client.get("/readyz").status_code == 200
        (settings.storage / "catalog.sqlite3").write_bytes(b"no database, " * 2000)
        assert "python -m index sync" in line(client.get("/readyz"), 503)
        assert line(client.get("/readyz", headers=PROBE), 503) == NOT_READY
        assert line(client.post("/api/ask", json={"question": WHERE}), 503)
    finally:
        engine.close()


def test_half_a_character_in_the_messages_before_ends_in_an_answer(client: TestClient) -> None:
    said = "What did the mayor of \ud800 say about Assad and Putin?"
    before = [{"role": "user", "content": said}, {"role": "assistant", "content": "\udfff"}]
    for question in ("Why?", "And Obama?", "What about \ud800?"):
        response = post(client, {"question": question, "conversation": before})
        assert response.status_code == 200 and "standalone_question" in response.json()
