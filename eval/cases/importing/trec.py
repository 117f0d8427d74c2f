"""TREC's run and qrels files, and BEIR's form of the latter: rankings, and what is relevant to a question."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from eval.cases.lines import text_lines
from index.errors import EvaluationError

Run = Mapping[str, tuple[str, ...]]  # a question's id → ids of documents, best first
Qrels = Mapping[str, frozenset[str]]  # a judged question's id → ids of its relevant documents


def load_run(path: Path) -> Run:
    """The rankings of a run: lines of question, Q0, document, rank, score and a name that may lack.

    Ranked as trec_eval does, whatever the rank says: by the score in single precision, and where it is
    the same by the document's id, both descending. Raises EvaluationError, naming the line.
    """
    scores: dict[str, dict[str, float]] = {}
    for number, parts in _fields(path):
        if len(parts) not in (5, 6):
            raise _error(
                path, number, f"{len(parts)} columns", "question Q0 document rank score name"
            )
        question, _, document, _, score = parts[:5]
        ranked = scores.setdefault(question, {})
        if document in ranked:
            raise EvaluationError(
                f"{path}, line {number}: document {document!r} stands twice for question "
                f"{question!r}, expected once; take one of the lines out"
            )
        with np.errstate(over="ignore"):
            ranked[document] = float(np.float32(_number(path, number, score)))
    if not scores:
        raise EvaluationError(f"{path}: empty, expected a run; is it the right file?")
    return {
        question: tuple(sorted(ranked, key=lambda one: (ranked[one], one), reverse=True))
        for question, ranked in scores.items()
    }


def load_qrels(path: Path) -> Qrels:
    """What was judged relevant: lines of question, iteration, document and relevance, or BEIR's.

    BEIR's have a heading and no iteration. A relevance over 0 counts as relevant, however high it is.
    Raises EvaluationError, naming the line.
    """
    judged: dict[str, set[str]] = {}
    for number, parts in _fields(path):
        if len(parts) not in (3, 4):
            raise _error(
                path, number, f"{len(parts)} columns", "question iteration document relevance"
            )
        if parts[0].lower() in ("query-id", "query_id", "qid"):  # the heading
            continue
        relevant = judged.setdefault(parts[0], set())
        if _number(path, number, parts[-1]) > 0:
            relevant.add(parts[-2])
    if not judged:
        raise EvaluationError(f"{path}: empty, expected judgements; is it the right file?")
    return {question: frozenset(relevant) for question, relevant in judged.items()}


def _fields(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The number and the columns of every line that is not blank; BEIR's are parted by tabs alone."""
    for number, line in text_lines(path):
        if line.strip():
            tabbed = line.strip().split("\t")
            yield number, tabbed if len(tabbed) == 3 else line.split()


def _number(path: Path, line: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _error(path, line, repr(text), "a number")
    return value


def _error(path: Path, line: int, found: str, expected: str) -> EvaluationError:
    return EvaluationError(
        f"{path}, line {line}: {found}, expected {expected}; is it the right file?"
    )
