"""The whole application: what stands before every route, in which order, and what is not there at all."""

import asyncio
import base64
import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.testclient import TestClient

from bot.asking.question_lists import QuestionLists
from bot.page.api.ask import AskParts, ask_routes
from bot.page.api.lists import list_routes
from bot.page.api.mcp import McpApp, mcp_app
from bot.page.api.suggestions import Suggester
from bot.page.chat.events import ChatEvents
from bot.page.chat.layout import build_page
from bot.page.people.accounts import load_accounts, owner_of_account
from bot.page.people.conversations import ConversationStore
from bot.page.people.database import PeopleDatabase
from bot.page.people.sessions import Sessions
from bot.page.people.votes import VoteStore
from bot.page.web.application import ADDRESS, PERSON, Site, build_app
from bot.page.web.errors import NOTHING, WRONG, ErrorRoute
from bot.page.web.guard import is_served
from bot.page.web.root import Root
from bot.page.web.visitors import VISITOR, authentication
from index.errors import StorageError
from index.settings import ROOT
from tests.bot.page.doubles import STORY, SmallEngine, cheap_line, make_article

BASE = "http://127.0.0.1"
Build = Callable[..., FastAPI]
SECRET = "a secret of the inside"
# What Gradio has beside the chat: files, uploads, fetching from elsewhere, looking inside.
DANGEROUS = [
    *("/upload", "/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/file=/etc/passwd"),
    *(
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1:1/",
        "/gradio_api/stream/a",
    ),
    *("/gradio_api/dev/reload", "/gradio_api/component_server", "/gradio_api/vibe-edit"),
    *("/monitoring", "/monitoring/summary", "/gradio_api/upload_progress?upload_id=1", "/token"),
    *("/gradio_api/mcp/", "/gradio_api/mcp/sse", "/openapi.json", "/docs", "/redoc", "/login/"),
    *("/gradio_api/deep_link", "/gradio_api/process_recording", "/pwa_icon", "/user", "/app_id"),
    *("/gradio_api/custom_component/x/client/component/index.js", "/custom_component/x/a/b/c"),
]
# What the chat needs of it; chat's own name is let through at /gradio_api/call and /gradio_api/run too.
KNOWN = {
    *("/", "/config", "/config/", "/theme.css", "/robots.txt", "/favicon.ico", "/manifest.json"),
    *("/assets/{path:path}", "/static/{path:path}", "/svelte/{path:path}", "/login", "/logout"),
    *("/gradio_api/info", "/gradio_api/info/", "/gradio_api/app_id", "/gradio_api/app_id/"),
    *("/gradio_api/startup-events", "/gradio_api/theme.css", "/gradio_api/cancel"),
    *("/gradio_api/reset", "/gradio_api/reset/", "/gradio_api/heartbeat/{session_hash}"),
    *("/gradio_api/queue/join", "/gradio_api/queue/data"),
}


def odd_routes() -> APIRouter:
    """Routes that go wrong, and one that tells who asks."""
    router = APIRouter(route_class=ErrorRoute)

    @router.get("/api/fault")
    def fault() -> None:
        raise RuntimeError(SECRET)

    @router.get("/api/shut")
    def shut() -> None:
        raise StorageError("the index\ncannot be read; sync")

    @router.post("/api/ask")
    def ask(request: Request, body: dict[str, Any]) -> dict[str, str]:
        return {"owner": request.state.owner}

    return router


@pytest.fixture(scope="module")
def engine() -> SmallEngine:
    return SmallEngine(make_article("a.txt", "A story", STORY))


