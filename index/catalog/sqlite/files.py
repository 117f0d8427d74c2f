"""The catalog's file in the folder of an index."""

import os
from collections.abc import Callable
from pathlib import Path

from index.catalog.database import CatalogMessages
from index.catalog.sqlite.database import SqliteDatabase
from index.catalog.sqlite.schema import FILE_NAME, SCHEMA, UPGRADES, VERSION


def opened(folder: Path, create: bool, on_damage: Callable[[], None]) -> SqliteDatabase:
    """Open the file; see `SqliteDatabase`."""
    file, messages = folder / FILE_NAME, CatalogMessages(str(folder))
    return SqliteDatabase(
        file, SCHEMA, VERSION, UPGRADES, messages, create=create, on_damage=on_damage
    )


def is_there(folder: Path) -> bool:
    """True when there is a file."""
    return (folder / FILE_NAME).is_file()


def set_aside(folder: Path) -> str:
    """Rename the file and its log; the new name."""
    aside = f"{FILE_NAME}.damaged"
    for end in ("", "-wal", "-shm"):  # together, so that it can be examined
        if (folder / f"{FILE_NAME}{end}").exists():
            os.replace(folder / f"{FILE_NAME}{end}", folder / f"{aside}{end}")
    return aside
