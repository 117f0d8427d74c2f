"""Only the page's own address may use it, and nothing may be uploaded."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from bot.page.guard import Guard, is_loopback

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
    assert reply.status_code == 403 and reply.text.count("\n") == 1 and "Host" in reply.text


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


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/upload_progress", "/upload/"])
@pytest.mark.parametrize("served_at", [LOCAL, OPEN])
def test_an_upload_is_refused(served_at: str, path: str) -> None:
    reply = ask(served_at, path)
    assert (reply.status_code, reply.text) == (403, "This page takes no files.\n")


def test_loopback_addresses_are_known() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost", "LocalHost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.2", "example.org", "")))
