"""Who is asking: a browser keeps its token, an account its session, and nobody is somebody else."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.page.people.accounts import Accounts, load_accounts, owner_of_account
from bot.page.people.sessions import Sessions
from bot.page.web.limits import RateLimit
from bot.page.web.login import COOKIE
from bot.page.web.visitors import UNKNOWN, VISITOR, Members, Visitors, owner_of
from index.errors import StorageError
from tests.bot.page.doubles import cheap_line

PASSWORD = "open sesame"


async def whose(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the owner."""
    await PlainTextResponse(Request(scope).state.owner)(scope, receive, send)


def ask(app: ASGIApp, path: str = "/api/ask", **headers: str | bytes) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path, headers=headers)  # type: ignore[arg-type]

    return asyncio.run(send())


def test_a_browser_gets_a_token_once_and_is_known_by_it() -> None:
    app = Visitors(whose)
    first = ask(app)
    token = first.cookies[VISITOR]
    again = ask(app, cookie=f"{VISITOR}={token}")
    assert again.text == first.text == owner_of(token) and VISITOR not in again.cookies
    assert token not in first.text
    marks = first.headers["set-cookie"]
    assert "HttpOnly" in marks and "SameSite=Strict" in marks and "Secure" not in marks


def test_two_browsers_are_two_people() -> None:
    assert ask(Visitors(whose)).text != ask(Visitors(whose)).text


@pytest.mark.parametrize("sent", ["", "x", "a" * 44, "../" * 14, "a" * 42 + "é", "\x00", '"'])
def test_a_token_that_we_never_gave_is_replaced(sent: str) -> None:
    reply = ask(Visitors(whose), cookie=f"{VISITOR}={sent}".encode())
    assert reply.cookies[VISITOR] and reply.text == owner_of(reply.cookies[VISITOR])


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    file = tmp_path / "accounts"
    file.write_text(cheap_line("ann", PASSWORD))
    return load_accounts(file)


@pytest.fixture
def sessions(tmp_path: Path, accounts: Accounts) -> Iterator[Sessions]:
    sessions = Sessions(tmp_path / "sessions.sqlite3", accounts)
    yield sessions
    sessions.shut()


@pytest.fixture
def members(accounts: Accounts, sessions: Sessions) -> Members:
    return Members(whose, accounts, sessions, RateLimit(0.01, 3))


def with_password(name: str, password: str) -> dict[str, str]:
    sent = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"authorization": f"Basic {sent}"}


def test_a_session_and_a_password_open_the_page_as_the_account(
    members: Members, sessions: Sessions
) -> None:
    by_session = ask(members, cookie=f"{COOKIE}={sessions.open('ann')}")
    by_password = ask(members, **with_password("Ann", PASSWORD))
    assert by_session.text == by_password.text == owner_of_account("ann")


@pytest.mark.parametrize(
    "headers",
    [
        *({}, {"cookie": f"{COOKIE}=made-up"}, {"cookie": f"{VISITOR}={'a' * 43}"}),
        *(with_password("ann", "wrong"), with_password("bob", PASSWORD), {"authorization": "x"}),
    ],
)
@pytest.mark.parametrize("path", ["/api/ask", "/", "/config", "/gradio_api/info", "/mcp"])
def test_nobody_else_gets_anything(members: Members, headers: dict[str, str], path: str) -> None:
    reply = ask(members, path, **headers)
    assert reply.status_code == 401 and "Log in first" in reply.json()["error"]


def test_a_browser_is_shown_the_form(members: Members) -> None:
    reply = ask(members, "/", accept="text/html,*/*")
    assert (reply.status_code, reply.headers["location"]) == (303, "/login")
    assert ask(members, "/login").text == ""


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_needs_no_login_and_is_nobody(members: Members, path: str) -> None:
    reply = ask(members, path)
    assert (reply.status_code, reply.text) == (200, "")


def test_without_the_database_of_sessions_a_probe_is_answered(
    members: Members, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_execute", lambda *_: pytest.fail("asked the database"))
    assert ask(members, "/healthz").status_code == 200
    assert ask(members, "/api/ask").status_code == 401


def test_guessing_by_basic_is_stopped_even_for_the_right_password(members: Members) -> None:
    for _ in range(3):
        ask(members, **with_password("ann", "guess"))
    assert ask(members, **with_password("ann", PASSWORD)).status_code == 401


def test_a_changed_password_ends_the_session(
    members: Members, sessions: Sessions, tmp_path: Path
) -> None:
    token = sessions.open("ann")
    (tmp_path / "accounts").write_text(cheap_line("ann", "another"))
    assert ask(members, cookie=f"{COOKIE}={token}").status_code == 401


def test_sessions_that_cannot_be_looked_up_let_nobody_in_and_say_so(
    members: Members, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(token: str) -> str:
        raise StorageError(f"postgresql://10.0.0.7/byline: no session {token}")

    monkeypatch.setattr(sessions, "name_of", away)
    reply = ask(members, cookie=f"{COOKIE}={'x' * 43}")
    assert (reply.status_code, reply.json()) == (503, {"error": UNKNOWN})
    assert ask(members, "/healthz").status_code == 200  # nothing is looked up without a cookie
