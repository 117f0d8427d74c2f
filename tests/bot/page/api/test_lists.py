"""The routes of a user's list of questions."""

import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from bot.asking.question_lists import QuestionLists
from bot.page.api.lists import MOST_BYTES, list_routes
from tests.bot.asking.test_question_lists import PATIENCE, Waiting

ANNA, BERT = {"x-owner": "anna"}, {"x-owner": "bert"}
TABLE = b"question,desk\nWho spoke?,World\n"
Next = Callable[[Request], Awaitable[Response]]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The routes behind a guard that believes a header."""
    (tmp_path / "corpus").mkdir()
    lists = QuestionLists(Waiting(), tmp_path / "corpus", lambda owner: tmp_path / owner)
    app = FastAPI()
    app.include_router(list_routes(lists))

    @app.middleware("http")
    async def own(request: Request, call_next: Next) -> Response:
        request.state.owner = request.headers["x-owner"]
        return await call_next(request)

    yield TestClient(app)
    lists.close()


def ended(client: TestClient) -> dict[str, object]:
    until = time.monotonic() + PATIENCE
    while (now := client.get("/api/list", headers=ANNA).json())["state"] == "running":
        assert time.monotonic() < until
        time.sleep(0.01)
    return now


def test_a_list_is_added_followed_downloaded_and_removed(client: TestClient) -> None:
    begun = client.post("/api/list", params={"name": "q.csv"}, content=TABLE, headers=ANNA)
    assert begun.status_code == 202
    now = ended(client)
    assert (now["state"], now["done"], now["of"], now["answers"]) == ("done", 1, 1, True)
    answers = client.get("/api/list/answers", headers=ANNA)
    assert answers.headers["content-disposition"] == 'attachment; filename="answers.csv"'
    assert "Who spoke?,World,WHO SPOKE?" in answers.text
    assert client.get("/api/list/answers", headers=BERT).status_code == 404
    assert client.get("/api/list", headers=BERT).json()["state"] == "none"
    assert client.delete("/api/list", headers=ANNA).status_code == 204
    assert client.get("/api/list/answers", headers=ANNA).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status", "says"),
    [
        ("q.csv", b"desk\nWorld\n", 400, "q.csv: columns desk: expected one that is called"),
        ("q.exe", TABLE, 400, "expected one of"),
        ("q.xlsx", b"no workbook", 400, "q.xlsx: not a readable workbook"),
        ("q.csv", b"x" * (MOST_BYTES + 1), 413, "expected at most"),
        ("../../q.csv", b"", 400, "expected one that is called"),
        ("q\n\x00.csv", b"", 400, "expected one that is called"),
    ],
)
def test_a_table_that_cannot_be_asked_gets_one_line(
    client: TestClient, name: str, content: bytes, status: int, says: str
) -> None:
    response = client.post("/api/list", params={"name": name}, content=content, headers=ANNA)
    assert response.status_code == status
    assert says in response.json()["error"]
    assert "\n" not in response.json()["error"]


def test_nothing_is_continued_where_there_is_nothing(client: TestClient) -> None:
    response = client.post("/api/list/continue", headers=ANNA)
    assert response.status_code == 400
    assert "no list of questions" in response.json()["error"]
    assert client.post("/api/list/stop", headers=ANNA).json()["state"] == "none"
