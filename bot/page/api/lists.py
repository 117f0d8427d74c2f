"""The routes of a user's list of questions: add, progress, stop, continue, remove, download.

The user is `request.state.owner`, which the middleware has set.
"""

from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.responses import FileResponse, Response

from bot.asking.question_lists import NO_LIST, QuestionLists
from bot.page.web.errors import ErrorRoute, error_line

MOST_BYTES = 5_000_000  # of a table


def list_routes(lists: QuestionLists) -> APIRouter:
    """Routes under /api/list; errors are `{"error": "one line"}` with 400, 404, 413 or 503."""
    router = APIRouter(prefix="/api/list", route_class=ErrorRoute)

    @router.get("")
    def progress(request: Request) -> dict[str, Any]:
        """How far the user's list is."""
        return _progress_json(lists, request)

    @router.post("", status_code=202, response_model=None)
    async def begun(request: Request, name: str) -> dict[str, Any] | JSONResponse:
        """Answer a table: its bytes are the body of the request."""
        data = bytearray()
        async for chunk in request.stream():
            data += chunk
            if len(data) > MOST_BYTES:
                return error_line(413, f"{name[:80]}: expected at most {MOST_BYTES:,} bytes")
        await to_thread.run_sync(lists.begin, request.state.owner, name[:200], bytes(data))
        return _progress_json(lists, request)

    @router.post("/continue", status_code=202)
    def continued(request: Request) -> dict[str, Any]:
        """Continue a stopped list."""
        lists.go_on(request.state.owner)
        return _progress_json(lists, request)

    @router.post("/stop")
    def stopped(request: Request) -> dict[str, Any]:
        """Stop after the running question."""
        lists.stop(request.state.owner)
        return _progress_json(lists, request)

    @router.delete("")
    def removed(request: Request) -> Response:
        """Stop and delete the list and its answers."""
        lists.remove(request.state.owner)
        return Response(status_code=204)

    @router.get("/answers", response_model=None)
    def answers(request: Request) -> Response:
        """The table of answers, as far as it is written."""
        path = lists.answers(request.state.owner)
        if path is None:
            return error_line(404, NO_LIST)
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")

    return router


def _progress_json(lists: QuestionLists, request: Request) -> dict[str, Any]:
    owner = request.state.owner
    now = lists.progress(owner)
    return {
        "state": now.state,
        "done": now.done,
        "of": now.of,
        "line": now.line,
        "answers": lists.answers(owner) is not None,
    }
