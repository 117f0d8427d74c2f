from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from bot.page.api.uploads import MOST_REPORTED, NOT_THERE, uploads_routes
from bot.page.people.upload_files import FolderFiles
from bot.page.people.uploads import Quota, Uploads
from index.library import Library
from index.state.writer_lock import writer_lock
from index.sync.index_config import IndexConfig
from index.sync.report import Progress
from index.sync.sync import sync
from tests.bot.checks import one_in
from tests.bot.page.people.user_files import BREAD, FERRY, LIMITS, make_uploads
from tests.index.fake_encoder import FakeEncoder
from tests.index.formats.makers import make_zip

ANNA, BERT = {"x-owner": "anna-01"}, {"x-owner": "bert-02"}
LARGEST = 20_000
Next = Callable[[Request], Awaitable[Response]]


@pytest.fixture(scope="module")
def encoder() -> FakeEncoder:
    """An encoder without a model: what files say is tested with the engine."""
    return FakeEncoder()


@pytest.fixture
def uploads(tmp_path: Path, encoder: FakeEncoder) -> Iterator[Uploads]:
    """An empty place for everybody's small files."""
    uploads = make_uploads(tmp_path, encoder, Quota(own_bytes=LARGEST))
    yield uploads
    uploads.close()


@pytest.fixture
def client(uploads: Uploads) -> Iterator[TestClient]:
    """The routes behind a guard that believes a header."""
    with served(uploads) as client:
        yield client


def served(uploads: Uploads) -> TestClient:
    app = FastAPI()
    app.include_router(uploads_routes(uploads))

    @app.middleware("http")
    async def own(request: Request, call_next: Next) -> Response:
        request.state.owner = request.headers["x-owner"]
        return await call_next(request)

    return TestClient(app)


def post(client: TestClient, name: str, data: bytes, owner: dict[str, str] = ANNA) -> Response:
    return client.post("/api/uploads", params={"name": name}, content=data, headers=owner)


def line(response: Response) -> str:
    """The one line of an error."""
    assert list(response.json()) == ["error"]
    assert "\n" not in response.json()["error"]
    return response.json()["error"]


def listed(client: TestClient, owner: dict[str, str] = ANNA) -> list[str]:
    response = client.get("/api/uploads", headers=owner)
    assert response.status_code == 200 and response.json()["largest"] == LARGEST
    return [one["name"] for one in response.json()["uploads"]]


def test_a_file_is_added_listed_and_removed_by_its_owner_alone(client: TestClient) -> None:
    added = post(client, "a story.txt", BREAD.encode())
    assert added.status_code == 201
    assert added.json() | {"id": "", "title": ""} == {
        "name": "a story.txt",
        "size": len(BREAD),
        "articles": 1,
        "id": "",
        "title": "",
        "known": False,
        "refused": [],
        "more_refused": 0,
    }
    assert added.json()["id"] and added.json()["title"]
    assert listed(client) == ["a story.txt"] and listed(client, BERT) == []
    assert client.delete("/api/uploads/a%20story.txt", headers=BERT).status_code == 404
    removed = client.delete("/api/uploads/a%20story.txt", headers=ANNA)
    assert (removed.status_code, removed.content, listed(client)) == (204, b"", [])
    again = client.delete("/api/uploads/a%20story.txt", headers=ANNA)
    assert again.status_code == 404 and line(again) == NOT_THERE


def test_the_same_file_again_is_told_to_be_known(client: TestClient) -> None:
    post(client, "a.txt", BREAD.encode())
    again = post(client, "b.txt", BREAD.encode()).json()
    assert (again["name"], again["known"]) == ("a.txt", True)


@pytest.mark.parametrize("name", ["", "story", "run.exe", "a.zip", "../..", "\0.txt\0"])
def test_what_cannot_be_read_is_400_with_the_reason(client: TestClient, name: str) -> None:
    refused = post(client, name, b"PK\x03\x04 no words")
    assert refused.status_code == 400 and line(refused)
    assert listed(client) == []


