"""Import of a BEIR folder: corpus.jsonl, queries.jsonl and qrels/*.tsv.

BEIR has no accepted answers, only relevant documents: any answer that cites one of them counts.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.cases.files import text_lines
from eval.cases.importing.imported import Gathering, Imported
from eval.cases.importing.node import load_rows
from index.errors import EvaluationError

ANY_ANSWER = r"\S"  # a pattern that every answer matches: only the cited file is judged
Qrels = Mapping[str, frozenset[str]]  # id of a judged question → ids of its relevant documents


def load_beir(paths: Sequence[Path]) -> Imported:
    """All documents of a folder, and its judged questions; a second path names the qrels file.

    The default is qrels/test.tsv, or the only file in qrels/. Raises EvaluationError.
    """
    folder = paths[0]
    qrels = load_qrels(paths[1] if len(paths) > 1 else _qrels_file(folder))
    found, files = Gathering(), {}
    for row in load_rows(folder / "corpus.jsonl"):
        id, title = row.at("_id").text(), row.text_at("title")
        files[id] = found.add_document(id, title, row.text_at("text") or title)
    for row in load_rows(folder / "queries.jsonl"):
        id = row.at("_id").text()
        if id not in qrels:
            found.leave_out("questions without a judgement in this part")
            continue
        known = sorted(file for one in qrels[id] if (file := files.get(one)))
        found.add_case(id, row.at("text").text(), files=known, patterns=[ANY_ANSWER])
    return found.imported()


def load_qrels(path: Path) -> Qrels:
    """The judgements of a file: a heading, then lines of question, document and relevance.

    Every relevance above 0 counts as relevant. Raises EvaluationError, which names the line.
    """
    judged: dict[str, set[str]] = {}
    for number, line in text_lines(path):
        parts = line.strip().split("\t")
        if not line.strip() or (not judged and parts[0].lower() in ("query-id", "query_id", "qid")):
            continue
        if len(parts) != 3:
            raise _error(path, number, f"{len(parts)} columns", "question, document, relevance")
        relevant = judged.setdefault(parts[0], set())
        if _relevance(path, number, parts[2]) > 0:
            relevant.add(parts[1])
    if not judged:
        raise EvaluationError(f"{path}: empty, expected judgements; is it the right file?")
    return {question: frozenset(relevant) for question, relevant in judged.items()}


def _qrels_file(folder: Path) -> Path:
    there = sorted((folder / "qrels").glob("*.tsv"))
    test = folder / "qrels" / "test.tsv"
    if test in there or len(there) == 1:
        return test if test in there else there[0]
    names = ", ".join(path.name for path in there) or "none"
    raise EvaluationError(
        f"{folder / 'qrels'}: has {names}, expected test.tsv or a single file; "
        "give BEIR's folder followed by the .tsv file to use"
    )


def _relevance(path: Path, line: int, text: str) -> float:
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
