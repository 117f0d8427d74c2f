"""The API for programs and the page's panels: ask, search, read a source, check the health.

Requests and responses are JSON; an error is `{"error": "one line"}`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from bot.composition.citations import passage_json
from bot.conversation import parse_conversation
from bot.engine import Engine
from bot.page.api.overview import Overviews, standing_out
from bot.page.api.suggestions import Suggester
from bot.page.people.conversations import ConversationStore
from bot.page.view.article import source_view
from bot.page.view.link import Anchor
from bot.page.view.references import references
from bot.page.view.sources import articles_of
from bot.page.web.errors import ErrorRoute, error_line
from bot.retrieval.sources import Scope
from index.catalog.selection_json import parse_selection
from index.errors import StorageError

MOST_PASSAGES = 50
MOST_MESSAGES = 200
STANDING_OUT = 8  # articles that first questions are made from
UNAVAILABLE = (
    "The file may have changed or gone since it was cited. Ask again to get a fresh citation."
)
NOT_READY = "Byline cannot answer questions now; log in to read the reason."
GONE = "The index was deleted; run `python -m index sync`."


class AskRequest(BaseModel):
    """The body of POST /api/ask."""

    model_config = ConfigDict(extra="forbid")

    question: str
    conversation: Annotated[list[dict[str, Any]], Field(max_length=MOST_MESSAGES)] = []
    within: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class AskParts:
    """What the routes need. `examples` are questions for an empty chat, if there are written ones."""

    engine: Engine
    conversations: ConversationStore
    suggester: Suggester
    examples: Sequence[str] = ()


def ask_routes(parts: AskParts) -> APIRouter:
    """/api/ask, /api/search, /api/source, /api/suggestions, /api/overview, /healthz and /readyz."""
    router = APIRouter(route_class=ErrorRoute)
    engine, overviews = parts.engine, Overviews()

    @router.post("/api/ask")
    def ask(asked: AskRequest, request: Request) -> dict[str, Any]:
        """The answer to one question, with its citations, as `python -m bot ask --json` prints it."""
        before = parse_conversation(asked.conversation, "conversation")
        scope = Scope(parse_selection(asked.within), request.state.owner)
        return engine.answer(asked.question, before, scope).to_json()

    @router.get("/api/search")
    def search(
        question: str, request: Request, k: Annotated[int, Query(ge=1, le=MOST_PASSAGES)] = 10
    ) -> dict[str, Any]:
        """The passages that match a question best, best first."""
        candidates, notice = engine.find(question, k, Scope(owner=request.state.owner))
        found = {"question": question, "candidates": [passage_json(one) for one in candidates]}
        return found | ({"notice": notice} if notice else {})

    @router.get("/api/source", response_model=None)
    def source(cite: str, request: Request) -> dict[str, Any] | JSONResponse:
        """The article of a citation's link (the part after `#cite-`), the cited words marked."""
        anchor = Anchor.parse(cite)
        article = (
            engine.sources.article_by_id(anchor.article_id, request.state.owner) if anchor else None
        )
        if anchor is None or article is None or not anchor.points_into(article):
            return error_line(404, UNAVAILABLE)
        address = f"{request.base_url}{anchor.href}"
        cited = references(article, anchor.span, address) if anchor.span else {}
        return source_view(article, anchor.span) | {"references": cited}

    @router.get("/api/suggestions")
    def suggestions(request: Request, conversation: str = "") -> dict[str, list[str]]:
        """Suggested questions: after a conversation's last answer, or for an empty chat."""
        return {"questions": list(_suggested(parts, conversation, request.state.owner))}

    @router.get("/api/overview")
    def overview() -> dict[str, Any]:
        """What is in the folder: articles, first and last day, outlets, frequent names."""
        return overviews.of(engine.library)

    @router.get("/api/person")
    def person(request: Request) -> dict[str, str]:
        """The account of the user, "" without a login."""
        return {"account": request.state.account}

    _add_health(router, engine)
    return router


def _suggested(parts: AskParts, key: str, owner: str) -> Sequence[str]:
    engine = parts.engine
    version = engine.library.catalog.generation
    if not key:
        return parts.examples or parts.suggester.starters(
            standing_out(engine.library, STANDING_OUT), engine.quoted, version
        )
    conversation = parts.conversations.load(owner, key)
    last = conversation.last if conversation else None
    if conversation is None or last is None:
        return ()
    scope = Scope(last.within, owner)
    articles = articles_of(
        last.answer, lambda path, sha256: engine.sources.article(path, owner, sha256)
    )
    return parts.suggester.follow_ups(
        conversation,
        tuple(articles.values()),
        lambda question: engine.quoted(question, scope),
        (version, scope),
    )


def _add_health(router: APIRouter, engine: Engine) -> None:
    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        """200 while the process runs."""
        return {"status": "ok"}

    @router.get("/readyz", response_model=None)
    def readyz(request: Request) -> dict[str, Any] | JSONResponse:
        """200 if questions can be answered, else 503 with the reason.

        Probes cannot log in: without a needed login there is no reason and no search, which costs time.
        """
        if request.state.owner:
            return _readiness(engine)
        try:
            # reads the catalog
            ready = engine.library.catalog.exists() and engine.library.is_complete is not None
        except StorageError:
            ready = False
        return {"status": "ready"} if ready else error_line(503, NOT_READY)


def _readiness(engine: Engine) -> dict[str, Any]:
    # The open file still works, but not after a restart.
    if not engine.library.catalog.exists():
        raise StorageError(GONE)
    engine.search("ready?", 1)
    return {"status": "ready", "complete": engine.library.is_complete}
