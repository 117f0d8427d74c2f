"""The routes of the Articles panel: the list of articles, and the state and jobs of the index.

Middleware decides who may use them.
"""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.page.api.jobs import MOST_REPORTED, IndexJobs, Kind
from bot.page.web.errors import ErrorRoute, error_line
from index.catalog.catalog import Catalog
from index.catalog.listing import ORDERS, Listed
from index.catalog.selection import Selection
from index.catalog.selection_json import parse_selection
from index.console import printable
from index.errors import QuestionError, StorageBusyError
from index.state.index_state import IndexState

PAGE = 50  # articles
MOST_NAMES = 500  # outlets or authors, those with most articles first
_LISTS = {"outlet": "outlets", "author": "authors", "id": "ids"}
_SINGLE = ("words", "since", "until")
_LAST_PAGE = 1_000_000


def articles_routes(catalog: Callable[[], Catalog], jobs: IndexJobs) -> APIRouter:
    """The routes; `catalog` returns the current catalog. Errors have the status 400, 429 or 503."""
    router = APIRouter(route_class=ErrorRoute)

    @router.get("/api/articles")
    def articles(request: Request) -> dict[str, Any]:
        """A page of articles in `order`, filtered by `words`, `since`, `until`, `outlet` and `author`.

        `outlet` and `author` can be repeated.
        """
        return _list(catalog(), request)

    @router.get("/api/status")
    def status() -> dict[str, Any]:
        """The size of the index, the files that were skipped, and the time of the last sync."""
        return _status(catalog(), jobs)

    _add_jobs(router, jobs)
    return router


def _add_jobs(router: APIRouter, jobs: IndexJobs) -> None:
    def started(kind: Kind) -> JSONResponse:
        try:
            return JSONResponse(jobs.start(kind).to_json(), 202)
        except StorageBusyError as error:
            return error_line(429, str(error))

    @router.get("/api/sync")
    def sync_progress() -> dict[str, Any]:
        """The progress and report of the last sync."""
        return jobs.progress("sync").to_json()

    @router.post("/api/sync", status_code=202)
    def sync() -> JSONResponse:
        """Start a sync; 429 while a job is running."""
        return started("sync")

    @router.get("/api/check")
    def check_progress() -> dict[str, Any]:
        """The progress and report of the last check."""
        return jobs.progress("check").to_json()

    @router.post("/api/check", status_code=202)
    def check() -> JSONResponse:
        """Start a check; 429 while a job is running."""
        return started("check")


def _list(catalog: Catalog, request: Request) -> dict[str, Any]:
    selection, order, page = _asked(request)
    listing = catalog.listing
    listed, total = listing.browse(selection, order, (page - 1) * PAGE, PAGE)
    days = listing.span()
    return {
        "articles": [_article_json(one) for one in listed],
        "total": total,
        "page": page,
        "pages": max(1, -(-total // PAGE)),
        "outlets": _counted(listing.publishers()),
        "authors": _counted(listing.authors()),
        "first_day": days[0].isoformat() if days else None,
        "last_day": days[1].isoformat() if days else None,
    }


def _counted(names: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"name": name, "count": count} for name, count in names[:MOST_NAMES]]


def _asked(request: Request) -> tuple[Selection, str, int]:
    """The selection, order and page (from 1) of a request. Raises QuestionError."""
    given = request.query_params
    values: dict[str, Any] = {name: given.get(name) for name in _SINGLE}
    values |= {name: [one for one in given.getlist(key) if one] for key, name in _LISTS.items()}
    order = given.get("order") or "newest"
    if order not in ORDERS:
        expected = ", ".join(ORDERS)
        raise QuestionError(f"order: {order[:60]!a}: expected one of {expected}; choose one")
    number = given.get("page") or "1"
    page = int(number) if number.isascii() and number.isdigit() and len(number) <= 9 else 0
    if not 1 <= page <= _LAST_PAGE:
        raise QuestionError(f"page: {number[:60]!a}: expected a number from 1 on; leave it out")
    return parse_selection(values), order, page


def _article_json(one: Listed) -> dict[str, Any]:
    return {
        "id": one.id,
        "path": one.path,
        "title": one.title,
        "outlet": one.publisher,
        "author": one.author,
        "published": one.published.isoformat() if one.published else None,
        "characters": one.characters,
        "passages": one.passages,
        "pages": one.pages,
    }


def _status(catalog: Catalog, jobs: IndexJobs) -> dict[str, Any]:
    articles, passages = catalog.articles.counts()
    # The catalog knows its own files; only a sync reports files of unknown formats.
    skipped = {pair for file in catalog.files().values() for pair in file.refused}
    skipped |= set(jobs.last.skipped if jobs.last else ())
    synced = IndexState(catalog.folder).synced_at()
    return {
        "articles": articles,
        "passages": passages,
        "complete": catalog.meta("complete") == "yes",
        "synced": synced.isoformat(timespec="seconds") if synced else None,
        "skipped": [
            {"path": printable(path), "reason": printable(reason)}
            for path, reason in sorted(skipped)[:MOST_REPORTED]
        ],
        "skipped_count": len(skipped),
    }
