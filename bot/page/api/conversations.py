"""The routes of a user's conversations: list, rename, delete, export.

The user is `request.state.owner`, which the middleware has set.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from bot.answer import Citation
from bot.conversation import Conversation
from bot.page.people.conversations import ConversationStore, Entry
from bot.page.view.blocks import Link, blocks
from bot.page.view.documents import to_docx, to_html
from bot.page.view.export import to_json, to_markdown
from bot.page.view.sources import anchor_of
from bot.page.web.errors import ErrorRoute, error_line
from index.text.article import Article

NOT_THERE = "There is no such conversation; it may have been deleted. Open another one."
_FORMS = {
    "markdown": ("md", "text/markdown; charset=utf-8"),
    "html": ("html", "text/html; charset=utf-8"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "json": ("json", "application/json"),
}
# The user's or the folder's article at a path, or elsewhere with the hash of its content.
FindArticle = Callable[[str, str, str], Article | None]


def conversation_routes(conversations: ConversationStore, find: FindArticle) -> APIRouter:
    """Routes under /api/conversations; errors are `{"error": "one line"}` with 400 or 404.

    `find` takes the path of an article, the user, and the hash of its content.
    """
    router = APIRouter(prefix="/api/conversations", route_class=ErrorRoute)

    @router.get("")
    def listed(request: Request, words: str = "") -> dict[str, Any]:
        entries = conversations.list(request.state.owner, words)
        return {"conversations": [entry.to_json() for entry in entries]}

    @router.patch("/{id}")
    def renamed(request: Request, id: str, title: Annotated[str, Body(embed=True)]) -> Response:
        return _done(conversations.rename(request.state.owner, id, title))

    @router.delete("/{id}")
    def deleted(request: Request, id: str) -> Response:
        return _done(conversations.delete(request.state.owner, id))

    @router.get("/{id}/export")
    def exported(request: Request, id: str, form: str = "markdown") -> Response:
        if form not in _FORMS:
            return error_line(400, f"form {form[:40]!r}: expected one of {', '.join(_FORMS)}")
        entry = conversations.find(request.state.owner, id)
        conversation = conversations.load(request.state.owner, id)
        if entry is None or conversation is None:
            return error_line(404, NOT_THERE)
        suffix, media_type = _FORMS[form]
        content = _content(form, entry, conversation, _linker(request, find))
        name = f"{_file_name(entry.title)}.{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=media_type, headers=headers)

    return router


def _content(form: str, entry: Entry, conversation: Conversation, link: Link) -> str | bytes:
    if form == "json":
        return json.dumps(to_json(entry, conversation), indent=1)
    parts = blocks(entry, conversation, link)
    if form == "docx":
        return to_docx(parts)
    return to_html(parts) if form == "html" else to_markdown(parts)


def _linker(request: Request, find: FindArticle) -> Link:
    """Links to the cited words on this page, under the address that the user has opened."""
    page, owner = str(request.base_url), request.state.owner

    def link(citation: Citation) -> str:
        article = find(citation.file, owner, citation.sha256)
        anchor = anchor_of(citation, {citation.file: article}) if article else None
        return f"{page}{anchor.href}" if anchor else ""

    return link


def _done(done: bool) -> Response:
    return Response(status_code=204) if done else error_line(404, NOT_THERE)


def _file_name(title: str) -> str:
    """`title` in lower-case ASCII letters, digits and hyphens."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-") or "conversation"
