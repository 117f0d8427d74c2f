"""Exceptions of an application: what its client gets, and what is logged."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from starlette.middleware import Middleware
from starlette.responses import StreamingResponse

from bot.page.web.errors import WRONG, ErrorMiddleware


@pytest.fixture
def client() -> TestClient:
    """A client of an application that raises in the middle of a response, or before it."""
    app = FastAPI(middleware=[Middleware(ErrorMiddleware)])

    def stream(error: Exception) -> Iterator[str]:
        yield "session not found"
        raise error

    @app.get("/refused")
    def refused() -> StreamingResponse:
        return StreamingResponse(stream(HTTPException(404)))

    @app.get("/broken")
    def broken() -> StreamingResponse:
        return StreamingResponse(stream(ValueError("broken")))

    @app.get("/failed")
    def failed() -> None:
        raise ValueError("failed")

    return TestClient(app)


def test_a_stream_that_is_refused_in_its_middle_ends_there_without_a_word(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get("/refused")
    assert (response.status_code, response.text) == (200, "session not found")
    assert "Traceback" not in caplog.text


def test_a_stream_that_breaks_otherwise_is_no_whole_response(client: TestClient) -> None:
    with pytest.raises(ValueError, match="broken"):
        client.get("/broken")


def test_an_exception_before_the_response_is_a_line_and_its_details_are_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get("/failed")
    assert (response.status_code, response.json()) == (500, {"error": WRONG})
    assert "GET '/failed' failed" in caplog.text and "ValueError: failed" in caplog.text
