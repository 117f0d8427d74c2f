"""Identifies the user of a request: by the browser's token, or by the account that logged in.

Without accounts, each browser is a user: it gets a random token in a cookie, of which only a hash is stored.
When accounts are configured, unauthenticated requests are rejected.
"""

import hashlib
import logging
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.page.people.accounts import Accounts, owner_of_account
from bot.page.people.sessions import Sessions
from bot.page.web.errors import error_line
from bot.page.web.limits import Limit, MakeLimit, own_limit
from bot.page.web.login import COOKIE, FAILURES, WITHIN, basic, login_routes
from index.errors import StorageError

VISITOR: Final = "byline_visitor"
_TOKEN: Final = re.compile(r"[\w-]{43}", re.ASCII)
# Served without a login.
_PUBLIC: Final = frozenset(
    ("/login", "/logout", "/byline/login.css", "/healthz", "/readyz", "/favicon.ico")
)
UNKNOWN: Final = "It cannot be checked now whether you have logged in; try again in a moment."
AT_ONCE = 8  # sessions looked up at the same time
_log = logging.getLogger(__name__)
_YEAR = 365 * 24 * 3600  # seconds


class Visitors:
    """ASGI middleware that sets `owner` (and `account`, "") in the request's state and issues tokens."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its owner; a new browser gets a token."""
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
                path = f"{scope.get('root_path', '')}/"
                set_cookie(message, VISITOR, token, _YEAR, scope["scheme"] == "https", path)
            await send(message)

        await self._app(scope, receive, marked)


class Members:
    """ASGI middleware that accepts a session or HTTP Basic and sets `owner` and `account`."""

    def __init__(
        self, app: ASGIApp, accounts: Accounts, sessions: Sessions, failures: Limit
    ) -> None:
        """`failures` limits the wrong passwords of an address."""
        self._app = app
        self._accounts, self._sessions, self._failures = accounts, sessions, failures
        self._threads = CapacityLimiter(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its owner, or answer 401, or redirect to the form."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            name = await self._logged_in(cookie(headers, COOKIE))
        except StorageError as error:
            _log.warning("%s", error)
            await error_line(503, UNKNOWN)(scope, receive, send)
            return
        if name is None and "authorization" in headers:
            address = (scope.get("client") or ("",))[0]
            name = await run_in_threadpool(self._verified, headers["authorization"], address)
        scope.setdefault("state", {})["owner"] = owner_of_account(name) if name else ""
        scope["state"]["account"] = name or ""
        if name or scope["path"] in _PUBLIC:
            await self._app(scope, receive, send)
        else:
            await self._rejected(scope, headers)(scope, receive, send)

    async def _logged_in(self, token: str) -> str | None:
        """The account of a session; looked up in a thread, since it may be on another machine."""
        if not token:
            return None
        return await to_thread.run_sync(self._sessions.name_of, token, limiter=self._threads)

    def _verified(self, header: str, address: str) -> str | None:
        given = basic(header)
        if given is None or self._failures.take(address):
            return None
        if not self._accounts.verify(*given):
            return None
        self._failures.give_back(address)
        return given[0]

    def _rejected(self, scope: Scope, headers: Headers) -> Response:
        if scope["path"] == "/" and "text/html" in headers.get("accept", ""):
            return RedirectResponse(f"{scope.get('root_path', '')}/login", 303)
        return error_line(401, "Log in first: at /login, or with HTTP Basic.")


def authentication(
    accounts: Accounts | None, sessions: Sessions | None, limit: MakeLimit = own_limit
) -> tuple[Middleware, tuple[APIRouter, ...]]:
    """The middleware that identifies users, and the login routes; without accounts, users are browsers."""
    if accounts is None or sessions is None:
        return Middleware(Visitors), ()
    in_header, in_form = (limit(kind, FAILURES / WITHIN, FAILURES) for kind in ("basic", "login"))
    members = Middleware(Members, accounts=accounts, sessions=sessions, failures=in_header)
    return members, (login_routes(accounts, sessions, in_form),)


def owner_of(token: str) -> str:
    """The owner's name for a token: a hash, from which the token cannot be recovered."""
    return "v-" + hashlib.sha256(token.encode()).hexdigest()[:32]


def cookie(headers: Headers, name: str) -> str:
    """The value of a cookie of the request, or ""."""
    jar = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def set_cookie(
    message: Message, name: str, value: str, seconds: int, secure: bool, path: str = "/"
) -> None:
    """Add a cookie to a response: same-site only, not readable by scripts."""
    text = f"{name}={value}; HttpOnly; SameSite=Strict; Path={path}; Max-Age={seconds}"
    MutableHeaders(raw=message["headers"]).append(
        "set-cookie", f"{text}; Secure" if secure else text
    )
