"""The figures of an evaluation that are means over cases: each is a value in [0, 1] of one case.

A figure is None in a case on which it is not measured, and its mean leaves such cases out. Definitions
in words are in docs/evaluation.md. Knows nothing of sets, engines or printing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from eval.metrics.metrics import (
    average_precision,
    hit_at_k,
    ndcg_at_k,
    recall_at_k,
    reciprocal_rank,
)
from eval.runs.result import CaseResult

Value = float | None
Of = Callable[[CaseResult], Value]
CONFLICT = "conflict"  # the tag of questions whose figures differ between articles
At = Callable[[Sequence[str], Sequence[str], int], Value]


@dataclass(frozen=True, slots=True)
class CaseFigure:
    """A figure: its heading in a table, its name there, and its value in a case."""

    group: str
    label: str
    of: Of


def _of_answerable(of: Of) -> Of:
    return lambda result: of(result) if result.case.answerable else None


def _of_given(of: Of) -> Of:
    """Only where an answer was given to a question that has one."""
    return lambda result: None if result.refused else _of_answerable(of)(result)


def _share(values: Sequence[bool]) -> Value:
    return sum(values) / len(values) if values else None


def _cites_file(result: CaseResult) -> Value:
    return _share([cited.file in result.case.files for cited in result.cited])


def _files_cited(result: CaseResult) -> Value:
    return _share([file in result.cited_files for file in result.case.files])


def _cites_span(result: CaseResult) -> Value:
    return _share([bool(cited.holds) for cited in result.cited]) if result.case.spans else None


def _spans_cited(result: CaseResult) -> Value:
    cited_spans = {n for cited in result.cited for n in cited.holds}
    return _share([n in cited_spans for n in range(len(result.case.spans))])


def _supported(result: CaseResult) -> Value:
    support = result.support
    return (
        None if result.refused or not support.statements else support.supported / support.statements
    )


def _needed(result: CaseResult) -> Value:
    support = result.support
    return None if result.refused or not support.citations else support.needed / support.citations


def _shows_conflict(result: CaseResult) -> bool:
    return result.differing > 0 or len(set(result.cited_files) & set(result.case.files)) > 1


def _conflict(result: CaseResult) -> Value:
    return float(_shows_conflict(result)) if CONFLICT in result.case.tags else None


def _false_conflict(result: CaseResult) -> Value:
    return None if CONFLICT in result.case.tags else float(result.differing > 0)


def _refusal_right(result: CaseResult) -> Value:
    return float(not result.case.answerable) if result.refused else None


def _given_wrong(result: CaseResult) -> Value:
    return None if result.refused else float(not result.correct)


def _refused(result: CaseResult) -> Value:
    return float(result.refused)


def _of_unanswerable(result: CaseResult) -> Value:
    return None if result.case.answerable else float(result.refused)


def _follow_up(result: CaseResult) -> Value:
    return None if result.alone is None else float(result.correct)


def _follow_up_alone(result: CaseResult) -> Value:
    return None if result.alone is None else float(result.alone)


def _follow_up_loss(result: CaseResult) -> Value:
    return None if result.alone is None else float(result.alone) - result.correct


def _ranked(measure: At, k: int, result: CaseResult) -> Value:
    return measure(result.retrieved, result.case.files, k)


def _spans_ranked(measure: At, k: int, result: CaseResult) -> Value:
    return measure(result.spans_ranked, result.span_names, k)


_RANKING: Mapping[str, tuple[str, At]] = {
    "recall": ("recall", recall_at_k),
    "hits": ("Hits", hit_at_k),
    "mrr": ("MRR", reciprocal_rank),
    "ndcg": ("nDCG", ndcg_at_k),
    "map": ("MAP", average_precision),
}
_CUTS = {"recall": (1, 5, 10), "hits": (1, 4, 10), "mrr": (10,), "ndcg": (10,), "map": (10,)}


def _rankings(
    prefix: str, of: str, at: Callable[[At, int, CaseResult], Value]
) -> dict[str, CaseFigure]:
    return {
        f"{prefix}{name}@{k}": CaseFigure(
            _RETRIEVAL, f"{of}: {label}@{k}", _of_answerable(partial(at, measure, k))
        )
        for name, (label, measure) in _RANKING.items()
        for k in _CUTS[name]
    }


_RETRIEVAL = "Retrieval"
_ANSWERS, _REFUSALS, _CITATIONS = "Answers", "Refusals", "Citations"
_SOURCES, _FOLLOW_UPS = "Several sources", "Follow-ups"
MEASURES: Mapping[str, CaseFigure] = {
    "accuracy": CaseFigure(
        _ANSWERS,
        "accuracy (right answer, right file cited)",
        _of_answerable(lambda r: float(r.correct)),
    ),
    "answer_right": CaseFigure(_ANSWERS, "right answer", _of_answerable(lambda r: float(r.right))),
    "file_cited": CaseFigure(
        _ANSWERS, "right file cited", _of_answerable(lambda r: float(r.file_right))
    ),
    "wrong_answers": CaseFigure(_ANSWERS, "wrong among the given (lower is better)", _given_wrong),
    "exact_match": CaseFigure(_ANSWERS, "EM", lambda r: r.exact_match),
    "token_f1": CaseFigure(_ANSWERS, "token F1", lambda r: r.token_f1),
    "refusal_precision": CaseFigure(_REFUSALS, "refusal precision", _refusal_right),
    "refusal_recall": CaseFigure(_REFUSALS, "refusal recall", _of_unanswerable),
    "false_refusals": CaseFigure(
        _REFUSALS, "false refusals (lower is better)", _of_answerable(_refused)
    ),
    "citation_file_precision": CaseFigure(
        _CITATIONS, "citations of a supporting file", _of_given(_cites_file)
    ),
    "citation_file_recall": CaseFigure(
        _CITATIONS, "supporting files cited", _of_given(_files_cited)
    ),
    "citation_span_precision": CaseFigure(
        _CITATIONS, "citations of a supporting span", _of_given(_cites_span)
    ),
    "citation_span_recall": CaseFigure(
        _CITATIONS, "supporting spans cited", _of_given(_spans_cited)
    ),
    "citation_recall": CaseFigure(_CITATIONS, "citation recall (ALCE, by our check)", _supported),
    "citation_precision": CaseFigure(
        _CITATIONS, "citation precision (ALCE, by our check)", _needed
    ),
    **_rankings("", "files retrieved", _ranked),
    **_rankings("passage_", "spans retrieved", _spans_ranked),
    "corroborated": CaseFigure(
        _SOURCES, "answers that rest on two articles", _of_given(lambda r: float(r.agreeing > 1))
    ),
    "conflict_shown": CaseFigure(_SOURCES, "conflicts shown", _conflict),
    "conflict_false": CaseFigure(_SOURCES, "conflicts shown where none is marked", _false_conflict),
    "follow_up": CaseFigure(_FOLLOW_UPS, "follow-ups correct, in their conversation", _follow_up),
    "follow_up_alone": CaseFigure(_FOLLOW_UPS, "the same as a person's rewrite", _follow_up_alone),
    "follow_up_loss": CaseFigure(_FOLLOW_UPS, "follow-up loss (lower is better)", _follow_up_loss),
}
LOWER_IS_BETTER = frozenset(
    ("wrong_answers", "false_refusals", "conflict_false", "follow_up_loss", "ece", "aurc")
)


def refusal_f1(results: Sequence[CaseResult]) -> Value:
    """2PR / (P + R) of refusals; None where nothing was refused or to be refused.

    P is the share of refusals that are of unanswerable questions, R that of those that are refused.
    """
    right = sum(r.refused and not r.case.answerable for r in results)
    counted = sum(r.refused for r in results) + sum(not r.case.answerable for r in results)
    return 2 * right / counted if counted else None


def _labels() -> dict[str, dict[str, str]]:
    """The figures' labels under their groups; those that are not means are added to their group."""
    found: dict[str, dict[str, str]] = {
        "Cases": {"cases": "cases", "answerable": "answerable cases"}
    }
    for name, measure in MEASURES.items():
        found.setdefault(measure.group, {})[name] = measure.label
    found[_REFUSALS]["refusal_f1"] = "refusal F1"
    found[_CITATIONS] |= {"citations": "citations", "citation_validity": "citation validity"}
    found["Confidence"] = {
        "auroc": "AUROC, answerable or not",
        "auroc_near_misses": "AUROC, answerable or a near miss",
        "ece": "ECE of the answers (lower is better)",
        "aurc": "AURC of the answers (lower is better)",
    }
    found["Time"] = {"p50_ms": "p50 latency, ms", "p95_ms": "p95 latency, ms"}
    return found


GROUPS: Mapping[str, Mapping[str, str]] = _labels()
LABELS: Mapping[str, str] = {
    name: label for group in GROUPS.values() for name, label in group.items()
}