@pytest.fixture(scope="module")
def build(engine: SmallEngine, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Makes applications, where an event loop runs: elsewhere Gradio makes loops and leaves them open."""
    people = PeopleDatabase(tmp_path_factory.mktemp("server"))
    events = ChatEvents(engine, ConversationStore(people), VoteStore(people), dict)

    def make(host: str = "127.0.0.1", root: str = "", **more: Any) -> FastAPI:
        async def inside() -> FastAPI:
            routers = more.pop("routers", [odd_routes()])
            page = build_page(events, "news", lambda: 2)
            return build_app(page, routers, Site(host, 1, 2_000_000, Root.parse(root)), **more)

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(inside())).result()

    return make


@pytest.fixture(scope="module")
def client(build: Build) -> Iterator[TestClient]:
    with TestClient(build(), base_url=BASE, raise_server_exceptions=False) as client:
        yield client


def line(response: Any, status: int) -> str:
    assert response.status_code == status, response.text
    assert list(response.json()) == ["error"] and "\n" not in response.json()["error"]
    return str(response.json()["error"])


def test_every_response_carries_the_headers_whatever_it_tells(client: TestClient) -> None:
    told = {
        "page": client.get("/"),
        "script": client.get("/byline/app.js"),
        "json": client.post("/api/ask", json={}),
        "nothing": client.get("/api/nothing"),
        "not ours": client.get("/upload"),
        "another site": client.get("/", headers={"origin": "http://evil.example"}),
        "another name": client.get("/", headers={"host": "evil.example"}),
        "too large": client.post("/api/ask", content=b"x" * 1_000_001),
        "bad body": client.post("/api/ask", content=b"{"),
        "no such file": client.get("/byline/nothing.js"),
        "fault": client.get("/api/fault"),
        "shut": client.get("/api/shut"),
        "of gradio": client.get("/gradio_api/queue/data"),
    }
    statuses = {name: reply.status_code for name, reply in told.items()}
    assert {**statuses, "of gradio": 0} == {
        **{"page": 200, "script": 200, "json": 200, "nothing": 404, "not ours": 404},
        **{"another site": 403, "another name": 403, "too large": 413, "bad body": 400},
        **{"no such file": 404, "fault": 500, "shut": 503, "of gradio": 0},
    }
    for name, reply in told.items():
        policy = reply.headers.get("content-security-policy", "")
        assert "default-src 'none'" in policy and "unsafe-eval" not in policy, name
        assert reply.headers["x-content-type-options"] == "nosniff", name
        assert reply.headers["x-frame-options"] == "DENY", name
        assert reply.headers["referrer-policy"] == "same-origin", name
        assert "server" not in reply.headers and "x-powered-by" not in reply.headers, name


def test_a_fault_is_logged_and_tells_nothing_of_itself(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert line(client.get("/api/fault"), 500) == WRONG
    assert SECRET in caplog.text and "/api/fault" in caplog.text


def test_a_known_error_is_one_line_however_it_was_written(client: TestClient) -> None:
    assert line(client.get("/api/shut"), 503) == "the index\\ncannot be read; sync"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/ask/more", "/api/fault"])
@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH", "OPTIONS"])
def test_what_no_route_of_ours_takes_is_nothing(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 404


def test_without_accounts_there_is_no_login_and_no_mcp_unless_it_is_asked_for(
    client: TestClient,
) -> None:
    for path in ("/login", "/logout", "/mcp", "/readyz"):
        for method in ("GET", "POST"):
            assert line(client.request(method, path), 404) == NOTHING


@pytest.mark.parametrize("path", DANGEROUS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_gradio_has_beside_the_chat_is_not_there(
    client: TestClient, method: str, path: str
) -> None:
    assert line(client.request(method, path), 404) == NOTHING


def test_every_route_that_gradio_brings_is_known(build: Build) -> None:
    """A new version of Gradio may bring another: it is shut until somebody has looked at it."""
    found = {path for route in build().routes for path in below(route)}
    opened = {path for path in found if is_served(re.sub(r"\{\w+(?::path)?\}", "x1", path))}
    assert len(found) > 30 and opened == KNOWN


def below(route: Any) -> Iterator[str]:
    """The paths of Gradio's application, where `route` is what it is mounted at."""
    waiting = list(route.app.routes) if hasattr(getattr(route, "app", None), "blocks") else []
    while waiting:
        one = waiting.pop()
        included = getattr(one, "original_router", None)
        if included is not None:
            waiting += included.routes
        else:
            yield one.path


def test_who_asks_is_known_before_anything_is_answered(client: TestClient) -> None:
    first = client.post("/api/ask", json={}).json()["owner"]
    assert re.fullmatch(r"v-[0-9a-f]{32}", first)
    assert client.post("/api/ask", json={}).json()["owner"] == first
    client.cookies.delete(VISITOR)
    assert client.post("/api/ask", json={}).json()["owner"] != first


def test_too_much_is_told_in_a_line(client: TestClient) -> None:
    assert "1 MB" in line(client.post("/api/ask", content=b"x" * 1_000_001), 413)
    pieces = (b"x" * 100_000 for _ in range(11))
    assert "1 MB" in line(client.post("/api/ask", content=pieces), 413)
    assert "2 MB" in line(client.post("/api/uploads", content=b"x" * 2_000_001), 413)


def test_too_often_is_told_in_a_line(build: Build) -> None:
    with TestClient(build(), base_url=BASE) as client:
        replies = [client.post("/api/ask", json={}) for _ in range(2 * PERSON[1])]
        assert {reply.status_code for reply in replies[: PERSON[1]]} == {200}
        refused = next(reply for reply in replies if reply.status_code != 200)
        assert "Too many requests" in line(refused, 429)
        assert int(refused.headers["retry-after"]) >= 1
        assert client.get("/").status_code == 200


@pytest.fixture
def members(build: Build, tmp_path: Path) -> Iterator[TestClient]:
    """A page that takes a login."""
    file = tmp_path / "accounts"
    file.write_text(cheap_line("ann", "open sesame"))
    accounts = load_accounts(file)
    sessions = Sessions(tmp_path / "sessions.sqlite3", accounts)
    guarded, login = authentication(accounts, sessions)
    app = build(routers=[odd_routes(), *login], authentication=guarded)
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        yield client
    sessions.shut()


def test_who_is_not_let_in_uses_up_nobodys_questions(members: TestClient) -> None:
    for _ in range(ADDRESS[1] + 1):
        assert members.post("/api/ask", json={}).status_code == 401
    sent = base64.b64encode(b"ann:open sesame").decode()
    reply = members.post("/api/ask", json={}, headers={"authorization": f"Basic {sent}"})
    assert reply.json() == {"owner": owner_of_account("ann")}


def test_another_site_is_refused_before_a_password_is_tried(members: TestClient) -> None:
    sent = base64.b64encode(b"ann:open sesame").decode()
    headers = {"authorization": f"Basic {sent}", "origin": "http://evil.example"}
    assert "Origin" in line(members.post("/api/ask", json={}, headers=headers), 403)


def test_logging_out_takes_a_request_that_no_link_can_make(members: TestClient) -> None:
    form = {"username": "ann", "password": "open sesame"}
    assert members.post("/login", data=form).status_code == 200
    assert members.post("/api/ask", json={}).status_code == 200
    assert members.get("/logout").status_code == 404
    assert members.post("/api/ask", json={}).status_code == 200
    assert members.post("/logout").status_code == 200
    assert members.post("/api/ask", json={}).status_code == 401


def test_models_are_served_only_when_that_is_asked_for(build: Build, engine: SmallEngine) -> None:
    served: McpApp = mcp_app(engine)
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"accept": "application/json, text/event-stream"}
    with TestClient(build(mcp=served), base_url=BASE) as client:
        reply = client.post("/mcp", json=ask, headers=headers)
        assert {tool["name"] for tool in reply.json()["result"]["tools"]} == {
            "ask",
            "search_articles",
        }
        assert client.post("/mcp", headers={"host": "evil.example"}).status_code == 403


