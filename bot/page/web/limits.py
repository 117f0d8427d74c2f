"""How much anybody may send, and how often: 413 and 429 in one line each.

It counts by person and by address; what a request is about it does not know.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.page.web.errors import error_line
from bot.page.web.rate import RateLimit

LARGEST = 1_000_000  # bytes of a request that is no upload
UPLOADS = "/api/uploads"
# What makes models work, where it is sent with POST, and the search; everything else is cheap.
ASKING = (
    UPLOADS,
    "/gradio_api/queue/join",
    "/gradio_api/call",
    "/gradio_api/run",
    "/api/ask",
    "/api/search",
    "/mcp",
)


class Measure:
    """ASGI middleware. Behind the one that knows the owner."""

    def __init__(self, app: ASGIApp, person: RateLimit, address: RateLimit, upload: int) -> None:
        """`upload` is the largest file in bytes; the limits count questions."""
        self._app = app
        self._person, self._address, self._upload = person, address, upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or say what is too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._upload if scope["path"].startswith(UPLOADS) else LARGEST
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > most:
            await error_line(413, _too_large(most))(scope, receive, send)
            return
        wait = self._wait(scope)
        if wait:
            line = f"Too much at once: try again in {wait} s."
            await error_line(429, line, retry_after=str(wait))(scope, receive, send)
            return
        await self._measured(scope, receive, send, most)

    async def _measured(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        """Pass on what says nothing of its length; once it is too long the answer is 413."""
        read, started = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            # The program sees its reader gone, as it does when a connection breaks.
            return {"type": "http.disconnect"} if read > most else message

        async def watched(message: Message) -> None:
            nonlocal started
            if read <= most or started:
                started = True
                await send(message)

        try:
            await self._app(scope, counted, watched)
        except Exception:
            if read <= most or started:
                raise
        if read > most and not started:
            await error_line(413, _too_large(most))(scope, receive, send)

    def _wait(self, scope: Scope) -> int:
        """Whole seconds until another question may come, 0 for now."""
        if scope["method"] != "POST" and not scope["path"].startswith("/api/search"):
            return 0
        if not scope["path"].startswith(ASKING):
            return 0
        client = scope.get("client") or ("", 0)
        waits = (self._person.take(scope["state"]["owner"]), self._address.take(client[0]))
        return int(-(-max(waits) // 1))


def _too_large(most: int) -> str:
    return f"Too large: expected at most {most / 1e6:g} MB."
