"""Only the page's own address may use it, and only what is its own is there."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from bot.page.web.guard import Guard, is_loopback

LOCAL, OPEN = "127.0.0.1", "0.0.0.0"


def ask(served_at: str, path: str = "/", **headers: Any) -> httpx.Response:
    """One request through a guard to an application that answers everything."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(Guard(PlainTextResponse("the page"), served_at))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.post(path, headers=headers)

    return asyncio.run(send())


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:80"])
@pytest.mark.parametrize("served_at", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_at_a_loopback_address_every_loopback_name_is_its_own(served_at: str, host: str) -> None:
    assert ask(served_at, host=host).text == "the page"
    assert ask(served_at, host=host, origin="http://localhost:7860").text == "the page"


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example:7978", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1"),
        *("", "evil.example@localhost", "localhost@evil.example", "localhost/", "[::1", "a b"),
    ],
)
def test_at_a_loopback_address_no_other_host_is_answered(host: str) -> None:
    reply = ask(LOCAL, host=host)
    assert reply.status_code == 403 and "Host" in reply.json()["error"]


@pytest.mark.parametrize("served_at", [LOCAL, OPEN])
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://127.0.0.1.evil.example", "null", "", "file://"]
)
def test_a_foreign_origin_is_refused(served_at: str, origin: str) -> None:
    reply = ask(served_at, host="127.0.0.1:7860", origin=origin)
    assert reply.status_code == 403 and "Origin" in reply.text


def test_at_an_open_address_any_host_is_answered_when_the_origin_agrees() -> None:
    for headers in ({}, {"origin": "http://mine.example:7860"}, {"origin": "https://mine.example"}):
        assert ask(OPEN, host="mine.example:7860", **headers).text == "the page"
    assert ask(OPEN, host="mine.example", origin="http://localhost").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/gradio_api/upload",
            "/upload",
            "/gradio_api/file=/etc/passwd",
            "/file/x",
            "/monitoring",
        ),
        *("/gradio_api/proxy=http://evil.example/", "/gradio_api/dev/reload", "/token", "/docs"),
        *("/gradio_api/vibe-edit", "/gradio_api/component_server", "/assets/../app.py", "/.env"),
        *("/byline/", "/byline/a/b.js", "/apiary", "/gradio_api/call/other", "/api/../.env"),
    ],
)
@pytest.mark.parametrize("served_at", [LOCAL, OPEN])
def test_what_the_page_does_not_need_is_not_there(served_at: str, path: str) -> None:
    reply = ask(served_at, path)
    assert (reply.status_code, reply.json()) == (404, {"error": "There is nothing here."})


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/config", "/theme.css", "/assets/index-Ab1_-x.js", "/static/fonts/ui/a-b.woff2"),
        *("/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/call/chat/0a1b"),
        *("/gradio_api/heartbeat/ab12", "/gradio_api/info", "/byline/dom.js", "/api/ask", "/mcp"),
        *("/healthz", "/readyz", "/login", "/api/uploads/a%20b.txt", "/gradio_api/run/predict"),
    ],
)
def test_what_the_page_needs_is_there(path: str) -> None:
    assert ask(LOCAL, path).text == "the page"


def test_loopback_addresses_are_known() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost", "LocalHost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.2", "example.org", "")))
