"""Errors as one line of JSON, `{"error": "…"}`: known errors of routes, and unexpected ones.

It does not know the routes.
"""

import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.console import printable
from index.errors import BylineError, EvaluatingError, NoSuchError, StorageError

# The status of each known error; all others are 400.
STATUS: Final[Mapping[type[BylineError], int]] = {
    StorageError: 503,
    NoSuchError: 404,
    EvaluatingError: 409,
}
NOTHING: Final = "There is nothing here."
WRONG: Final = "Something went wrong; try again. The program's log has the details."
_LONGEST: Final = 60  # characters of a bad value that are repeated
_log = logging.getLogger(__name__)
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ErrorRoute(APIRoute):
    """A route that answers a known error, or an invalid request, with one line and its status."""

    def get_route_handler(self) -> Handler:
        """The route's handler, which turns known errors into responses."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except BylineError as error:
                return error_line(_status(error), str(error))
            except RequestValidationError as error:
                return error_line(400, _explained(error.errors()[0]))
            except HTTPException as error:
                return error_line(error.status_code, str(error.detail))

        return handled


class ErrorMiddleware:
    """ASGI middleware that logs an unexpected exception and answers 500 with a line without details."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer 500 for an exception if no response has started.

        A response that was refused in its middle ends there: Gradio's stream tells the page that this process
        does not know its session, as after a restart, and then raises what nobody can be answered with.
        """
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if started and isinstance(error.__cause__, HTTPException):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return
            if scope["type"] != "http" or started:
                raise
            _log.exception("%s %a failed", scope["method"], scope["path"])
            await error_line(500, WRONG)(scope, receive, send)


def error_line(status: int, line: str, **headers: str) -> JSONResponse:
    """A JSON response with `line`, unprintable characters escaped; header names have `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"error": printable(line)}, status, named)


def _explained(error: Mapping[str, Any]) -> str:
    """The error in a request: the value's name, the value and what was expected."""
    if error["type"] == "json_invalid":
        return "the body is not JSON; send an object"
    place = ".".join(map(str, error["loc"][1:])) or "the body"
    given = error.get("input")
    shown = f": {str(given)[:_LONGEST]!a}" if isinstance(given, str | int | float) else ""
    return f"{place[:_LONGEST]}{shown}: {error['msg']}; send it as expected"


def _status(error: BylineError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)