def test_a_name_is_expected(client: TestClient) -> None:
    refused = client.post("/api/uploads", content=b"words", headers=ANNA)
    assert refused.status_code == 400 and "name" in line(refused)


def test_a_file_that_is_too_large_is_413_and_not_read_to_its_end(client: TestClient) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:  # without a stated length
        nonlocal sent
        for _ in range(50):
            sent += 1
            yield b"words " * 1_000

    refused = client.post("/api/uploads", params={"name": "a.txt"}, content=chunks(), headers=ANNA)
    assert refused.status_code == 413 and "expected at most 0.02 MB" in line(refused)
    assert post(client, "a.txt", b"w" * (LARGEST + 1)).status_code == 413
    assert post(client, "a.txt", b"w " * (LARGEST // 2)).status_code == 201


def test_more_than_the_quota_is_400(client: TestClient) -> None:
    assert post(client, "a.txt", b"word " * 3_000).status_code == 201
    refused = post(client, "b.txt", b"other " * 2_000)
    assert refused.status_code == 400 and "remove some first" in line(refused)


def test_a_busy_index_is_503_and_tells_no_path(client: TestClient, tmp_path: Path) -> None:
    post(client, "a.txt", BREAD.encode())
    with writer_lock(tmp_path / "anna-01" / "index"):
        busy = post(client, "b.txt", FERRY.encode())
    assert busy.status_code == 503 and str(tmp_path) not in line(busy)
    assert listed(client) == ["a.txt"]


def test_how_far_a_long_file_is_is_told_to_its_owner_while_it_is_added(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    seen: list[tuple[object, object]] = []

    def sync_uploads(corpus: Path, storage: Path, embedding: Progress) -> object:
        embedding(30, 200)
        found = (client.get("/api/uploads/progress", headers=who).json() for who in (ANNA, BERT))
        seen.append(tuple(found))
        return sync(corpus, storage, encoder, IndexConfig(160, 40, LIMITS), embedding=embedding)

    def opened(corpus: Path, storage: Path) -> Library:
        return Library(corpus, storage, encoder, borrowed=True)

    uploads = Uploads(FolderFiles(tmp_path), sync_uploads, opened, LIMITS)
    client = served(uploads)
    assert post(client, "a.txt", BREAD.encode()).status_code == 201
    uploads.close()
    idle = {"done": 0, "of": 0}
    assert seen == [({"done": 30, "of": 200}, idle)]
    assert client.get("/api/uploads/progress", headers=ANNA).json() == idle


def test_of_many_reasons_some_are_told_and_the_rest_counted(client: TestClient) -> None:
    members = {f"{n}\u202e.exe": "MZ" for n in range(MOST_REPORTED + 5)}
    added = post(client, "week.zip", make_zip({"a.txt": BREAD, **members})).json()
    assert (len(added["refused"]), added["more_refused"]) == (MOST_REPORTED, 5)
    told = added["refused"]
    assert not any("\u202e" in one["path"] + one["reason"] for one in told)


@settings(one_in(4), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80).map(lambda t: f"{t}.txt"))
def test_whatever_a_file_is_called_it_can_be_removed_again(
    client: TestClient, uploads: Uploads, name: str
) -> None:
    added = post(client, name, FERRY.encode())
    if added.status_code != 201:
        assert added.status_code == 400 and line(added)
        return
    kept = added.json()["name"]
    assert listed(client) == [kept]
    path = f"/api/uploads/{quote(kept, safe='')}"
    assert client.delete(path, headers=ANNA).status_code == 204
    assert listed(client) == []


@pytest.mark.parametrize("path", ["..%2F..%2Fcorpus", "%2Fetc%2Fpasswd", "a.txt%00", "..%5Ca.txt"])
def test_nothing_else_is_removed(client: TestClient, path: str) -> None:
    post(client, "a.txt", BREAD.encode())
    assert client.delete(f"/api/uploads/{path}", headers=ANNA).status_code == 404
    assert listed(client) == ["a.txt"]
