"""Errors as one line of JSON, `{"error": "…"}`: of routes, and of whatever goes wrong anywhere else.

It knows no route.
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

# What a known error is to a program; every other is the asker's to put right.
STATUS: Final[Mapping[type[BylineError], int]] = {
    StorageError: 503,
    NoSuchError: 404,
    EvaluatingError: 409,
}
NOTHING: Final = "There is nothing here."
WRONG: Final = "Something went wrong here; try again. The program's log tells more."
_LONGEST: Final = 60  # characters of a bad value that are repeated
_log = logging.getLogger(__name__)
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ErrorRoute(APIRoute):
    """A route that answers a known error, or a request of another form, with one line and its status."""

    def get_route_handler(self) -> Handler:
        """The route's handler, which lets no known error through."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except BylineError as error:
                return error_line(_status(error), str(error))
            except RequestValidationError as error:
                return error_line(400, _explained(error.errors()[0]))
            except HTTPException as error:
                return error_line(error.status_code, str(error.detail))

        return told


class ErrorMiddleware:
    """ASGI middleware that answers a fault inside with one line, which tells nothing of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a fault is logged, and told while nothing has been sent yet."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            _log.exception("%s %a failed", scope["method"], scope["path"])
            await error_line(500, WRONG)(scope, receive, send)


def error_line(status: int, line: str, **headers: str) -> JSONResponse:
    """The response that tells `line`, what cannot be shown escaped; a header's name has `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"error": printable(line)}, status, named)


def _explained(error: Mapping[str, Any]) -> str:
    """What is wrong with a request of another form: the value's name, the value and what was expected."""
    if error["type"] == "json_invalid":
        return "the body is not JSON; send an object"
    place = ".".join(map(str, error["loc"][1:])) or "the body"
    given = error.get("input")
    shown = f": {str(given)[:_LONGEST]!a}" if isinstance(given, str | int | float) else ""
    return f"{place[:_LONGEST]}{shown}: {error['msg']}; send it as expected"


def _status(error: BylineError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)
