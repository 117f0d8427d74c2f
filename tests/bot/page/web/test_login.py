"""Logging in and out over HTTP: forms of browsers, what programs post, and what hostile ones do."""

import asyncio
import base64
import html
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from bot.page.people.accounts import hash_password, load_accounts
from bot.page.people.sessions import Sessions
from bot.page.web.limits import RateLimit
from bot.page.web.login import COOKIE, basic, login_routes, own_path

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ANNE = {"username": "anne", "password": "right"}
Send = Callable[..., httpx.Response]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    file = tmp_path / "accounts"
    line = hash_password("right", (2, 1, 1))
    file.write_text(f"anne:{line}\nbob:{line}\n")
    sessions = Sessions(tmp_path / "sessions.sqlite3", load_accounts(file))
    yield sessions
    sessions.shut()


@pytest.fixture
def send(tmp_path: Path, sessions: Sessions, clock: Clock) -> Send:
    """One request to the routes, from `address`."""
    app = FastAPI()
    accounts = load_accounts(tmp_path / "accounts")
    app.include_router(login_routes(accounts, sessions, RateLimit(5 / 600, 5, clock)))

    def send(
        method: str,
        path: str,
        address: str = "192.0.2.1",
        base: str = "http://here",
        cookies: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(app, client=(address, 1234))
            async with httpx.AsyncClient(
                transport=transport, base_url=base, cookies=cookies
            ) as client:
                return await client.request(method, path, **more)

        return asyncio.run(one())

    return send


class Elements(HTMLParser):
    """What stands on the page: tags with their attributes, and the text of alerts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def field(self, name: str) -> dict[str, str | None]:
        return next(a for tag, a in self.tags if tag == "input" and a.get("name") == name)


def test_the_page_has_labelled_fields_and_nothing_that_its_policy_forbids(send: Send) -> None:
    reply = send("GET", "/login?next=/evaluation%3Fset%3Dreal")
    page = Elements(reply.text)
    assert reply.status_code == 200 and reply.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert page.field("next")["value"] == "/evaluation?set=real"
    assert page.field("username")["autocomplete"] == "username"
    assert page.field("password")["autocomplete"] == "current-password"
    labels = {attributes.get("for") for tag, attributes in page.tags if tag == "label"}
    assert {page.field("username")["id"], page.field("password")["id"]} <= labels
    assert not [tag for tag, _ in page.tags if tag in ("script", "style", "img", "iframe")]
    assert not [a for _, a in page.tags if "style" in a or any(k.startswith("on") for k in a)]
    assert 'role="alert"' not in reply.text


def test_a_browser_that_logs_in_is_led_on_and_known(send: Send, sessions: Sessions) -> None:
    reply = send("POST", "/login", data={**ANNE, "next": "/articles?q=%C3%A9"}, headers=BROWSER)
    assert (reply.status_code, reply.headers["location"]) == (303, "/articles?q=%C3%A9")
    assert sessions.name_of(reply.cookies[COOKIE]) == "anne"
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/;" in cookie
    assert "secure" not in cookie
    known = send("GET", "/login?next=/x", cookies={COOKIE: reply.cookies[COOKIE]})
    assert (known.status_code, known.headers["location"]) == (303, "/x")


def test_over_https_the_cookie_is_secure(send: Send) -> None:
    reply = send("POST", "/login", base="https://here", data=ANNE)
    assert "; secure" in reply.headers["set-cookie"].lower()


def test_what_gradio_client_posts_gets_200_and_the_cookie(send: Send, sessions: Sessions) -> None:
    # gradio_client: httpx.post(…, data=…), no redirect followed, 401 for wrong credentials
    reply = send("POST", "/login", data=ANNE)
    assert reply.is_success and sessions.name_of(reply.cookies[COOKIE]) == "anne"
    wrong = send("POST", "/login", data={**ANNE, "password": "wrong"})
    assert wrong.status_code == 401 and list(wrong.json()) == ["error"] and not wrong.cookies


def test_a_wrong_password_says_so_and_not_whether_the_name_exists(send: Send) -> None:
    said = set()
    for name in ("anne", "nobody"):
        form = {"username": name, "password": "wrong", "next": "/x"}
        reply = send("POST", "/login", data=form, headers=BROWSER)
        page = Elements(reply.text)
        assert reply.status_code == 401 and not reply.cookies
        assert page.field("username")["value"] == name and page.field("next")["value"] == "/x"
        assert "value" not in page.field("password")
        said.add(reply.text.split('role="alert">')[1].split("<")[0])
    assert len(said) == 1


def test_markup_in_a_form_stays_text(send: Send) -> None:
    name = '"><script>alert(1)</script>'
    form = {"username": name, "password": "x", "next": '/"><script>'}
    reply = send("POST", "/login", data=form, headers=BROWSER)
    assert "<script" not in reply.text and html.escape(name) in reply.text
    assert not [tag for tag, _ in Elements(reply.text).tags if tag == "script"]


def test_after_five_failures_a_name_has_to_wait_wherever_it_comes_from(
    send: Send, clock: Clock
) -> None:
    for n in range(5):
        wrong = send("POST", "/login", f"192.0.2.{n}", data={**ANNE, "password": "x"})
        assert wrong.status_code == 401
    for headers in ({}, BROWSER):
        reply = send("POST", "/login", "192.0.2.9", data=ANNE, headers=headers)
        assert reply.status_code == 429 and 0 < int(reply.headers["retry-after"]) <= 600
        assert "minute" in reply.text and not reply.cookies
    assert send("POST", "/login", data={**ANNE, "username": "bob"}).is_success
    clock.now += int(reply.headers["retry-after"])
    assert send("POST", "/login", data=ANNE).is_success


def test_after_five_failures_an_address_has_to_wait_whatever_the_name(send: Send) -> None:
    for n in range(5):
        assert send("POST", "/login", data={"username": f"n{n}"}).status_code == 401
    assert send("POST", "/login", data=ANNE).status_code == 429
    assert send("POST", "/login", "192.0.2.2", data=ANNE).is_success


def test_an_address_that_has_to_wait_locks_nobody_else_out(send: Send) -> None:
    for n in range(5):
        send("POST", "/login", "198.51.100.1", data={"username": f"n{n}"})
    for _ in range(20):
        send("POST", "/login", "198.51.100.1", data={**ANNE, "password": "x"})
    assert send("POST", "/login", data=ANNE).is_success


def test_logging_in_rightly_is_never_slowed(send: Send) -> None:
    assert all(send("POST", "/login", data=ANNE).is_success for _ in range(20))


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"username=anne&password=" + b"x" * 5000, "application/x-www-form-urlencoded", 413),
        (b'{"username": "anne", "password": "right"}', "application/json", 400),
        (b"username=anne&password=right", "text/plain", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 50, "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 401),
        (b"username=%ff%00&password=%ed%a0%80", "application/x-www-form-urlencoded", 401),
    ],
)
def test_another_body_is_refused_in_one_line(
    send: Send, content: bytes, kind: str, status: int
) -> None:
    for headers in ({}, BROWSER):
        reply = send("POST", "/login", content=content, headers={"content-type": kind, **headers})
        assert reply.status_code == status and not reply.cookies
    assert (
        "\n"
        not in send("POST", "/login", content=content, headers={"content-type": kind}).json()[
            "error"
        ]
    )


def test_logging_out_ends_the_session_and_takes_the_cookie(send: Send, sessions: Sessions) -> None:
    for headers, status in ((BROWSER, 303), ({}, 200)):
        token = sessions.open("anne")
        reply = send("POST", "/logout", cookies={COOKIE: token}, headers=headers)
        assert reply.status_code == status and sessions.name_of(token) is None
        assert f'{COOKIE}=""' in reply.headers["set-cookie"]
        assert "max-age=0" in reply.headers["set-cookie"].lower()
    assert send("POST", "/logout").is_success
    assert send("GET", "/logout").status_code == 405


hostile = st.sampled_from(
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "\\\\evil.example", ""),
        *("/\t/evil.example", "javascript:alert(1)", "evil.example", "/%0d%0aSet-Cookie: a=b\r\n"),
        *("/login?next=/login", "/logout", "/a\nb", "/\u2028", " /x", "/x y", "///x"),
    ]
)


@given(hostile | st.text(max_size=30) | st.text(max_size=20).map("/".__add__))
def test_the_way_on_is_always_a_path_of_our_own(target: str) -> None:
    path = own_path(target)
    assert path == "/" or path == target
    parts = urlsplit(path)
    assert (parts.scheme, parts.netloc) == ("", "") and path.startswith("/")
    assert not path.startswith(("//", "/\\", "/login", "/logout"))
    assert path.isascii() and path.isprintable() and "\\" not in path and " " not in path


@given(
    st.text(st.characters(codec="utf-8", exclude_characters=":"), max_size=40), st.text(max_size=40)
)
def test_basic_credentials_come_back_as_they_were_sent(name: str, password: str) -> None:
    sent = base64.b64encode(f"{name}:{password}".encode()).decode()
    for scheme in ("Basic", "basic", "BASIC "):
        assert basic(f"{scheme} {sent}") == (name, password)


@pytest.mark.parametrize(
    "header",
    [
        *("", "Basic", "Basic ", "Bearer YTpi", "Basic YWI=", "Basic !!!!", "Basic /w==", "YTpi"),
        *("Basic YTpi YTpi", "Basic " + "A" * 5000, "Basic YTp", "\ud800"),
    ],
)
def test_other_headers_hold_no_credentials(header: str) -> None:
    assert basic(header) is None
