"""Names, comments, docstrings and messages use the field's words, not the roundabout ones they once had."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "index", "eval", "prompts", "training")
# Phrases that no comment, docstring or message holds, and what to say instead.
PHRASES = {
    r"in the making": "not complete yet",
    r"held? (?:\w+ ){0,5}against": "compared with, checked against",
    r"(?:that|which) (?:is|are) none": "unknown, invalid",
    r"nobody'?s": "unknown",
    r"borne out": "supported",
    r"process apart": "separate process",
    r"the seat of": "has the interface of",
    r"what is (?:no|none)\b": "unexpected, invalid",
    r"left unread": "skipped",
    r"to nobody": "rejected",
}
# Words that no comment or docstring holds, nor a name as a part: word lists of English may.
WORDS = {
    "told": "reported, error, message",
    "seal": "clean marker",
    "sealed": "marked clean",
    "doubt": "suspect",
    "shelves": "sources",
    "shelf": "source",
    "shelved": "uploaded",
    "tasting": "probe",
    "taste": "probe",
    "mending": "repair",
    "recipe": "index config",
    "remembering": "cache",
    "promising": "shortlist",
    "pile": "draft store",
    "desk": "events",
    "talks": "conversations",
}


def sources() -> Iterator[tuple[str, str]]:
    """Name and text of every Python file that is not a test."""
    files = [ROOT / "app.py"]
    for package in PACKAGES:
        files += sorted((ROOT / package).rglob("*.py"))
    for file in files:
        yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Comments and docstrings, by line."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            value = node.value.value
            if isinstance(value, str):
                yield node.lineno, value


def strings(text: str) -> Iterator[tuple[int, str]]:
    """Every string, docstrings among them, by line."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def names(text: str) -> Iterator[tuple[int, str]]:
    """Every name, in words: `_LoginForm.log_in` gives "login form", "log in"."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            words = re.sub(r"([a-z0-9])(?=[A-Z])", r"\1 ", token.string).replace("_", " ")
            yield token.start[0], words.lower()


def places(parts: Callable[[str], Iterator[tuple[int, str]]], word: re.Pattern[str]) -> set[str]:
    """Where a part of the tree's text holds the word, by the kind of part."""
    return {f"{file}:{line}" for file, line, text in texts(parts) if word.search(text)}


@cache
def texts(parts: Callable[[str], Iterator[tuple[int, str]]]) -> list[tuple[str, int, str]]:
    """The parts of all files: file, line and text."""
    return [(file, line, text) for file, whole in sources() for line, text in parts(whole)]


def test_the_old_english_is_not_spoken() -> None:
    wrong = []
    for words, parts in ((PHRASES, (prose, strings)), (WORDS, (prose, names))):
        for old, plain in words.items():
            pattern = re.compile(rf"\b(?:{old})(?![a-z])", re.IGNORECASE)
            found = set().union(*(places(part, pattern) for part in parts))
            if found:
                wrong.append(f"{old!r} {len(found)} times: say {plain!r}: {sorted(found)}")
    assert not wrong, "\n".join(wrong)
