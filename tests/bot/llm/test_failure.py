"""What clients raise becomes a clause: the branches that a server on this machine cannot bring about."""

import math
import socket
import ssl

import httpx
import pytest

from bot.llm.failure import STATUS, explain

KEY = "sk-recognisable-4711"


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error, clause, passes",
    [
        (httpx.ConnectTimeout(KEY), "did not answer in time", True),
        (httpx.ReadTimeout(KEY), "did not answer in time", True),
        (TimeoutError(KEY), "did not answer in time", True),
        (caused(RuntimeError(KEY), httpx.PoolTimeout(KEY)), "did not answer in time", True),
        (httpx.ConnectError(KEY), "could not be reached;", True),
        (caused(httpx.ConnectError(KEY), OSError(113, KEY)), "could not be reached;", True),
        (caused(httpx.ConnectError(KEY), ConnectionRefusedError(111, KEY)), "refused the", True),
        (caused(httpx.ConnectError(KEY), socket.gaierror(-2, KEY)), "could not be found", False),
        (caused(httpx.ConnectError(KEY), ssl.SSLError(1, KEY)), "could not be reached safely", False),
        (httpx.ReadError(KEY), "broke off the connection", True),
        (ConnectionResetError(104, KEY), "broke off the connection", True),
        (KeyError(KEY), "sent an unexpected response", False),
        (RuntimeError(KEY), "failed with RuntimeError", False),
    ],
)  # fmt: skip
def test_an_error_becomes_a_clause_without_its_words(error, clause, passes):
    failure = explain(error)
    assert failure.clause.startswith(clause)
    assert failure.passes is passes
    assert KEY not in str(failure)


def test_an_error_that_is_its_own_cause_is_explained_too():
    error, other = RuntimeError(), RuntimeError()
    error.__cause__, other.__cause__ = other, error
    assert explain(error).clause.startswith("failed with RuntimeError")


@pytest.mark.parametrize("code", sorted(STATUS))
def test_a_status_says_what_to_do(code):
    error = RuntimeError()
    error.status_code = code
    assert explain(error).clause == f"answered {code}: {STATUS[code]}"


MINUTE = {"date": "Sat, 21 Nov 2026 18:00:00 GMT", "retry-after": "Sat, 21 Nov 2026 18:01:00 GMT"}


@pytest.mark.parametrize(
    "headers, wait_s",
    [
        ({}, 0),
        ({"retry-after": "20"}, 20),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "9" * 400}, 1e9),
        ({"retry-after": "-1"}, 0),
        ({"retry-after": "inf"}, 0),
        ({"retry-after": "٣"}, 0),
        (MINUTE, 60),  # by the server's clock, whatever ours says
        (MINUTE | {"retry-after": "Saturday, 21-Nov-26 18:01:00 GMT"}, 60),
        (MINUTE | {"retry-after": "Sat, 21 Nov 2026 17:00:00 GMT"}, 0),
        ({"retry-after": "Sat, 01 Jan 2000 00:00:00 GMT"}, 0),
        ({"retry-after": "Sat, 01 Jan 9999 00:00:00 GMT"}, 1e9),
        ({"retry-after": "Sat, 01 Jan 99999999999999 00:00:00 GMT"}, 0),
        ({"retry-after": "Sat, 01 Jan 0 00:00:00 GMT"}, 0),
        (MINUTE | {"date": "yesterday", "retry-after": "Sat, 01 Jan 2000 00:00:00 GMT"}, 0),
    ],
)
def test_how_long_a_server_asks_to_wait(headers, wait_s):
    coded = {name: value.encode() for name, value in headers.items()}
    request = httpx.Request("POST", "http://h")
    response = httpx.Response(503, headers=coded, request=request)
    error = caused(RuntimeError(), httpx.HTTPStatusError("", request=request, response=response))
    error.status_code = 503
    failure = explain(error)
    assert failure.wait_s == wait_s
    wait = f"it asks to wait {math.ceil(wait_s):,} s" if wait_s else "ask again later"
    assert failure.clause == f"answered 503: {wait}"


@pytest.mark.parametrize("code", [-1, 0, 200, 401.0, "401", None])
def test_what_is_no_status_is_not_told_as_one(code):
    error = RuntimeError()
    error.status_code = code
    assert explain(error).clause.startswith("failed with RuntimeError")
