"""The page under a path of its own, whether the proxy passes the path on or strips it."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bot.page.people.accounts import hash_password, load_accounts
from bot.page.people.sessions import Sessions
from bot.page.web.guard import Guard
from bot.page.web.root import Prefixed, Root, Unprefixed
from bot.page.web.visitors import VISITOR, Visitors, authentication
from index.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("", Root()),
        ("/", Root()),
        (" /news/ ", Root("/news")),
        ("/desk/news-2", Root("/desk/news-2")),
        ("https://Desk.example", Root("", "desk.example")),
        ("https://desk.example:8443/news/", Root("/news", "desk.example")),
    ],
)
def test_a_path_or_an_address_is_taken(text: str, root: Root) -> None:
    assert Root.parse(text) == root


@pytest.mark.parametrize(
    "text",
    [
        *("news", "//news", "/a//b", "/../x", "/.x", "/a b", "/a?b", "/a#b", "/ä", "/a\nb"),
        *(
            "ftp://desk.example/",
            "https:///news",
            "https://u@desk.example/",
            "https://a/?q",
            "http://[/",
        ),
        *("/api", "/byline", "/login", "/gradio_api/x", "/assets", "/config", "/mcp", "/healthz"),
    ],
)
def test_anything_else_is_an_error_that_names_the_setting(text: str) -> None:
    with pytest.raises(SettingsError, match=r"BYLINE_ROOT_PATH=.*; |BYLINE_ROOT_PATH=.*expected"):
        Root.parse(text)


def seen(request: Request) -> JSONResponse:
    return JSONResponse([request.url.path, request.scope["root_path"], request.path_params])


@pytest.fixture
def client() -> TestClient:
    inner = [Route("/{rest:path}", seen)]
    app = Starlette(
        routes=[Route("/api/{name}", seen), Mount("/byline", routes=inner)],
        middleware=[
            Middleware(Unprefixed, root=Root("/news", "desk.example")),
            Middleware(Guard, host="127.0.0.1", public="desk.example"),
            Middleware(Visitors),
            Middleware(Prefixed),
        ],
    )
    return TestClient(app, base_url="http://desk.example", follow_redirects=False)


@pytest.mark.parametrize("prefix", ["/news", ""])
def test_routers_see_the_whole_path_and_the_guard_none_of_it(
    client: TestClient, prefix: str
) -> None:
    assert client.get(f"{prefix}/api/ask").json() == ["/news/api/ask", "/news", {"name": "ask"}]
    path, root, found = client.get(f"{prefix}/byline/dom.js").json()
    assert (path, root, found) == ("/news/byline/dom.js", "/news/byline", {"rest": "dom.js"})
    assert client.get(f"{prefix}/.env").status_code == 404
    assert client.get("/newsapi/ask").status_code == 404


def test_the_prefix_alone_is_redirected_to_the_page(client: TestClient) -> None:
    reply = client.get("/news?c=1")
    assert (reply.status_code, reply.headers["location"]) == (308, "/news/?c=1")


def test_cookies_belong_to_the_prefix(client: TestClient) -> None:
    cookie = client.get("/api/ask").headers["set-cookie"]
    assert cookie.startswith(VISITOR) and "; Path=/news/;" in cookie


def test_logging_in_and_out_stays_under_the_path(tmp_path: Path) -> None:
    file = tmp_path / "accounts"
    file.write_text(f"ann:{hash_password('right', (2, 1, 1))}\n")
    accounts = load_accounts(file)
    with ExitStack() as opened:
        sessions = Sessions(tmp_path / "sessions.sqlite3", accounts)
        opened.callback(sessions.shut)
        guarded, login = authentication(accounts, sessions)
        around = [Middleware(Unprefixed, root=Root("/news")), guarded, Middleware(Prefixed)]
        app = FastAPI(middleware=around)
        app.include_router(login[0])
        app.add_api_route("/", lambda: "the page")
        client = TestClient(app, base_url="http://localhost", follow_redirects=False)
        client.headers["accept"] = "text/html"
        assert client.get("/news/").headers["location"] == "/news/login"
        form = client.get("/news/login").text
        assert 'href="byline/login.css"' in form and 'action="login"' in form
        sent = {"username": "ann", "password": "right", "next": "/?c=1"}
        reply = client.post("/news/login", data=sent)
        assert reply.headers["location"] == "/news/?c=1"
        assert "Path=/news/" in reply.headers["set-cookie"]
        assert client.get("/news/").json() == "the page"
        assert client.get("/news/login").headers["location"] == "/news/"
        assert client.post("/news/logout").headers["location"] == "/news/login"
        assert client.get("/news/").headers["location"] == "/news/login"


def post(client: TestClient, **headers: Any) -> httpx.Response:
    return client.get("/api/ask", headers=headers)


def test_the_public_name_is_accepted_and_no_other(client: TestClient) -> None:
    public = "https://desk.example"
    for host in ("desk.example", "desk.example:8443", "127.0.0.1:7860"):
        assert post(client, host=host, origin=public).status_code == 200
        assert post(client, host=host, origin="https://evil.example").status_code == 403
    assert post(client, host="evil.example").status_code == 403
    assert "BYLINE_ROOT_PATH" in post(client, host="evil.example").json()["error"]


def test_a_browser_vouches_for_an_origin_that_the_proxy_did_not_name(client: TestClient) -> None:
    headers = {"host": "127.0.0.1:7860", "origin": "https://other.example"}
    assert post(client, **headers, **{"sec-fetch-site": "same-origin"}).status_code == 200
    for site in ("cross-site", "same-site", "none", ""):
        assert post(client, **headers, **{"sec-fetch-site": site}).status_code == 403
    rebound = {"host": "evil.example", "origin": "http://evil.example"}
    assert post(client, **rebound, **{"sec-fetch-site": "same-origin"}).status_code == 403
