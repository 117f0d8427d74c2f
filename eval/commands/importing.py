"""`python -m eval import`: a published question set becomes a set, its articles and its follow-ups on disk.

Writes the files and prints a summary; the formats are read elsewhere.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from eval.cases.case import to_row
from eval.cases.collection import Collection
from eval.cases.files import unwritable, write_whole
from eval.cases.importing.formats import FORMATS
from eval.cases.importing.imported import Imported
from eval.commands.arguments import Commands
from index.console import printable
from index.errors import EvaluationError

FLAG = "--out DIR"
SET, TURNS, CORPUS = "set.jsonl", "turns.jsonl", "corpus"


def add_import(commands: Commands) -> None:
    """Declare `import` and its arguments."""
    taken = commands.add_parser("import", help="convert a published set that you have downloaded")
    taken.add_argument("format", choices=list(FORMATS))
    taken.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="its files or folder")
    taken.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="write DIR/set.jsonl and DIR/corpus/, of conversations DIR/turns.jsonl",
    )
    taken.add_argument("--force", action="store_true", help="overwrite these files")
    taken.set_defaults(run=import_set)


def import_set(arguments: argparse.Namespace, console: Console) -> int:
    """Writes what `arguments.paths` hold to the folder `arguments.out`; reports what was skipped.

    Raises EvaluationError when they are damaged or hold nothing to ask, when something cannot be
    written, or when it already exists and `arguments.force` is not set.
    """
    out: Path = arguments.out
    _check(out, force=arguments.force)
    imported = FORMATS[arguments.format](arguments.paths)
    for reason, count in imported.left_out.items():
        print(f"eval: skipped: {count} {printable(reason)}", file=sys.stderr)
    if not (imported.cases or imported.turns):
        paths = " ".join(map(str, arguments.paths))
        raise EvaluationError(
            f"{paths}: no question that can be asked; expected files of {arguments.format}"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_articles(imported, out / CORPUS)
    except OSError as error:
        raise unwritable(Path(error.filename or out), error, FLAG) from error
    if imported.cases:
        _write_cases(imported, out)
    if imported.turns:
        _write(out / TURNS, map(asdict, imported.turns))
        print(f"{out / TURNS}: turns written: {len(imported.turns)}")
        print(f"ask them: python -m eval resolution --data {out / TURNS}")
    return 0


def _check(out: Path, *, force: bool) -> None:
    """Refuse before work begins."""
    if out.exists() and not out.is_dir():
        raise EvaluationError(f"{out}: is a file, expected a folder; give another {FLAG}")
    for path in (out / SET, out / TURNS, out / CORPUS):
        if path.exists() and not (force and path.is_dir() == (path.name == CORPUS)):
            raise EvaluationError(
                f"{path}: already exists; give another {FLAG}, or --force to overwrite it"
            )


def _write_articles(imported: Imported, folder: Path) -> None:
    """Writes the articles anew. A file of another origin would be found by the questions: refused."""
    if not imported.documents:
        return
    names = {f"{document.id}.txt" for document in imported.documents}
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if others := [name for name in there if name not in names]:
        raise EvaluationError(
            f"{folder}: has {len(others)} other files, as {others[0]!r}, expected none but this set's "
            f"articles; take them out, or give another {FLAG}"
        )
    for name in there:
        (folder / name).unlink()
    Collection("imported", imported.documents, ()).write(folder)


def _write_cases(imported: Imported, out: Path) -> None:
    _write(out / SET, map(to_row, imported.cases))
    unanswerable = sum(not case.answerable for case in imported.cases)
    print(f"{out / SET}: cases written: {len(imported.cases)}, {unanswerable} unanswerable")
    print(f"{out / CORPUS}: articles written: {len(imported.documents)}")
    print(f"ask them: python -m eval run --set {out / SET} --corpus {out / CORPUS}")


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    write_whole(path, "".join(f"{line}\n" for line in lines).encode("utf-8"), FLAG)
