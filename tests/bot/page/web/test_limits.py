"""Too much is refused in a line: bytes before they are read, questions before they are answered."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.page.web.limits import LARGEST, RateLimit, RequestLimits


async def size(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with how many bytes came."""
    try:
        body = await Request(scope, receive).body()
    except ClientDisconnect:
        await PlainTextResponse("hung up", 400)(scope, receive, send)
        return
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def measured(burst: int = 5, address: int = 100) -> RequestLimits:
    return RequestLimits(size, RateLimit(0.5, burst), RateLimit(0.5, address), upload=3_000_000)


def post(
    app: RequestLimits, path: str, content: object, owner: str = "v-1", method: str = "POST"
) -> httpx.Response:
    async def with_owner(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["owner"] = owner
        await app(scope, receive, send)

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(with_owner)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(method, path, content=content)  # type: ignore[arg-type]

    return asyncio.run(send())


async def unannounced(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 100_000


def test_a_body_up_to_the_limit_is_read() -> None:
    assert post(measured(), "/api/x", b"x" * LARGEST).text == str(LARGEST)
    assert post(measured(), "/api/uploads?name=a.txt", b"x" * 3_000_000).text == "3000000"


def test_a_larger_one_is_refused_before_it_is_read() -> None:
    reply = post(measured(), "/api/x", b"x" * (LARGEST + 1))
    assert (reply.status_code, reply.json()) == (
        413,
        {"error": "Too large: expected at most 1 MB."},
    )
    assert post(measured(), "/api/uploads", b"x" * 3_000_001).status_code == 413


def test_a_larger_one_that_does_not_say_so_is_broken_off() -> None:
    assert post(measured(), "/api/x", unannounced(10)).text == "1000000"
    reply = post(measured(), "/api/x", unannounced(11))
    assert (reply.status_code, reply.json()["error"][:9]) == (413, "Too large")


def test_a_fault_while_too_much_is_sent_is_told_as_too_much_and_any_other_as_itself() -> None:
    async def falls(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        raise RuntimeError("a fault inside")

    app = RequestLimits(falls, RateLimit(1, 5), RateLimit(1, 5), upload=1)
    assert post(app, "/api/x", unannounced(11)).status_code == 413
    with pytest.raises(RuntimeError, match="a fault inside"):
        post(app, "/api/x", unannounced(2))


@pytest.mark.parametrize("path", ["/api/ask", "/gradio_api/queue/join", "/gradio_api/call/chat"])
def test_who_asks_too_often_waits_and_others_do_not(path: str) -> None:
    app = measured(burst=2)
    assert [post(app, path, b"").status_code for _ in range(3)] == [200, 200, 429]
    reply = post(app, path, b"")
    assert reply.headers["retry-after"] == "2" and "in 2 s" in reply.json()["error"]
    assert post(app, path, b"", owner="v-2").status_code == 200


def test_who_adds_many_files_can_still_ask() -> None:
    app = measured(burst=2)
    codes = [post(app, "/api/uploads?name=a.txt", b"").status_code for _ in range(3)]
    assert codes == [200, 200, 429] and post(app, "/api/ask", b"").status_code == 200


def test_an_address_has_a_limit_of_its_own_whoever_it_says_it_is() -> None:
    app = measured(burst=2, address=3)
    owners = [f"v-{number}" for number in range(4)]
    codes = [post(app, "/api/ask", b"", owner=owner).status_code for owner in owners]
    assert codes == [200, 200, 200, 429]


def test_what_costs_nothing_is_not_counted() -> None:
    app = measured(burst=1)
    for path in ("/api/articles", "/gradio_api/queue/data", "/"):
        assert [post(app, path, b"", method="GET").status_code for _ in range(3)] == [200] * 3
