"""A person's own files over HTTP: the list, one more, one less.

It knows the person as `request.state.owner`, which the guard has set.
"""

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.page.told import ToldRoute, error_line
from bot.uploads import Upload, Uploads
from index.console import printable

NOT_THERE = "There is no such file among yours; it may have been removed."
MOST_TOLD = 20  # reasons why a part of a file is no article


def uploads_routes(uploads: Uploads) -> APIRouter:
    """Routes under /api/uploads; errors are `{"error": "one line"}` with 400, 404 or 413."""
    router = APIRouter(prefix="/api/uploads", route_class=ToldRoute)

    @router.get("")
    def listed(request: Request) -> dict[str, Any]:
        return {"uploads": [_upload(one) for one in uploads.list(request.state.owner)]}

    @router.post("", status_code=201)
    async def added(request: Request, name: str) -> dict[str, Any]:
        data = await request.body()
        # reading a file and embedding it must not keep others waiting
        return _upload(await run_in_threadpool(uploads.add, request.state.owner, name, data))

    @router.delete("/{name}")
    def removed(request: Request, name: str) -> Response:
        gone = uploads.remove(request.state.owner, name)
        return Response(status_code=204) if gone else error_line(404, NOT_THERE)

    return router


def _upload(upload: Upload) -> dict[str, Any]:
    return {
        "name": upload.name,
        "size": upload.size,
        "articles": upload.articles,
        "refused": [
            {"path": printable(path), "reason": printable(reason)}
            for path, reason in upload.refused[:MOST_TOLD]
        ],
    }
