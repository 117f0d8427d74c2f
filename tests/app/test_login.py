"""With BYLINE_AUTH nothing of the page is anybody's but who logged in: every route there is, one by one."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from gradio_client import Client
from gradio_client.exceptions import AuthenticationError
from starlette.testclient import TestClient

from app import SAMPLE, SAMPLE_QUESTIONS, _application
from bot.page.people.accounts import account_line
from bot.page.web.application import Site
from index.settings import load_settings
from index.sync.corpus import sync_corpus
from tests.browser.serving import served

ANN, PASSWORD = "ann", "open sesame"
OPEN = {"/login", "/logout", "/byline/login.css", "/healthz", "/readyz", "/favicon.ico"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SHUT = (303, 401, 403, 404)
# What a name in braces may stand for.
NAMED = {
    "{api_name}": "chat",
    "{event_id}": "0a1b",
    "{session_hash}": "ab12",
    "{name}.svg": "x.svg",
}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("accounts") / "accounts"
    file.write_text(account_line(ANN, PASSWORD) + "\n")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def application(accounts: Path) -> Iterator[FastAPI]:
    """The program's own application, models served too, over the sample."""
    storage = accounts.with_name("storage")
    settings = load_settings(corpus=SAMPLE, storage=storage, auth=str(accounts))
    with ExitStack() as opened:
        last = sync_corpus(settings)

        async def inside() -> FastAPI:  # elsewhere Gradio makes event loops and leaves them open
            return _application(settings, Site("127.0.0.1", 1), opened, last, mcp=True)

        with ThreadPoolExecutor(1) as thread:
            app = thread.submit(lambda: asyncio.run(inside())).result()
        yield app


@pytest.fixture(scope="module")
def client(application: FastAPI) -> Iterator[TestClient]:
    with TestClient(application, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def paths(route: Any, before: str = "") -> Iterator[str]:
    """The paths of a route, and of what is mounted or included there."""
    inner = getattr(getattr(route, "app", None), "routes", None)
    included = getattr(route, "original_router", None)
    for one in included.routes if included else inner or ():
        yield from paths(one, before + getattr(route, "path", ""))
    if not included and not inner:
        yield before + route.path


def spelled(path: str) -> str:
    """The path with something in the place of its names."""
    for name, value in NAMED.items():
        path = path.replace(name, value)
    return re.sub(r"\{\w+(?::path)?\}", "x1", path)


@pytest.fixture(scope="module")
def every_path(application: FastAPI) -> set[str]:
    found = {spelled(path) for route in application.routes for path in paths(route)}
    shown = {"/byline/app.js", "/byline/dom.js", "/assets/index.js", "/gradio_api/call/v2/chat"}
    return found - {"/byline"} | shown


def test_every_route_is_among_those_that_are_tried(every_path: set[str]) -> None:
    ours = {"/", "/api/ask", "/api/search", "/api/source", "/api/articles", "/api/uploads", "/mcp"}
    ours |= {"/api/conversations/x1/export", "/api/evaluation/runs", "/readyz", "/api/openapi.json"}
    gradio = {"/config", "/gradio_api/queue/join", "/gradio_api/call/chat", "/gradio_api/upload"}
    assert (ours | gradio) <= every_path and len(every_path) > 90


def test_without_a_login_no_route_gives_anything(client: TestClient, every_path: set[str]) -> None:
    client.cookies.clear()
    for path in sorted(every_path - OPEN):
        for method in METHODS:
            reply = client.request(method, path, headers={"accept": "text/html, */*"})
            assert reply.status_code in SHUT, (method, path)
            if reply.status_code == 303:
                assert (path, reply.headers["location"], reply.content) == ("/", "/login", b"")
            elif method != "HEAD":
                assert list(reply.json()) == ["error"], (method, path)


def test_what_is_open_to_everybody_tells_nothing_of_the_articles(client: TestClient) -> None:
    client.cookies.clear()
    for path in sorted(OPEN):
        for method in METHODS:
            reply = client.request(method, path)
            assert reply.status_code in (200, 303, 400, 401, 404, 405), (method, path)
            assert "Obama" not in reply.text and "corpus" not in reply.text, (method, path)
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_a_login_opens_what_was_shut(client: TestClient) -> None:
    client.cookies.clear()
    assert client.post("/login", data={"username": ANN, "password": "guess"}).status_code == 401
    assert client.get("/api/articles").status_code == 401
    form = {"username": ANN, "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 200
    for path in (
        "/",
        "/config",
        "/api/articles",
        "/api/conversations",
        "/readyz",
        "/byline/app.js",
    ):
        assert client.get(path).status_code == 200, path
    found = client.post("/api/ask", json={"question": SAMPLE_QUESTIONS[0]}).json()
    assert "United Nations" in found["answer"]
    client.post("/logout")
    assert client.get("/api/articles").status_code == 401


def test_gradio_client_logs_in_and_nobody_else_is_answered(accounts: Path) -> None:
    storage = accounts.with_name("served")
    with served(SAMPLE, storage, {"BYLINE_AUTH": str(accounts)}) as page:
        quiet = {"verbose": False, "analytics_enabled": False}
        client = Client(page, auth=(ANN, PASSWORD), **quiet)
        try:
            reply = client.predict(SAMPLE_QUESTIONS[0], api_name="/chat")
            assert "United Nations" in reply["answer"]
        finally:
            client.close()
        with pytest.raises(AuthenticationError):
            Client(page, auth=(ANN, "guess"), **quiet)
        with pytest.raises(AuthenticationError):
            Client(page, **quiet)
        call = {"data": [SAMPLE_QUESTIONS[0]]}
        assert httpx.post(f"{page}gradio_api/call/chat", json=call).status_code == 401
        known = httpx.get(f"{page}api/conversations", auth=(ANN, PASSWORD))
        assert known.json() == {"conversations": []}  # a single question begins none
    log = storage.with_suffix(".log").read_text()
    assert "no login" not in log and PASSWORD not in log and "Traceback" not in log
