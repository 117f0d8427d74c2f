"""The routes of a user's uploads: list, add, remove, progress.

The user is `request.state.owner`, which the middleware has set.
"""

from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from bot.page.people.upload_list import Upload
from bot.page.people.uploads import Uploads, too_large
from bot.page.web.errors import ErrorRoute, error_line
from index.console import printable

NOT_THERE = "You have no file with this name; it may have been removed."
MOST_REPORTED = 20  # reasons why parts of a file were rejected
AT_ONCE = 4  # files that are read or removed at the same time; others wait


def uploads_routes(uploads: Uploads) -> APIRouter:
    """Routes under /api/uploads; errors are `{"error": "one line"}` with 400, 404, 413 or 503."""
    router = APIRouter(prefix="/api/uploads", route_class=ErrorRoute)
    # separate threads: large files must not block the page
    threads = CapacityLimiter(AT_ONCE)

    @router.get("")
    def listed(request: Request) -> dict[str, Any]:
        """The files, and the largest size of a file in bytes."""
        files = [_upload(one) for one in uploads.list(request.state.owner)]
        return {"uploads": files, "largest": uploads.largest}

    @router.get("/progress")
    def progress(request: Request) -> dict[str, int]:
        """The passages of a file embedded so far, while it is added; otherwise 0 of 0."""
        done, of = uploads.progress(request.state.owner) or (0, 0)
        return {"done": done, "of": of}

    @router.post("", status_code=201, response_model=None)
    async def added(request: Request, name: str) -> dict[str, Any] | JSONResponse:
        """Add a file: its bytes are the body of the request."""
        data = bytearray()
        async for chunk in request.stream():
            data += chunk
            if len(data) > uploads.largest:
                return error_line(413, printable(too_large(name[:80], uploads.largest)))
        owner = request.state.owner
        return _upload(
            await to_thread.run_sync(uploads.add, owner, name, bytes(data), limiter=threads)
        )

    @router.delete("/{name}", response_model=None)
    async def removed(request: Request, name: str) -> Response:
        """Remove a file."""
        owner = request.state.owner
        gone = await to_thread.run_sync(uploads.remove, owner, name, limiter=threads)
        return Response(status_code=204) if gone else error_line(404, NOT_THERE)

    return router


def _upload(upload: Upload) -> dict[str, Any]:
    return {
        "name": upload.name,
        "size": upload.size,
        "articles": upload.articles,
        "id": upload.id,
        "title": upload.title,
        "known": upload.known,
        "refused": [
            {"path": printable(path), "reason": printable(reason)}
            for path, reason in upload.refused[:MOST_REPORTED]
        ],
        "more_refused": max(0, len(upload.refused) - MOST_REPORTED),
    }
