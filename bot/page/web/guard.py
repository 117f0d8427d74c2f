"""Rejects cross-site requests and unknown paths.

It checks the headers Host and Origin and the path; `bot.page.web.visitors` identifies the user.
"""

import ipaddress
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.page.web.errors import NOTHING, error_line

# The routes of Gradio that the chat needs. Others serve files, accept uploads, fetch URLs or change the
# page; they are blocked.
_GRADIO: Final = re.compile(
    r"/(?:|config/?|theme\.css|robots\.txt|favicon\.ico|manifest\.json|(?:assets|svelte|static)/[\w./@+-]+"
    r"|gradio_api/(?:info/?|app_id/?|startup-events|theme\.css|reset/?|cancel|heartbeat/\w+"
    r"|queue/(?:join/?|data)|call/(?:v2/)?chat(?:/\w+|/)?|run/(?:chat|predict)/?))"
)
_OURS: Final = re.compile(r"/(?:api(?:/.*)?|byline/[\w.-]+|login|logout|healthz|readyz|mcp/?)")
_HOST: Final = re.compile(r"(?:https?://)?(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::[0-9]{1,5})?", re.I)

LOCAL_ONLY: Final = (
    "This page is served to this machine only: expected a loopback name as Host. Behind a proxy, "
    "set BYLINE_ROOT_PATH to the public address, such as https://desk.example/news."
)


def is_loopback(host: str) -> bool:
    """True if `host` (a name or an address, without a port) is reachable from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


class Guard:
    """ASGI middleware for a page served at `host`.

    At a loopback address, Host and Origin must be loopback names too: otherwise another site could read
    the articles through a name that resolves to this machine (DNS rebinding). At other addresses the
    machine's names are unknown, so an Origin must equal the Host of its request. `public` is the name at
    which a proxy serves the page: it is accepted as Host and as Origin, also if the proxy sends another Host.
    """

    def __init__(self, app: ASGIApp, host: str, public: str = "") -> None:
        self._app = app
        self._local = is_loopback(host)
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 or 404 with one line."""
        if scope["type"] != "http":  # there are no websockets
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        objection = self._objection(scope)
        if objection:
            await error_line(403, objection)(scope, receive, send)
        elif not is_served(scope["path"]):
            await error_line(404, NOTHING)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _objection(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        hosts = [_name(sent) for sent in headers.getlist("host")]
        if self._local and not (
            len(hosts) == 1 and (is_loopback(hosts[0]) or self._is_public(hosts[0]))
        ):
            return LOCAL_ONLY
        for origin in map(_name, headers.getlist("origin")):
            known = [origin] == hosts or (self._local and is_loopback(origin))
            if not origin or not (known or self._is_public(origin) or _is_same_origin(headers)):
                return "Cross-site requests are rejected: expected this page's address as Origin."
        return ""

    def _is_public(self, name: str) -> bool:
        return bool(self._public) and name == self._public


def _is_same_origin(headers: Headers) -> bool:
    """True if a browser vouches for it: no script can set this header, and a proxy may have changed Host.

    Browsers send it over HTTPS and to loopback names only, where the Host was checked.
    """
    return headers.getlist("sec-fetch-site") == ["same-origin"]


def is_served(path: str) -> bool:
    """True for a path of the page or of its API."""
    plain = ".." not in path and "//" not in path and "\\" not in path
    return plain and bool(_GRADIO.fullmatch(path) or _OURS.fullmatch(path))


def _name(sent: str) -> str:
    """The name in a Host or Origin header, or "" if the header is malformed."""
    match = _HOST.fullmatch(sent)
    return (match[1] or match[2]).casefold() if match else ""
