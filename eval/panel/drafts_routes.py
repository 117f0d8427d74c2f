"""The drafts' routes beside the evaluation's: those that wait, more of them, and what becomes of each.

It turns drafts into JSON and back; what is proposed and kept is decided elsewhere.
"""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Body

from bot.page.web.errors import ErrorRoute
from eval.cases.drafts.draft import Draft
from eval.panel.drafts_desk import SET, DraftsDesk
from index.errors import EvaluationError

SCRIPT = Path(__file__).with_name("drafts.js")  # served beside the page's own


def drafts_routes(desk: DraftsDesk) -> APIRouter:
    """The routes under /api/evaluation/drafts; an error is `{"error": "one line"}` with 400, 404 or 409."""
    router = APIRouter(prefix="/api/evaluation/drafts", route_class=ErrorRoute)

    @router.get("")
    def waiting() -> dict[str, Any]:
        return _listed(desk.waiting())

    @router.post("")
    def propose() -> dict[str, Any]:
        drafts, line = desk.propose()
        return _listed(drafts, line)

    @router.post("/{id_}/accept")
    def accept(id_: str, body: Any = Body(None)) -> dict[str, Any]:  # noqa: B008 - FastAPI's way
        return _listed(desk.accept(id_, *_edited(body)), f"Accepted into the set {SET!r}.")

    @router.post("/{id_}/reject")
    def reject(id_: str) -> dict[str, Any]:
        return _listed(desk.reject(id_), "Rejected.")

    return router


def _edited(body: Any) -> tuple[str, list[str]]:
    """The question and the answers of a request. Raises EvaluationError for another form."""
    question, answers = (
        (body.get("question"), body.get("answers")) if isinstance(body, dict) else (None, None)
    )
    strings = isinstance(answers, list) and all(isinstance(answer, str) for answer in answers)
    if not isinstance(question, str) or not isinstance(answers, list) or not strings:
        raise EvaluationError('expected {"question": "Who …?", "answers": ["…"]}')
    return question, answers


def _listed(drafts: list[Draft], line: str = "") -> dict[str, Any]:
    return {"drafts": [_draft(draft) for draft in drafts], "line": line}


def _draft(draft: Draft) -> dict[str, Any]:
    case = draft.case
    return {
        "id": case.id,
        "question": case.question,
        "answers": list(case.answers),
        "files": list(case.files),
        "spans": [{"file": span.file, "text": span.text} for span in case.spans],
        "tags": list(case.tags),
        "why": draft.why,
    }
