import json
import re
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from docx import Document
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from bot.page.api.conversations import conversation_routes
from bot.page.people.conversations import ConversationStore
from bot.page.people.database import PeopleDatabase
from index.text.article import Article
from tests.bot.page.answers import ANSWER, answered

# The article of the answers' citation, which holds the cited words where they are cited.
ARTICLES = {
    "a/harbour.txt": Article("a/harbour.txt", "0" * 64, "New bridge", "Yes.Ada Pell cut it.")
}
ANNA, BERT = {"x-owner": "anna"}, {"x-owner": "bert"}
Next = Callable[[Request], Awaitable[Response]]


@pytest.fixture
def conversations(tmp_path: Path) -> ConversationStore:
    """An empty store."""
    return ConversationStore(PeopleDatabase(tmp_path))


@pytest.fixture
def client(conversations: ConversationStore) -> TestClient:
    """The routes behind a guard that believes a header."""
    app = FastAPI()
    app.include_router(
        conversation_routes(conversations, lambda path, owner, sha256: ARTICLES.get(path))
    )

    @app.middleware("http")
    async def own(request: Request, call_next: Next) -> Response:
        request.state.owner = request.headers["x-owner"]
        return await call_next(request)

    return TestClient(app)


def begun(conversations: ConversationStore, owner: str, question: str) -> str:
    id = conversations.new(owner)
    conversations.append(owner, id, answered(question))
    return id


def line(response) -> str:
    """The one line of an error."""
    assert list(response.json()) == ["error"]
    assert "\n" not in response.json()["error"]
    return response.json()["error"]


def listed(client: TestClient, owner: dict[str, str], words: str = "") -> list[str]:
    response = client.get("/api/conversations", params={"words": words}, headers=owner)
    assert response.status_code == 200
    return [entry["title"] for entry in response.json()["conversations"]]


def test_the_list_holds_ones_own_newest_first_and_can_be_searched(
    client: TestClient, conversations: ConversationStore
) -> None:
    begun(conversations, "anna", "Who cut the ribbon?")
    id = begun(conversations, "anna", "Why 100 %?")
    begun(conversations, "bert", "Who cut the cake?")
    assert listed(client, ANNA) == ["Why 100 %?", "Who cut the ribbon?"]
    assert listed(client, ANNA, "who CUT") == ["Who cut the ribbon?"]
    assert listed(client, ANNA, "%") == ["Why 100 %?"]
    assert listed(client, ANNA, "cake") == []
    (first, _) = client.get("/api/conversations", headers=ANNA).json()["conversations"]
    assert first["id"] == id
    assert first["turns"] == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", first["updated"])


def test_a_title_is_given_and_a_conversation_deleted(
    client: TestClient, conversations: ConversationStore
) -> None:
    path = f"/api/conversations/{begun(conversations, 'anna', 'Who?')}"
    assert client.patch(path, json={"title": "<b>Bridge</b>"}, headers=ANNA).status_code == 204
    assert listed(client, ANNA) == ["<b>Bridge</b>"]
    assert client.delete(path, headers=ANNA).status_code == 204
    assert listed(client, ANNA) == []
    assert client.delete(path, headers=ANNA).status_code == 404


@pytest.mark.parametrize(
    "body, told",
    [
        (b'{"title": ""}', "expected 1 to 120"),
        (json.dumps({"title": "x" * 121}).encode(), "has 121 characters"),
        (b'{"title": 5}', "title: "),
        (b"{}", "title: "),
        (b"[]", "title: "),
        (b"{", "the body is not JSON"),
        (b"", "title: "),
    ],
)
def test_a_title_that_is_none_is_told_in_one_line(
    client: TestClient, conversations: ConversationStore, body: bytes, told: str
) -> None:
    path = f"/api/conversations/{begun(conversations, 'anna', 'Who?')}"
    headers = ANNA | {"content-type": "application/json"}
    response = client.patch(path, content=body, headers=headers)
    assert response.status_code == 400
    assert told in line(response)
    assert listed(client, ANNA) == ["Who?"]


@pytest.mark.parametrize("id", [None, "0" * 32, "x", "%27%20OR%201=1", "%ED%A0%80", "..%2f"])
def test_anothers_conversation_answers_as_one_that_does_not_exist(
    client: TestClient, conversations: ConversationStore, id: str | None
) -> None:
    path = f"/api/conversations/{id or begun(conversations, 'anna', 'Who?')}"
    answers = [
        client.patch(path, json={"title": "Mine"}, headers=BERT),
        client.delete(path, headers=BERT),
        client.get(f"{path}/export", headers=BERT),
        client.get(f"{path}/export?form=json", headers=BERT),
    ]
    assert [each.status_code for each in answers] == [404] * 4
    if id is None:
        assert {line(each) for each in answers} == {
            line(client.delete(f"/api/conversations/{'0' * 32}", headers=BERT))
        }
        assert listed(client, ANNA) == ["Who?"]
    assert listed(client, BERT) == []


@pytest.mark.parametrize(
    "title, name",
    [
        ("Who cut the ribbon?", "who-cut-the-ribbon"),
        ('a"; filename="b.html\r\nX: y', "a-filename-b-html-x-y"),
        ("../../etc/passwd", "etc-passwd"),
        ("Élysée 5", "elysee-5"),
        ("Мир", "conversation"),
        ("x" * 120, "x" * 60),
    ],
)
def test_an_export_is_a_file_with_a_safe_name(
    client: TestClient, conversations: ConversationStore, title: str, name: str
) -> None:
    id = begun(conversations, "anna", "Who?")
    conversations.rename("anna", id, title)
    for form, suffix, kind in [
        ("markdown", "md", "text/markdown"),
        ("html", "html", "text/html"),
        ("docx", "docx", "application"),
        ("json", "json", "application"),
    ]:
        response = client.get(f"/api/conversations/{id}/export?form={form}", headers=ANNA)
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(kind)
        assert response.headers["content-disposition"] == f'attachment; filename="{name}.{suffix}"'
        text = response.json()["turns"][0]["text"] if form == "json" else _words(response)
        assert ANSWER.citations[0].quote in text


def _words(response: Response) -> str:
    """The words of an exported document."""
    if response.headers["content-type"].startswith("text"):
        return response.text
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(response.content)).paragraphs)


@pytest.mark.parametrize("form", ["markdown", "html", "docx"])
def test_the_sources_of_an_export_link_to_the_words_on_this_page(
    client: TestClient, conversations: ConversationStore, form: str
) -> None:
    id = begun(conversations, "anna", "Who?")
    response = client.get(f"/api/conversations/{id}/export?form={form}", headers=ANNA)
    address = f"http://testserver/#cite-{ARTICLES['a/harbour.txt'].id}-4-20"
    if form == "docx":
        part = Document(BytesIO(response.content)).part
        assert address in {one.target_ref for one in part.rels.values() if one.is_external}
    else:
        assert address in response.text


def test_another_form_is_refused(client: TestClient, conversations: ConversationStore) -> None:
    path = f"/api/conversations/{begun(conversations, 'anna', 'Who?')}/export"
    response = client.get(path, params={"form": "pdf"}, headers=ANNA)
    assert response.status_code == 400
    assert line(response) == "form 'pdf': expected one of markdown, html, docx, json"


def test_a_file_that_is_damaged_is_told_in_one_line(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "people.sqlite3").write_bytes(b"no database, " * 200)
    for response in (
        client.get("/api/conversations", headers=ANNA),
        client.delete(f"/api/conversations/{quote('0' * 32)}", headers=ANNA),
    ):
        assert response.status_code == 503
        assert "damaged" in line(response)
