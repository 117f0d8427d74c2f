"""Every response carries the policy; only a page's own scripts get its number, and strings never run."""

import asyncio
import re

import httpx
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp

from bot.page.web.headers import SafeHeaders

PAGE = '<!doctype html><script>window.a=1</script><script src="x.js"></script><p>&lt;script>'


def ask(answer: ASGIApp, path: str = "/") -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(SafeHeaders(answer))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path)

    return asyncio.run(send())


def test_a_pages_scripts_bear_the_number_of_its_response() -> None:
    first, second = ask(HTMLResponse(PAGE)), ask(HTMLResponse(PAGE))
    number = re.search(r"'nonce-([\w-]{22})'", first.headers["content-security-policy"])
    assert number is not None and first.text.count(f'<script nonce="{number[1]}"') == 2
    assert first.text.count("<script") == 2 and "<p>&lt;script>" in first.text
    assert number[1] not in second.headers["content-security-policy"]
    assert int(first.headers["content-length"]) == len(first.content)


def test_a_page_that_comes_in_pieces_is_whole() -> None:
    pieces = [PAGE[:20].encode(), PAGE[20:].encode()]
    reply = ask(StreamingResponse(iter(pieces), media_type="text/html"))
    assert reply.text.count("nonce=") == 2 and reply.text.endswith("<p>&lt;script>")


def test_no_policy_lets_strings_or_other_machines_run() -> None:
    for answer in (HTMLResponse(PAGE), JSONResponse({"a": "<script>"}), Response(status_code=304)):
        policy = ask(answer).headers["content-security-policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in scripts and "http" not in policy and "*" not in policy
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


def test_what_is_no_page_is_passed_on_as_it_comes() -> None:
    reply = ask(JSONResponse({"a": "<script>"}))
    assert reply.json() == {"a": "<script>"} and "nonce" not in reply.text
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_a_stream_is_not_held_back_by_nginx() -> None:
    for kind, buffering in (("text/event-stream", "no"), ("application/json", None)):
        reply = ask(StreamingResponse(iter([b"{}"]), media_type=kind))
        assert reply.headers.get("x-accel-buffering") == buffering


def test_a_stricter_policy_of_the_response_itself_stays() -> None:
    strict = HTMLResponse("<p>", headers={"Content-Security-Policy": "default-src 'none'"})
    assert ask(strict).headers["content-security-policy"] == "default-src 'none'"


def test_only_files_whose_name_tells_their_content_are_kept_by_the_browser() -> None:
    script = Response("x", media_type="text/javascript")
    assert "immutable" in ask(script, "/assets/index-Ab1_-x9Z.js").headers["cache-control"]
    for path in ("/byline/app.js", "/api/ask", "/", "/assets/index.js"):
        assert ask(script, path).headers["cache-control"] == "no-cache"
