"""Stands before the page and answers 403 to a request that another site sent, and to any upload.

It knows the headers Host and Origin and the paths of uploads; it does not know who is asking: there is
no login.
"""

import ipaddress
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

UPLOADS = ("/gradio_api/upload", "/upload")
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
        """Pass the request on, or answer 403 with one line that says why."""
        # of the other types there is only the start and stop of the program: the page has no websocket
        objection = self._objection(scope) if scope["type"] == "http" else None
        if objection is None:
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse(f"{objection}\n", 403)(scope, receive, send)

    def _objection(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        hosts = [_name(sent) for sent in headers.getlist("host")]
        if self._local and not (len(hosts) == 1 and is_loopback(hosts[0])):
            return "This page is served to its own machine: expected a loopback name as the Host."
        for origin in map(_name, headers.getlist("origin")):
            if not origin or not ([origin] == hosts or (self._local and is_loopback(origin))):
                return "Another site may not use this page: expected its own address as the Origin."
        if scope["path"].startswith(UPLOADS):
            return "This page takes no files."
        return None


def _name(sent: str) -> str:
    """The name in a Host or Origin header, or "" when it has another form."""
    match = _HOST.fullmatch(sent)
    return (match[1] or match[2]).casefold() if match else ""
