"""Routes whose errors are one line of JSON: `{"error": "…"}`. It knows no route."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from index.errors import BylineError, EvaluatingError, NoSuchError, StorageError

# What a known error is to a program; every other is the asker's to put right.
STATUS: Final[Mapping[type[BylineError], int]] = {
    StorageError: 503,
    NoSuchError: 404,
    EvaluatingError: 409,
}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ToldRoute(APIRoute):
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
                first = error.errors()[0]
                place = ".".join(map(str, first["loc"]))
                return error_line(400, f"{place}: {first['msg']}; send it as expected")

        return told


def error_line(status: int, line: str, **headers: str) -> JSONResponse:
    """The response that tells `line`; a header's name is written with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"error": line}, status, named)


def _status(error: BylineError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)
