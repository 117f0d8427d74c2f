"""A folder of BEIR: corpus.jsonl, queries.jsonl and qrels/*.tsv.

Its questions have no accepted answers, only relevant documents: any answer counts that cites one.
"""

from collections.abc import Sequence
from pathlib import Path

from eval.cases.importing.imported import Gathering, Imported
from eval.cases.importing.node import load_rows
from eval.cases.importing.trec import load_qrels
from index.errors import EvaluationError

ANY_ANSWER = r"\S"  # the pattern of an answer of which only the cited file is judged


def load_beir(paths: Sequence[Path]) -> Imported:
    """The judged questions and all documents of one folder; a second path names the judgements.

    Without it they are qrels/test.tsv, or the only file there. Raises EvaluationError.
    """
    folder = paths[0]
    qrels = load_qrels(paths[1] if len(paths) > 1 else _judgements(folder))
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


def _judgements(folder: Path) -> Path:
    there = sorted((folder / "qrels").glob("*.tsv"))
    test = folder / "qrels" / "test.tsv"
    if test in there or len(there) == 1:
        return test if test in there else there[0]
    told = ", ".join(path.name for path in there) or "none"
    raise EvaluationError(
        f"{folder / 'qrels'}: has {told}, expected test.tsv or one file; "
        "give BEIR's folder, and behind it the .tsv file to use"
    )
