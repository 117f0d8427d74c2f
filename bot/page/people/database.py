"""The database of conversations and votes, a SQLite file or in PostgreSQL; it is separate from the index.

It knows the tables; `bot.page.people.conversations` and `bot.page.people.votes` know what is in them.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.catalog.database import Database
from index.catalog.postgres.address import Address, schema_name
from index.catalog.postgres.database import PostgresDatabase, holds_schema
from index.catalog.sqlite.database import SqliteDatabase
from index.errors import DamagedError, StorageError

FOLDER = "people"  # in the folder of the index
FILE_NAME = "people.sqlite3"
VERSION = 2
SCRIPTS = Path(__file__).parent / "migrations"  # the same tables in PostgreSQL
# Version → the statement that upgrades a file of it to the next.
UPGRADES: dict[int, str] = {1: "ALTER TABLE turns ADD COLUMN within TEXT NOT NULL DEFAULT ''"}
# "named" is 1 if a user set the title, 0 if it was taken from the first question. "words" are a turn's
# question and answer, folded for search; "record" is the answer, see `bot.page.people.record`;
# "within" is the selection that was searched, as JSON, "" for everything.
SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, named INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL, updated TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS conversations_of ON conversations (owner, updated);
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL, ordinal INTEGER NOT NULL, record TEXT NOT NULL, words TEXT NOT NULL,
    within TEXT NOT NULL DEFAULT '', PRIMARY KEY (conversation, ordinal)
);
CREATE TABLE IF NOT EXISTS feedback (
    owner TEXT NOT NULL, conversation TEXT NOT NULL, turn INTEGER NOT NULL, at TEXT NOT NULL,
    up INTEGER NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL, before TEXT NOT NULL,
    record TEXT NOT NULL, settings TEXT NOT NULL,
    PRIMARY KEY (owner, conversation, turn)
)
"""


def make_private(folder: Path) -> None:
    """Create the folder for this user of the machine only, before anything is stored in it.

    If that fails now, the first one who stores something reports it.
    """
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


class PeopleDatabase:
    """The file `people.sqlite3` in a folder, or tables in PostgreSQL. Safe for several threads and processes.

    It is opened at the first use, so that the page starts even if it is damaged; then every method raises
    StorageError.
    """

    def __init__(self, folder: Path, database: Address | None = None) -> None:
        """`folder` is in that of the index, whose name the tables in `database` have."""
        self.file = folder / FILE_NAME
        self.database = database
        self._lock = threading.Lock()
        self._db: Database | None = None
        self._inode = 0

    def exists(self) -> bool:
        """True if anything was ever stored. Raises StorageError."""
        if self.database is None:
            return self.file.is_file()
        return holds_schema(self.database, self._schema, _on_server(self.database))

    @property
    def _schema(self) -> str:
        return schema_name(self.file.parent.parent.name, "people")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises StorageError."""
        return self._opened().rows(sql, values)

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """The open database in a transaction. Raises StorageError."""
        database = self._opened()
        with database.transaction():
            yield database

    def close(self) -> None:
        """Close it; the next use opens it again."""
        with self._lock:
            database, self._db = self._db, None
            if database is not None:
                database.close()

    def _opened(self) -> Database:
        with self._lock:
            if self.database is None:
                return self._opened_file()
            if self._db is None:
                messages = _on_server(self.database)
                self._db = PostgresDatabase(
                    self.database, self._schema, SCRIPTS, messages, create=True
                )
            return self._db

    def _opened_file(self) -> Database:
        """The file at this path now: if a damaged one was moved away, a new one is created."""
        if self._db is not None and self._inode_now() != self._inode:
            self._db.close()
            self._db = None
        if self._db is None:
            messages = _in_file(self.file)
            try:
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                remedy = "make its folder writable"
                raise messages.unusable(str(error.strerror), remedy) from None
            self._db = SqliteDatabase(self.file, SCHEMA, VERSION, UPGRADES, messages, create=True)
            self._inode = self._inode_now()
        return self._db

    def _inode_now(self) -> int:
        try:
            return os.stat(self.file).st_ino
        except OSError:
            return 0


@dataclass(frozen=True, slots=True)
class _Messages:
    """It cannot be rebuilt from the articles, so it is never replaced automatically."""

    place: str
    elsewhere: str
    remedy: str

    def missing(self) -> StorageError:
        return self.unusable("it is missing", "restore a backup")

    def unusable(self, what: str, remedy: str) -> StorageError:
        return StorageError(
            f"{self.place}: conversations and feedback cannot be used ({what}); {remedy}"
        )

    def newer(self, version: int, known: int) -> StorageError:
        return StorageError(
            f"{self.place}: conversations and feedback of version {version}, this Byline knows "
            f"{known}; use the newer Byline, or another {self.elsewhere}"
        )

    def outdated(self, version: int, known: int) -> StorageError:
        return self.damaged(f"it says it has version {version}")

    def damaged(self, what: str) -> StorageError:
        return DamagedError(
            f"{self.place}: conversations and feedback are damaged ({what}); {self.remedy}"
        )


def _in_file(file: Path) -> _Messages:
    remedy = "move the file away to start a new one, or restore a backup"
    return _Messages(str(file), "--storage folder", remedy)


def _on_server(database: Address) -> _Messages:
    return _Messages(str(database), "BYLINE_DATABASE", "restore a backup of the database")
