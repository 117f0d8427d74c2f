"""Stands before the page: refuses requests that another site sent, and every path that is not the page's own.

It knows the headers Host and Origin and the paths; who is asking is `bot.page.web.visitors`'s business.
"""

import ipaddress
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.page.web.errors import NOTHING, error_line

# What the chat needs of Gradio. Its other routes hand out files, take uploads, fetch from elsewhere or
# change the page, and are not there for anybody.
_GRADIO: Final = re.compile(
    r"/(?:|config/?|theme\.css|robots\.txt|favicon\.ico|manifest\.json|(?:assets|svelte|static)/[\w./@+-]+"
    r"|gradio_api/(?:info/?|app_id/?|startup-events|theme\.css|reset/?|cancel|heartbeat/\w+"
    r"|queue/(?:join/?|data)|call/(?:v2/)?chat(?:/\w+|/)?|run/(?:chat|predict)/?))"
)
_OURS: Final = re.compile(r"/(?:api(?:/.*)?|byline/[\w.-]+|login|logout|healthz|readyz|mcp/?)")
_HOST: Final = re.compile(r"(?:https?://)?(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::[0-9]{1,5})?", re.I)


def is_loopback(host: str) -> bool:
    """True when `host` (a name or an address, without a port) is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


class Guard:
    """ASGI middleware for a page served at `host`.

    At a loopback address Host and Origin have to name one too, or a page from elsewhere could read
    the articles through a name that it lets point here (DNS rebinding). At any other address the
    names of the machine are unknown, so an Origin has to be the Host of its request.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._local = is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 or 404 with one line that says why."""
        if scope["type"] != "http":  # the start and stop of the program: there is no websocket
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
        if self._local and not (len(hosts) == 1 and is_loopback(hosts[0])):
            return "This page is served to its own machine: expected a loopback name as the Host."
        for origin in map(_name, headers.getlist("origin")):
            if not origin or not ([origin] == hosts or (self._local and is_loopback(origin))):
                return "Another site may not use this page: expected its own address as the Origin."
        return ""


def is_served(path: str) -> bool:
    """True for a path of the page or of its interface for programs."""
    plain = ".." not in path and "//" not in path and "\\" not in path
    return plain and bool(_GRADIO.fullmatch(path) or _OURS.fullmatch(path))


def _name(sent: str) -> str:
    """The name in a Host or Origin header, or "" when it has another form."""
    match = _HOST.fullmatch(sent)
    return (match[1] or match[2]).casefold() if match else ""