def test_the_description_lists_every_documented_route(
    build: Build, engine: SmallEngine, tmp_path: Path
) -> None:
    parts = AskParts(engine, ConversationStore(PeopleDatabase(tmp_path)), Suggester())
    lists = QuestionLists(engine, tmp_path, lambda owner: tmp_path / owner)
    routers = [ask_routes(parts), list_routes(lists)]
    with TestClient(build(routers=routers), base_url=BASE) as client:
        listed = client.get("/api/openapi.json").json()["paths"]
    text = (ROOT / "docs" / "api.md").read_text("utf-8")
    told = set(re.findall(r"(/api/(?:ask|search|source)|/healthz|/readyz)\b", text))
    named = set(re.findall(r"(/api/\w+)[`? ]", text)) - {"/api/openapi"}
    assert len(told) == 5 and told | named <= set(listed)
    assert not [path for path in listed if path.startswith(("/gradio", "/byline", "/login"))]


def test_scripts_of_other_packages_stand_beside_the_pages_own(build: Build) -> None:
    script = ROOT / "eval" / "panel" / "evaluation.js"
    with TestClient(build(assets={script.name: script}), base_url=BASE) as client:
        reply = client.get("/byline/evaluation.js")
        assert reply.content == script.read_bytes()
        assert "javascript" in reply.headers["content-type"]
        for path in ("/byline/../evaluation.js", "/byline/%2e%2e/page.css", "/byline/"):
            assert client.get(path).status_code == 404


@pytest.mark.parametrize("prefix", ["/news", ""])
def test_everything_is_served_under_the_path_of_a_proxy(
    build: Build, engine: SmallEngine, prefix: str
) -> None:
    """The proxy passes the path on, or strips it."""
    app = build(root="/news", mcp=mcp_app(engine))
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        page = client.get(f"{prefix}/?c=1", headers={"x-forwarded-host": "evil.example"})
        config = json.loads(re.search(r"gradio_config = (\{.*?\});</script>", page.text)[1])  # type: ignore[index]
        assert config["root"] == "/news" and "/news/byline/app.js" in config["head"]
        assert 'href="/news/manifest.json"' in page.text and "evil" not in page.text
        (script,) = re.findall(r'src="\./(assets/index-[\w-]+\.js)"', page.text)
        for path in (script, "byline/app.js", "config", "theme.css"):
            assert client.get(f"{prefix}/{path}").status_code == 200, path
        assert set(client.post(f"{prefix}/api/ask", json={}).json()) == {"owner"}
        servers = client.get(f"{prefix}/api/openapi.json").json()["servers"]
        assert servers == [{"url": "/news"}]
        ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        headers = {"accept": "application/json, text/event-stream"}
        assert client.post(f"{prefix}/mcp", json=ask, headers=headers).status_code == 200
        for path in ("/gradio_api/upload", "/docs", "/news"):
            assert client.get(f"{prefix}{path}").status_code in (308, 404)
        assert client.get("/news/news/").status_code == 404


def test_the_page_names_no_address_so_that_any_proxy_may_serve_it(client: TestClient) -> None:
    page = client.get("/", headers={"x-gradio-server": "http://evil.example"})
    config = json.loads(re.search(r"gradio_config = (\{.*?\});</script>", page.text)[1])  # type: ignore[index]
    assert config["root"] == "."


def test_nothing_is_left_running_by_an_application_that_ends(build: Build) -> None:
    before = threading.active_count()
    with TestClient(build(), base_url=BASE) as client:
        assert client.get("/").status_code == 200
    assert threading.active_count() <= before + 1
