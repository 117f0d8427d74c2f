"""The path under which a proxy serves the page, such as /news, and the page's public address.

A proxy may pass the path on or strip it. Everything between `Unprefixed` and `Prefixed` sees paths without
it; `scope["root_path"]` names it, as in ASGI.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.page.web.guard import is_served
from index.errors import SettingsError

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_~-][\w.~-]*)*", re.ASCII)
_ADDRESSES: Final = (b"x-gradio-server", b"x-forwarded-host")  # the first wins over the Host
_BELOW: Final = (
    "",
    "/",
    "/x",
    "/info",
)  # at least one of these is served under each path of the page
_EXPECTED: Final = "expected a path such as /news, or an address such as https://desk.example/news"


@dataclass(frozen=True, slots=True)
class Root:
    """`path` is "" or begins with a slash and does not end with one; `host` is the public name or ""."""

    path: str = ""
    host: str = ""

    @classmethod
    def parse(cls, text: str) -> "Root":
        """The root in a setting. Raises SettingsError."""
        given, host = text.strip(), ""
        if "://" in given:
            try:
                parts = urlsplit(given)
                host, given = (parts.hostname or ""), parts.path
                wrong = parts.scheme not in ("http", "https") or not host or bool(parts.query)
                wrong = wrong or bool(parts.fragment) or "@" in parts.netloc
            except ValueError:
                wrong = True
            if wrong:
                raise SettingsError(f"BYLINE_ROOT_PATH={text!r}: {_EXPECTED}")
        path = given.rstrip("/")
        if not _PATH.fullmatch(path):
            raise SettingsError(f"BYLINE_ROOT_PATH={text!r}: {_EXPECTED}")
        # if the proxy strips the prefix, a path that begins like one of the page would be ambiguous
        first = path[1:].partition("/")[0]
        if path and any(is_served(f"/{first}{rest}") for rest in _BELOW):
            raise SettingsError(
                f"BYLINE_ROOT_PATH={text!r}: Byline itself uses this path; choose another, such as /news"
            )
        return cls(path, host.casefold())


AT_ROOT: Final = Root()


class Unprefixed:
    """ASGI middleware, the first one: removes the prefix from a request's path if the proxy passed it on."""

    def __init__(self, app: ASGIApp, root: Root) -> None:
        self._app, self._path = app, root.path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the prefix without a slash behind it is redirected."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if self._path and path == self._path:
            query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
            await RedirectResponse(f"{self._path}/{query}", 308)(scope, receive, send)
            return
        if self._path and path.startswith(f"{self._path}/"):
            path = path[len(self._path) :]
        await self._app({**scope, "path": path, "root_path": self._path}, receive, send)


class Prefixed:
    """ASGI middleware, the last one: puts the prefix on again, because routers expect the whole path.

    Gradio writes its own address into the page. It takes it from headers that a proxy may not pass on, so it
    is made to write a relative one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["path"] == "/":
            sent = [header for header in scope["headers"] if header[0] not in _ADDRESSES]
            scope = {**scope, "headers": [*sent, (_ADDRESSES[0], b".")]}
        if scope["type"] == "http" and scope.get("root_path"):
            path = scope["root_path"] + scope["path"]
            scope = {**scope, "path": path, "raw_path": path.encode("utf-8", "surrogateescape")}
        await self._app(scope, receive, send)
