"""The evaluation's routes: sets, runs and how far one is, as JSON; its plots as SVG.

It turns runs into JSON and errors into one line; what is measured is decided elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Body, Response

from bot.page.view.link import Anchor
from bot.page.web.errors import ErrorRoute
from eval.reports.html import MISS_CAUSES
from eval.reports.plots import recall_at_k, reliability, risk_coverage
from eval.runs.figures import LABELS
from eval.runs.kept import Run, Runs
from eval.runs.report import Report
from eval.runs.result import CaseResult, Place
from eval.runs.runner import Runner
from eval.runs.sets import AvailableSet
from index.errors import EvaluationError, NoSuchError
from index.text.article import Span

# served beside the page's own
SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("evaluation.js", "evaluation_run.js"))
Plot = Callable[[Report], str]
Link = Callable[[Place], str]
PLOTS: Final[Mapping[str, Plot]] = {
    "risk-coverage": lambda report: risk_coverage(report.risk_coverage, report.name),
    "calibration": lambda report: reliability(report.reliability, report.name),
    "recall-at-k": lambda report: recall_at_k(report.recall_curve, report.name),
}
SHOWN: Final = (
    *("cases", "answerable", "accuracy", "wrong_answers", "answer_right", "file_cited"),
    *("exact_match", "token_f1"),
    *("refusal_precision", "refusal_recall", "refusal_f1", "false_refusals"),
    *("citations", "citation_validity", "citation_file_precision", "citation_span_precision"),
    *("auroc", "auroc_near_misses", "ece", "aurc", "conflict_shown", "follow_up_loss"),
    *(
        "recall@1",
        "recall@5",
        "recall@10",
        "mrr@10",
        "ndcg@10",
        "passage_recall@5",
        "p50_ms",
        "p95_ms",
    ),
)
FIGURES: Final = {name: LABELS[name] for name in SHOWN}


def evaluation_routes(runner: Runner, runs: Runs, corpus: Path) -> APIRouter:
    """The routes under /api/evaluation; an error is `{"error": "one line"}` with 400, 404 or 409.

    The words of articles in `corpus`, which the page serves, have a link that opens them.
    """
    router = APIRouter(prefix="/api/evaluation", route_class=ErrorRoute)

    @router.get("/sets")
    def sets() -> dict[str, Any]:
        return {"sets": [_set(chosen) for chosen in runner.sets().values()]}

    @router.get("/state")
    def state() -> dict[str, Any]:
        return asdict(runner.state)

    @router.post("/stop")
    def stop() -> dict[str, Any]:
        return asdict(runner.stop())

    @router.post("/runs", status_code=202)
    def start(body: Any = Body(None)) -> dict[str, Any]:  # noqa: B008 - FastAPI's way
        name = body.get("set") if isinstance(body, dict) else None
        if not isinstance(name, str):
            raise EvaluationError('expected the name of a set: {"set": "sample"}')
        return asdict(runner.start(name))

    @router.get("/runs")
    def kept() -> dict[str, Any]:
        return {"runs": [asdict(summary) for summary in runs.summaries()]}

    @router.get("/runs/{id_}")
    def run(id_: str) -> dict[str, Any]:
        kept = runs.load(id_)
        asked = runner.sets().get(kept.report.name)
        return _run(kept, link=_href if asked and asked.asks(corpus) else _no_link)

    @router.get("/runs/{id_}/plots/{name}.svg")
    def plot(id_: str, name: str) -> Response:
        if name not in PLOTS:
            raise NoSuchError(f"no plot is called {name[:40]!r}; expected {', '.join(PLOTS)}")
        return Response(PLOTS[name](runs.load(id_).report), media_type="image/svg+xml")

    return router


def _set(chosen: AvailableSet) -> dict[str, Any]:
    """A set with the number of its questions, or with what is wrong with it."""
    cases, line = 0, ""
    try:
        cases = len(chosen.cases())
    except EvaluationError as error:
        line = str(error)
    return {"name": chosen.name, "cases": cases, "error": line, "own": chosen.own}


def _href(place: Place) -> str:
    """The link to words of an article; "" for words that are nowhere."""
    return Anchor(place.article, Span(place.start, place.end)).href if place.article else ""


def _no_link(place: Place) -> str:
    return ""


def _run(run: Run, link: Link) -> dict[str, Any]:
    figures, intervals = run.report.all_figures, run.report.intervals
    return {
        "id": run.id,
        "set": run.report.name,
        "when": run.when,
        "settings": dict(run.settings),
        "figures": [
            {"name": name, "label": label, "value": figures[name], "interval": intervals.get(name)}
            for name, label in FIGURES.items()
        ],
        "plots": list(PLOTS),
        "misses": [_case(result, link) for result in run.report.misses],
    }


def _case(result: CaseResult, link: Link) -> dict[str, Any]:
    case = result.case
    supporting = zip(case.spans, result.supporting, strict=False)  # an old run has no places
    return {
        "id": case.id,
        "question": case.question,
        "history": list(case.history),
        "asked": result.standalone,
        "expected": list(case.accepted),
        "files": list(case.files),
        "supporting": [{"text": span.text, "link": link(at)} for span, at in supporting],
        "given": result.given,
        "refused": result.refused,
        "confidence": round(result.confidence, 4),
        "cited": [{"file": one.file, "link": link(one.place)} for one in result.cited],
        "cause": result.cause,
        "why": MISS_CAUSES[result.cause] if result.cause else "",
        "passages": [
            {
                **{name: getattr(passage, name) for name in ("id", "file", "title", "text")},
                "score": round(passage.score, 4),
                "read": rank < result.read,
                "link": link(passage.place),
            }
            for rank, passage in enumerate(result.passages)
        ],
    }
