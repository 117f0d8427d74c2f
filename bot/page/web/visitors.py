"""Who is asking: a browser by its token, or an account that logged in; what people leave behind stays apart.

Without accounts a browser is a person: it gets a random token and keeps it; whoever shows the token is its
owner, and only a hash of it is ever stored. With accounts nothing is served to nobody.
"""

import hashlib
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.page.people.accounts import Accounts, owner_of_account
from bot.page.people.sessions import Sessions
from bot.page.web.errors import error_line
from bot.page.web.limits import RateLimit
from bot.page.web.login import COOKIE, FAILURES, WITHIN, basic, login_routes

VISITOR: Final = "byline_visitor"
_TOKEN: Final = re.compile(r"[\w-]{43}", re.ASCII)
# What is there for everybody: the form, its look, and whether the program runs.
_OPEN: Final = frozenset(("/login", "/logout", "/byline/login.css", "/healthz", "/favicon.ico"))
_YEAR = 365 * 24 * 3600  # seconds


class Visitors:
    """ASGI middleware that puts `owner` (and `account`, "") into the request's state, and gives tokens."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its owner."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = cookie(Headers(scope=scope), VISITOR)
        known = _TOKEN.fullmatch(token) is not None
        token = token if known else secrets.token_urlsafe(32)
        scope.setdefault("state", {})["owner"] = owner_of(token)
        scope["state"]["account"] = ""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and not known:
                set_cookie(message, VISITOR, token, _YEAR, scope["scheme"] == "https")
            await send(message)

        await self._app(scope, receive, marked)


class Members:
    """ASGI middleware that lets in who has logged in, or sends name and password with each request."""

    def __init__(
        self, app: ASGIApp, accounts: Accounts, sessions: Sessions, failures: RateLimit
    ) -> None:
        """`failures` counts the wrong passwords of an address."""
        self._app = app
        self._accounts, self._sessions, self._failures = accounts, sessions, failures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its owner, or answer 401, or show the way to the form."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        name = self._sessions.name_of(cookie(headers, COOKIE))
        if name is None and "authorization" in headers:
            address = (scope.get("client") or ("",))[0]
            name = await run_in_threadpool(self._verified, headers["authorization"], address)
        scope.setdefault("state", {})["owner"] = owner_of_account(name) if name else ""
        scope["state"]["account"] = name or ""
        if name or scope["path"] in _OPEN:
            await self._app(scope, receive, send)
        else:
            await self._closed(scope, headers)(scope, receive, send)

    def _verified(self, header: str, address: str) -> str | None:
        given = basic(header)
        if given is None or self._failures.take(address):
            return None
        if not self._accounts.verify(*given):
            return None
        self._failures.give_back(address)
        return given[0]

    def _closed(self, scope: Scope, headers: Headers) -> Response:
        if scope["path"] == "/" and "text/html" in headers.get("accept", ""):
            return RedirectResponse("/login", 303)
        return error_line(401, "Log in first: at /login, or with HTTP Basic.")


def authentication(
    accounts: Accounts | None, sessions: Sessions | None
) -> tuple[Middleware, tuple[APIRouter, ...]]:
    """What tells who is asking, and the routes to log in; without accounts every browser is somebody."""
    if accounts is None or sessions is None:
        return Middleware(Visitors), ()
    failures = RateLimit(FAILURES / WITHIN, FAILURES)
    members = Middleware(Members, accounts=accounts, sessions=sessions, failures=failures)
    return members, (login_routes(accounts, sessions),)


def owner_of(token: str) -> str:
    """The owner's name behind a token; the token cannot be had from it."""
    return "v-" + hashlib.sha256(token.encode()).hexdigest()[:32]


def cookie(headers: Headers, name: str) -> str:
    """The value of a cookie that was sent, or ""."""
    jar = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def set_cookie(message: Message, name: str, value: str, seconds: int, secure: bool) -> None:
    """Adds a cookie to a response's start: for this site alone, out of the reach of scripts."""
    text = f"{name}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}"
    MutableHeaders(raw=message["headers"]).append(
        "set-cookie", f"{text}; Secure" if secure else text
    )
