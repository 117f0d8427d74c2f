"""Routes whose errors are one line of JSON: `{"error": "…"}`. It knows no route."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from index.errors import BylineError

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ToldRoute(APIRoute):
    """A route that answers 400 with the line of a known error, or for a request of another form."""

    def get_route_handler(self) -> Handler:
        """The route's handler, which lets no known error through."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except BylineError as error:
                return error_line(400, str(error))
            except RequestValidationError as error:
                first = error.errors()[0]
                place = ".".join(map(str, first["loc"]))
                return error_line(400, f"{place}: {first['msg']}; send it as expected")

        return told


def error_line(status: int, line: str) -> JSONResponse:
    """The response that tells `line`."""
    return JSONResponse({"error": line}, status)
