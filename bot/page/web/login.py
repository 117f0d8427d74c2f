"""Login and logout: a page with a form, and the cookie that holds the session's token.

It does not decide what needs a login; `bot.page.web.visitors` does.
"""

import base64
import html
import math
import re
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.page.people.accounts import Accounts
from bot.page.people.sessions import LIFETIME, Sessions
from bot.page.web.limits import Limit, RateLimit
from index.errors import BylineError

COOKIE = "byline_session"
LARGEST_FORM = 4_096  # bytes
FAILURES, WITHIN = 5, 600.0  # wrong passwords at once; they refill within these seconds
CSP = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
WRONG = "Wrong name or password."
_PAGE = Template((Path(__file__).parents[1] / "assets" / "login.html").read_text("utf-8"))
_OUR_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")  # printable ASCII without a backslash
_BASIC = re.compile(r"basic +([A-Za-z0-9+/=_-]{1,4096})", re.IGNORECASE)


def login_routes(
    accounts: Accounts, sessions: Sessions, failures: Limit | None = None
) -> APIRouter:
    """GET and POST /login, POST /logout. `failures` limits wrong passwords by name and by address."""
    router = APIRouter(include_in_schema=False)
    form_handler = _LoginForm(
        accounts, sessions, failures or RateLimit(FAILURES / WITHIN, FAILURES)
    )

    @router.get("/login")
    def show(request: Request, next: str = "/") -> Response:
        if sessions.name_of(request.cookies.get(COOKIE, "")) is not None:
            return RedirectResponse(_root(request) + own_path(next), 303)
        return _page(own_path(next))

    @router.post("/login")
    async def log_in(request: Request) -> Response:
        form = await _form(request)
        if isinstance(form, str):
            return _refused(request, form, 413 if form.startswith("The form") else 400)
        # scrypt is slow and must not block the event loop
        return await run_in_threadpool(form_handler.log_in, request, form)

    @router.post("/logout")
    def log_out(request: Request) -> Response:
        sessions.close(request.cookies.get(COOKIE, ""))
        login = f"{_root(request)}/login"
        done = RedirectResponse(login, 303) if _is_page(request) else _done()
        done.delete_cookie(COOKIE, path=f"{_root(request)}/", httponly=True, samesite="strict")
        return done

    return router


class _LoginForm:
    """Opens a session for the right password; wrong ones are rate-limited."""

    def __init__(self, accounts: Accounts, sessions: Sessions, failures: Limit) -> None:
        self._accounts, self._sessions, self._failures = accounts, sessions, failures

    def log_in(self, request: Request, form: dict[str, str]) -> Response:
        name, target = form.get("username", ""), own_path(form.get("next", "/"))
        address = request.client.host if request.client else ""
        keys = f"address {address}", f"name {name.lower()[:64]}"
        # Counted before verifying, so that parallel attempts count too. The address comes first: a blocked
        # address must not use up the attempts of a name.
        wait = self._failures.take(keys[0]) or self._failures.take(keys[1])
        if wait:
            minutes = math.ceil(wait / 60)
            line = f"Too many wrong passwords; try again in {minutes} minute{'s' * (minutes > 1)}."
            refused = _refused(request, line, 429, target, name)
            refused.headers["Retry-After"] = str(math.ceil(wait))
            return refused
        if not self._accounts.verify(name, form.get("password", "")):
            return _refused(request, WRONG, 401, target, name)
        for key in keys:
            self._failures.give_back(key)
        try:
            token = self._sessions.open(name)
        except KeyError:  # the account was removed meanwhile
            return _refused(request, WRONG, 401, target, name)
        except BylineError as error:
            return _refused(request, str(error), 503, target, name)
        root = _root(request)
        done = RedirectResponse(root + target, 303) if _is_page(request) else _done()
        done.set_cookie(
            COOKIE,
            token,
            max_age=int(LIFETIME),
            path=f"{root}/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return done


def own_path(target: str) -> str:
    """`target` if it is a path of this page, else "/": a login link must not redirect to other sites."""
    good = _OUR_PATH.fullmatch(target) and not target.startswith(("/login", "/logout"))
    return target if good else "/"


def basic(header: str) -> tuple[str, str] | None:
    """Name and password of an `Authorization: Basic …` header, or None if it is malformed."""
    found = _BASIC.fullmatch(header.strip())
    if found is None:
        return None
    try:
        name, colon, password = base64.b64decode(found[1], validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if colon else None


async def _form(request: Request) -> dict[str, str] | str:
    """The form's fields, or an error line."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return "Expected the fields username and password as application/x-www-form-urlencoded."
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return f"The form is too large: expected at most {LARGEST_FORM:,} bytes."
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return "Expected the fields username and password, URL-encoded."
    return {name: values[0] for name, values in fields.items()}


def _root(request: Request) -> str:
    """The path under which a proxy serves the page, or ""."""
    return str(request.scope.get("root_path", ""))


def _is_page(request: Request) -> bool:
    """True for a browser; programs such as gradio_client expect 200 instead of a redirect."""
    return "text/html" in request.headers.get("accept", "")


def _done() -> Response:
    return JSONResponse({"success": True})


def _refused(
    request: Request, line: str, status: int, target: str = "/", name: str = ""
) -> Response:
    if _is_page(request):
        return _page(target, line, status, name)
    return JSONResponse({"error": line}, status)


def _page(target: str, error: str = "", status: int = 200, name: str = "") -> Response:
    alert = f'<p role="alert">{html.escape(error)}</p>' if error else ""
    page = _PAGE.substitute(
        error=alert,
        next=html.escape(target),
        username=html.escape(name[:32]),
        focus_name="" if name else " autofocus",
        focus_password=" autofocus" if name else "",
    )
    # "replace": a lone surrogate in a name cannot be encoded
    headers = {"Content-Security-Policy": CSP, "Cache-Control": "no-store"}
    return HTMLResponse(page.encode("utf-8", "replace"), status, headers)
