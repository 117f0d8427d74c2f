"""What every response carries: a strict Content-Security-Policy, and no leave to guess, frame or leak.

Scripts run only from the page's own address, or with the number that this response alone has; strings never
become code. Styles may stand in the page (Gradio writes them there).
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
# `same-origin` and not `no-referrer`, with which a browser does not say where a form was sent from.
_COMMON: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
_SCRIPT: Final = re.compile(rb"<script(?=[\s>])")
# Gradio's names hold a hash of what is in them.
_LASTING: Final = re.compile(r"/assets/.+-[\w-]{8}\.(?:js|css|woff2?)")


class SafeHeaders:
    """ASGI middleware that adds the headers; a page's own scripts get the number of its response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and mark the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Marked(scope["path"], send))


class _Marked:
    """One response on its way out; of HTML the whole is held until its scripts are numbered."""

    def __init__(self, path: str, send: Send) -> None:
        self._path, self._send = path, send
        self._nonce = secrets.token_urlsafe(16)
        self._held: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif self._held is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._held)

    async def _start(self, message: Message) -> None:
        headers = MutableHeaders(raw=message["headers"])
        is_page = headers.get("content-type", "").startswith("text/html")
        nonce = f" 'nonce-{self._nonce}'" if is_page else ""
        headers.setdefault("content-security-policy", _POLICY.format(nonce=nonce))
        for name, value in _COMMON.items():
            headers[name] = value
        lasting = _LASTING.fullmatch(self._path) and message["status"] == 200
        if lasting:
            headers["cache-control"] = "private, max-age=31536000, immutable"
        elif headers.get("cache-control") != "no-store":
            headers["cache-control"] = "no-cache"
        message["headers"] = headers.raw
        if is_page:
            self._held = message
        else:
            await self._send(message)

    async def _finish(self, start: Message) -> None:
        body = _SCRIPT.sub(b'<script nonce="' + self._nonce.encode() + b'"', self._body)
        MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
