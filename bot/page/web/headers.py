"""Security headers of every response, and how long browsers may cache it.

Scripts run only from the page's own address or with the nonce of their response. Inline styles are allowed
because Gradio uses them.
"""

import re
import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# Not `no-referrer`: with it, browsers send no Origin with a form.
_COMMON: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
_STREAMED: Final = ("text/event-stream", "application/x-ndjson")
_SCRIPT: Final = re.compile(rb"<script(?=[\s>])")
# Gradio writes this address as if the page were at the root of its site.
_MANIFEST: Final = b'<link rel="manifest" href="/manifest.json"'
# Gradio puts a hash of the content into these names.
_IMMUTABLE: Final = re.compile(r"/assets/.+-[\w-]{8}\.(?:js|css|woff2?)")


class SafeHeaders:
    """ASGI middleware that adds the headers; inline scripts of a page get the nonce of its response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        root = scope.get("root_path", "")
        await self._app(scope, receive, _WithHeaders(scope["path"], send, root))


class _WithHeaders:
    """One response. HTML is buffered until its scripts have their nonce."""

    def __init__(self, path: str, send: Send, root: str = "") -> None:
        self._path, self._send, self._root = path, send, root
        self._nonce = secrets.token_urlsafe(16)
        self._start_message: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif self._start_message is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start_message)

    async def _start(self, message: Message) -> None:
        headers = MutableHeaders(raw=message["headers"])
        is_page = headers.get("content-type", "").startswith("text/html")
        nonce = f" 'nonce-{self._nonce}'" if is_page else ""
        headers.setdefault("content-security-policy", _POLICY.format(nonce=nonce))
        for name, value in _COMMON.items():
            headers[name] = value
        if headers.get("content-type", "").startswith(_STREAMED):
            headers["x-accel-buffering"] = (
                "no"  # else nginx holds an answer back until it is complete
            )
        immutable = _IMMUTABLE.fullmatch(self._path) and message["status"] == 200
        if immutable:
            headers["cache-control"] = "private, max-age=31536000, immutable"
        elif headers.get("cache-control") != "no-store":
            headers["cache-control"] = "no-cache"
        message["headers"] = headers.raw
        if is_page:
            self._start_message = message
        else:
            await self._send(message)

    async def _finish(self, start: Message) -> None:
        body = _SCRIPT.sub(b'<script nonce="' + self._nonce.encode() + b'"', self._body)
        body = body.replace(_MANIFEST, _MANIFEST.replace(b'"/', f'"{self._root}/'.encode()), 1)
        MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
