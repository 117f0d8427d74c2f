"""Known-answer questions: one JSON object a line becomes a Case.

Knows the format of a set and where the named sets lie. Knows nothing of engines or metrics.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.lines import load_lines
from index.article import file_of
from index.errors import EvaluationError

ROOT = Path(__file__).resolve().parent.parent
SETS = Path(__file__).resolve().parent / "sets"
CORPORA = {
    "sample": ROOT / "corpus",
    "sample-conversations": ROOT / "corpus",
    "real": ROOT.parent / "shared" / "corpus",
    "real-conversations": ROOT.parent / "shared" / "corpus",
}  # the articles of each named set
REQUIRED = ("id", "question", "answers", "files")
OPTIONAL = ("history", "rewrite", "tags")
DRAFT = "draft"  # why a case is not complete; a set with one is not read


@dataclass(frozen=True, slots=True)
class Case:
    """One question with the answers that count as right and the files that hold them.

    `history` holds the user's earlier questions, oldest first. No `answers` means that the
    articles do not answer the question and a refusal is right; `files` may then be empty. `rewrite`
    is a person's standalone form of a question that has a history; "" where nobody wrote one.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    files: tuple[str, ...]
    history: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    rewrite: str = ""

    @property
    def answerable(self) -> bool:
        """True when the articles hold an answer."""
        return bool(self.answers)


def set_path(name: str) -> Path:
    """The file of a named set (`sample`, `real`) or of a path to one.

    Raises EvaluationError when there is no such file.
    """
    named = SETS / f"{name}.jsonl"
    path = named if named.is_file() else Path(name)
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in SETS.glob("*.jsonl"))) or "none"
        raise EvaluationError(
            f"set {name!r}: no such set or file; named sets: {known}; "
            "give one of them or the path of a .jsonl file"
        )
    return path


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read a set, in the file's order; blank lines are passed over.

    Raises EvaluationError, naming the file and the line, for a damaged line, a missing, unknown
    or wrongly typed key, an id used twice, or an answerable question without files.
    """
    return load_lines(path, _case)


def check_files(cases: Iterable[Case], corpus: Path) -> None:
    """Raise EvaluationError when a case names a file that the corpus does not have."""
    for case in cases:
        for file in case.files:
            if not has_file(corpus, file):
                raise EvaluationError(
                    f"case {case.id!r}: file {file!r} is not in {corpus}; "
                    "correct the case, or give the right folder with --corpus"
                )


def has_file(corpus: Path, file: str) -> bool:
    """True when `corpus` has the file that an article's path names; a row or member lies in one."""
    parts = Path(file_of(file)).parts
    plain = bool(parts) and ".." not in parts and not Path(file).is_absolute() and "\0" not in file
    return plain and corpus.joinpath(*parts).is_file()


def to_row(case: Case) -> dict[str, Any]:
    """The object that a line of a set holds for `case`; what is empty and optional is left out."""
    row: dict[str, Any] = {"id": case.id, "question": case.question}
    row |= {"history": list(case.history)} if case.history else {}
    row |= {"rewrite": case.rewrite} if case.rewrite else {}
    row |= {"answers": list(case.answers), "files": list(case.files)}
    return row | ({"tags": list(case.tags)} if case.tags else {})


def _case(row: dict[str, Any]) -> Case:
    """One object as a Case; ValueError says what is wrong and what to do."""
    if missing := [key for key in REQUIRED if key not in row]:
        raise ValueError(f"key {missing[0]!r} is missing; add it")
    if DRAFT in row:
        raise ValueError(
            f"case {row['id']!r} is a draft ({row[DRAFT]}); complete its answers and files, "
            f"then take the key {DRAFT!r} out"
        )
    if unknown := [key for key in row if key not in REQUIRED + OPTIONAL]:
        raise ValueError(f"unknown key {unknown[0]!r}; expected {', '.join(REQUIRED + OPTIONAL)}")
    case = Case(
        id=_string(row, "id"),
        question=_string(row, "question"),
        answers=_strings(row, "answers"),
        files=_strings(row, "files"),
        history=_strings(row, "history"),
        tags=_strings(row, "tags"),
        rewrite=_string(row, "rewrite") if "rewrite" in row else "",
    )
    if case.answerable and not case.files:
        raise ValueError(
            f"case {case.id!r} has answers but no files; name a file that holds the answer, "
            "or empty the answers"
        )
    return case


def _string(row: Mapping[str, Any], key: str) -> str:
    value = row[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key!r} is {value!r}, expected a string that is not empty")
    return value


def _strings(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = row.get(key, [])
    if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
        raise ValueError(f"{key!r} is {values!r}, expected a list of strings that are not empty")
    return tuple(values)
