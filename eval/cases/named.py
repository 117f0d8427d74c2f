"""The named sets: where their cases and articles are.

Four sets belong to the project. The others are available where ../shared is present; what they ask
is made from the news data there the first time that they are asked.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from eval.cases.case import Case, check_files, load_cases
from eval.cases.written import FOLLOW_UPS, SINGLE, make_written
from index.errors import EvaluationError

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SETS = Path(__file__).resolve().parents[1] / "sets"
CORPORA = {
    "sample": ROOT / "corpus",
    "sample-conversations": ROOT / "corpus",
    "real": SHARED / "corpus",
    "real-conversations": SHARED / "corpus",
}  # the articles of each set in SETS
SHARED_SETS = ("roles", "journalist-a")
WRITTEN = SHARED / "data" / "written" / "valid.jsonl.xz"
MADE = ROOT / "build" / "corpora"
WRITTEN_MADE = MADE / "written"


def set_path(name: str) -> Path:
    """The case file of a named set, or of a path to one.

    Raises EvaluationError when there is no such file.
    """
    named = {path.stem: path for path in SETS.glob("*.jsonl")} | _shared()
    path = named.get(name, Path(name))
    if path.parent == WRITTEN_MADE and not path.is_file():
        _make(WRITTEN_MADE, lambda fresh: make_written(WRITTEN, fresh))
    if not path.is_file():
        known = ", ".join(sorted(named)) or "none"
        raise EvaluationError(
            f"set {name!r}: no such set or file; named sets: {known}; "
            "give one of them or the path of a .jsonl file"
        )
    return path


def set_name(path: Path) -> str:
    """The name of the set at `path`: that of a named set, else the file's."""
    return next((name for name, file in _shared().items() if file == path), path.stem)


def corpus_of(path: Path, given: Path | None = None) -> Path | None:
    """The articles of the set at `path`: `given`, else those of the named set; None for any other file.

    Raises EvaluationError when the articles of a shared set cannot be made.
    """
    name = set_name(path)
    if given or name in CORPORA:
        return given or CORPORA[name]
    if path != _shared().get(name):
        return None
    there = path.with_name("corpus")
    return there if there.is_dir() else _made(name, path)


def load_asked(path: Path, corpus: Path) -> tuple[Case, ...]:
    """The cases of the set at `path`. Raises EvaluationError when `corpus` lacks one of their files."""
    cases = load_cases(path)
    if not corpus.is_dir():
        raise EvaluationError(
            f"set {set_name(path)!r}: its corpus {corpus} is not a folder; "
            "give the folder of its articles with --corpus"
        )
    check_files(cases, corpus, path)
    return cases


def _shared() -> dict[str, Path]:
    files = {name: SHARED / "cases" / name / "cases.jsonl" for name in SHARED_SETS}
    found = {name: file for name, file in files.items() if file.is_file()}
    if WRITTEN.is_file():
        found |= {name: WRITTEN_MADE / f"{name}.jsonl" for name in (SINGLE, FOLLOW_UPS)}
    return found


def _make(folder: Path, fill: Callable[[Path], None]) -> Path:
    """The folder, made once: `fill` writes what belongs in it; a stop leaves none that is half full."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            fresh = Path(temporary, folder.name)
            fill(fresh)
            os.replace(fresh, folder)
    return folder


def _made(name: str, path: Path) -> Path:
    """The articles of a shared set, made once by the script that belongs to it."""

    def fill(fresh: Path) -> None:
        script, articles = path.parents[1] / "make_corpus.py", path.with_name("articles.json")
        command = [sys.executable, str(script), str(articles), str(fresh)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise EvaluationError(
                f"set {name!r}: {script} could not make its articles ({reason}); "
                "expected the news data beside it, or give a folder of articles with --corpus"
            )

    return _make(MADE / name, fill)
