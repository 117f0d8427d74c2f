"""Tables of questions and answers in the three formats, as tests write and read them."""

import csv
import json
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

ENDINGS = (".csv", ".jsonl", ".xlsx")


def write_table(path: Path, columns: list[str], *rows: list[Any]) -> Path:
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([columns, *rows])
    elif path.suffix == ".jsonl":
        lines = [json.dumps(dict(zip(columns, row, strict=True))) for row in rows]
        path.write_text("\n".join(lines))
    else:
        book = Workbook()
        for row in (columns, *rows):
            book.active.append(row)
        book.save(path)
    return path


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows, with every value as text."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8-sig") as lines:
            return list(csv.DictReader(lines))
    if path.suffix == ".jsonl":
        found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    else:
        columns, *rows = load_workbook(path).active.values
        found = [dict(zip(columns, row, strict=True)) for row in rows]
    return [{name: _text(value) for name, value in row.items()} for row in found]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
