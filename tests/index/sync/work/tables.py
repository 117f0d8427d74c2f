"""Everything in a catalog, to compare two to the last bit."""

import sqlite3
from contextlib import closing
from pathlib import Path


def tables(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Table → its rows, with the insides of full-text tables.

    The state of a file is left out: it is empty for some seconds after a change.
    """
    with closing(sqlite3.connect(file)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = {
            name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for (name,) in names
        }
    found["files"] = [(*row[:4], *row[5:]) for row in found["files"]]
    return found
