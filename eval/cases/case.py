"""Known-answer questions: one JSON object a line becomes a Case.

Knows the format of a set and where the named sets lie. Knows nothing of engines or metrics.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.cases.files import line_numbers, load_lines
from eval.cases.tags import checked_tags
from index.errors import EvaluationError
from index.text.article import file_of

REQUIRED = ("id", "question", "answers", "files")
OPTIONAL = ("history", "rewrite", "spans", "tags", "match")
LENIENT = "lenient"  # the one value of `match`: see `eval.metrics.metrics.answer_overlaps`
DRAFT = "draft"  # why a case is not complete; a set with one is not read
PATTERN = "pattern"  # the one key of an accepted answer that is an object


@dataclass(frozen=True, slots=True)
class Support:
    """A supporting span: words of a file, exactly as its text has them."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One question with the answers that count as right and the files that hold them.

    `answers` are accepted as they stand; `patterns` are regular expressions, one of which is found in
    an accepted answer whatever its case. Neither means that the articles do not answer the question and
    a refusal is right; `files` may then be empty. `spans` are the supporting words, where somebody marked
    them. `history` holds the user's earlier questions, oldest first; `rewrite` is a person's standalone
    form of a question that has a history, "" if there is none. `match` says how `answers` are compared:
    LENIENT, or "" for the usual way.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    files: tuple[str, ...]
    history: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    rewrite: str = ""
    patterns: tuple[str, ...] = ()
    spans: tuple[Support, ...] = ()
    match: str = ""

    @property
    def answerable(self) -> bool:
        """True when the articles hold an answer."""
        return bool(self.answers or self.patterns)

    def matches(self, given: str) -> bool:
        """True when a pattern is found in `given`."""
        return any(re.search(pattern, given, re.IGNORECASE) for pattern in self.patterns)

    @property
    def accepted(self) -> tuple[str, ...]:
        """Answers and patterns as a person reads them, these between slashes."""
        return (*self.answers, *(f"/{pattern}/" for pattern in self.patterns))


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read a set, in the file's order; blank lines are skipped.

    Raises EvaluationError, naming the file and the line, for a damaged line, a missing, unknown
    or wrongly typed key, an id used twice, or an answerable question without files.
    """
    return load_lines(path, _case)


def check_files(cases: Iterable[Case], corpus: Path, path: Path) -> None:
    """Raise EvaluationError when a case of the set at `path` names a file that the corpus does not have."""
    for case in cases:
        for file in case.files:
            if not has_file(corpus, file):
                raise EvaluationError(
                    f"{path}, line {line_numbers(path).get(case.id, 0)}: case {case.id!r}: file {file!r} "
                    f"is not in {corpus}; correct the case, or give the right folder with --corpus"
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
    patterns = [{PATTERN: pattern} for pattern in case.patterns]
    row |= {"answers": [*case.answers, *patterns], "files": list(case.files)}
    row |= {"spans": [asdict(span) for span in case.spans]} if case.spans else {}
    row |= {"tags": list(case.tags)} if case.tags else {}
    return row | ({"match": case.match} if case.match else {})


def complete(case: Case) -> Case:
    """The same case. Raises ValueError, which says what to do, when it is not complete."""
    if case.answerable and not case.files:
        raise ValueError(
            f"case {case.id!r} has answers but no files; name a file that holds the answer, "
            "or empty the answers"
        )
    if case.spans and not case.answerable:
        raise ValueError(
            f"case {case.id!r} has spans but no answers; add answers, or empty the spans"
        )
    if foreign := [span.file for span in case.spans if span.file not in case.files]:
        raise ValueError(
            f"case {case.id!r} has a span of {foreign[0]!r}, which is not among its files; add it to them"
        )
    return case


def _case(row: dict[str, Any]) -> Case:
    return complete(parse_case(row))


def parse_case(row: dict[str, Any]) -> Case:
    """One object as a Case, complete or not; ValueError says what is wrong and what to do."""
    if missing := [key for key in REQUIRED if key not in row]:
        raise ValueError(f"key {missing[0]!r} is missing; add it")
    if DRAFT in row:
        raise ValueError(
            f"case {row['id']!r} is a draft ({row[DRAFT]}); complete its answers and files, "
            f"then take the key {DRAFT!r} out"
        )
    if unknown := [key for key in row if key not in REQUIRED + OPTIONAL]:
        raise ValueError(f"unknown key {unknown[0]!r}; expected {', '.join(REQUIRED + OPTIONAL)}")
    answers, patterns = _accepted(row)
    return Case(
        id=_string(row, "id"),
        question=_string(row, "question"),
        answers=answers,
        files=_strings(row, "files"),
        history=_strings(row, "history"),
        tags=checked_tags(_strings(row, "tags")),
        rewrite=_string(row, "rewrite") if "rewrite" in row else "",
        patterns=patterns,
        spans=_spans(row),
        match=_match(row),
    )


def _match(row: Mapping[str, Any]) -> str:
    value = row.get("match", "")
    if value not in ("", LENIENT):
        raise ValueError(f"'match' is {value!r}, expected {LENIENT!r} or no such key")
    return str(value)


def _accepted(row: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The accepted answers that are strings, and the patterns of those that are objects."""
    values = row["answers"]
    if not isinstance(values, list):
        raise ValueError(f"'answers' is {values!r}, expected a list")
    texts = [value for value in values if not isinstance(value, dict)]
    patterns = []
    for value in values:
        if isinstance(value, dict):
            if set(value) != {PATTERN}:
                raise ValueError(f"an answer is {value!r}, expected a string or {{{PATTERN!r}: …}}")
            patterns.append(_pattern(value))
    return _strings({"answers": texts}, "answers"), tuple(patterns)


def _pattern(value: Mapping[str, Any]) -> str:
    pattern = _string(value, PATTERN)
    try:
        found = re.search(pattern, "")
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"pattern {pattern!r}: {error}; correct it") from None
    if found:
        raise ValueError(f"pattern {pattern!r} is found in every answer; make it say something")
    return pattern


def _spans(row: Mapping[str, Any]) -> tuple[Support, ...]:
    values = row.get("spans", [])
    if not isinstance(values, list):
        raise ValueError(f"'spans' is {values!r}, expected a list")
    for value in values:
        if not isinstance(value, dict) or set(value) != {"file", "text"}:
            raise ValueError(f"a span is {value!r}, expected an object with 'file' and 'text'")
    return tuple(Support(_string(value, "file"), _string(value, "text")) for value in values)


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
