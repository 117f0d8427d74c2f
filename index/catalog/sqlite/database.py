"""One SQLite file with a known schema: open it, reopen it when it is replaced, query it and write to it.

Every error of SQLite becomes one line with a remedy. This module does not know what the tables mean.
"""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from index.catalog.database import Messages, ignore_damage

# Seconds between tries to change a new file's kind of log; about five in all, as long as SQLite waits.
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1, 2)
# Errors with a cause outside the file, which is not damaged, and their remedies.
_OUTSIDE = {
    sqlite3.SQLITE_FULL: "free space on the disk",
    sqlite3.SQLITE_IOERR: "check the disk",
    sqlite3.SQLITE_READONLY: "make it writable",
    sqlite3.SQLITE_CANTOPEN: "make it readable and writable",
    sqlite3.SQLITE_PERM: "make it readable and writable",
    sqlite3.SQLITE_BUSY: "close the program that holds it",
    sqlite3.SQLITE_LOCKED: "close the program that holds it",
}


class SqliteDatabase:
    """An open SQLite file. Safe to call from several threads."""

    each = "json_each(?)"
    like = "LIKE"  # SQLite's ignores case in ASCII only

    def __init__(
        self,
        file: Path,
        schema: str,
        version: int,
        upgrades: Mapping[int, str],
        messages: Messages,
        *,
        create: bool = False,
        on_damage: Callable[[], None] = ignore_damage,
    ) -> None:
        """Open `file`; `create` makes it with `schema` and `version`. Raises StorageError in one line.

        `upgrades` maps each older version to the SQL that upgrades it by one; `create` runs it.
        `on_damage` is called whenever damage is found.
        """
        self.file = file
        self._schema, self._version, self._upgrades = schema, version, upgrades
        self._messages, self._on_damage = messages, on_damage
        if not create and not self.file.is_file():
            raise messages.missing()
        self._lock = threading.RLock()
        self._openings = 0
        self._open(create)

    def _open(self, create: bool) -> None:
        try:
            self._db = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            self._raise(error)
        self._openings += 1
        try:
            self._check_version(create)
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._inode = os.stat(self.file).st_ino
        except BaseException as error:
            self._db.close()
            if isinstance(error, sqlite3.Error):
                self._raise(error)
            raise

    def listed(self, values: Sequence[str] | Sequence[int]) -> str:
        """A JSON list."""
        return json.dumps(values)

    def follow(self) -> bool:
        """Reopen the file when another one has replaced it: True when one had.

        While there is no file, the old one is still read.
        """
        try:
            if os.stat(self.file).st_ino == self._inode:
                return False
        except OSError:
            return False
        with self._lock:
            self._db.close()
            self._open(create=False)
        return True

    def _check_version(self, create: bool) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        while create and version in self._upgrades:
            self._make(self._upgrades[version], version + 1)
            version += 1
        if version == 0 and create:
            self._begin_log()
            self._make(self._schema, self._version)
        elif version > self._version:
            # A damaged header may show any number, so a newer version counts only in an intact file.
            if self._db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                self.report_damage(f"it says it has version {version}")
            raise self._messages.newer(version, self._version)
        elif version != self._version:
            raise self._messages.outdated(version, self._version)

    def _begin_log(self) -> None:
        """Use a write-ahead log. SQLite itself does not wait here for others that open the new file."""
        for pause in _PAUSES:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
            time.sleep(pause)
        self._db.execute("PRAGMA journal_mode = WAL")

    def _make(self, script: str, version: int) -> None:
        # IMMEDIATE: two processes that create a new file at the same time take turns
        script = f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {version}; COMMIT;"
        self._db.executescript(script)

    def close(self) -> None:
        """Close the file; it cannot be used afterwards.

        As far as open readers allow it, the write-ahead log is first copied into the file, so that no
        reader has to do that later.
        """
        with self._lock:
            with suppress(sqlite3.Error):
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all writes inside, or none of them. Raises StorageError."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except BaseException as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    self._raise(error)
                raise

    def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one writing statement, inside a transaction."""
        return self._db.execute(sql, values)

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run one writing statement for each of `values`, inside a transaction."""
        self._db.executemany(sql, values)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a statement returns. Raises StorageError."""
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                self._raise(error)

    def day(self, text: Any) -> date:
        """The date in a column. Raises DamagedError."""
        try:
            return date.fromisoformat(text)
        except (ValueError, TypeError):
            self.report_damage(f"{text!a} is not a date")

    def version(self) -> tuple[int, int, int]:
        """Changes whenever the file is changed or replaced, by this connection or another process."""
        with self._lock:
            seen = int(self.rows("PRAGMA data_version")[0][0])
            return self._openings, seen, self._db.total_changes

    def faults(self) -> list[str]:
        """The errors that SQLite finds in the file, at most twenty. Raises StorageError."""
        lines = [str(row[0]) for row in self.rows("PRAGMA integrity_check(20)")]
        return [] if lines == ["ok"] else lines

    def report_damage(self, what: str) -> NoReturn:
        """Call `on_damage` and raise the error for a file that cannot be read."""
        self._on_damage()
        raise self._messages.damaged(what) from None

    def _raise(self, error: sqlite3.Error) -> NoReturn:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in _OUTSIDE:
            raise self._messages.unusable(str(error), _OUTSIDE[code]) from None
        self.report_damage(str(error))
