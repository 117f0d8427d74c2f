"""Everything in a catalog, to compare two to the last bit."""

import sqlite3
from contextlib import closing
from pathlib import Path


def tables(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Table → its rows, the files' times left out; full-text tables with their insides."""
    with closing(sqlite3.connect(file)) as database:
        names = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names
        }
