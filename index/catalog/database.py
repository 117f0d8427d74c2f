"""One SQLite file of a known schema: opened, followed, asked and written, its errors in one line each.

It knows SQLite and nothing of what the tables mean.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from index.chroma.seal import doubt
from index.errors import DamagedError, StorageError

# What SQLite cannot do for reasons outside the file: it is not damaged by them.
_OUTSIDE = {
    sqlite3.SQLITE_FULL: "free space on the disk",
    sqlite3.SQLITE_IOERR: "look to the disk",
    sqlite3.SQLITE_READONLY: "make it writable",
    sqlite3.SQLITE_CANTOPEN: "make it readable and writable",
    sqlite3.SQLITE_PERM: "make it readable and writable",
    sqlite3.SQLITE_BUSY: "close the program that holds it",
    sqlite3.SQLITE_LOCKED: "close the program that holds it",
}


class Database:
    """An open file. Safe to call from several threads."""

    def __init__(
        self,
        file: Path,
        schema: str,
        version: int,
        upgrades: Mapping[int, str],
        *,
        create: bool = False,
    ) -> None:
        """Opens `file`; `create` makes it with `schema`, as `version`. Raises StorageError in one line.

        `upgrades` holds for an older version what makes a file of it one of the next; `create` applies it.
        """
        self.file = file
        self._schema, self._version, self._upgrades = schema, version, upgrades
        if not create and not self.file.is_file():
            raise StorageError(f"{file.parent}: no index here; run `python -m index sync` first")
        self._lock = threading.RLock()
        self._openings = 0
        self._open(create)

    def _open(self, create: bool) -> None:
        try:
            self._db = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise self._told(error) from None
        self._openings += 1
        try:
            self._check_version(create)
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._inode = os.stat(self.file).st_ino
        except BaseException as error:
            self._db.close()
            if isinstance(error, sqlite3.Error):
                raise self._told(error) from None
            raise

    def follow(self) -> bool:
        """Opens the file again when another has taken its place: True when one had.

        A file that is gone for the moment is still read as it was.
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
            self._db.execute("PRAGMA journal_mode = WAL")
            self._make(self._schema, self._version)
        elif version > self._version:
            # A damaged header may show any number: only a file that is whole is a newer Byline's.
            if self._db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise self.damaged(f"it calls itself version {version}")
            raise self.newer(version)
        elif version != self._version:
            raise self.outdated(version)

    def _make(self, script: str, version: int) -> None:
        # at once the writer: two that open a new file together take turns
        script = f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {version}; COMMIT;"
        self._db.executescript(script)

    def close(self) -> None:
        """Closes the file; it cannot be used afterwards.

        What the write-ahead log holds goes into the file itself first, as far as readers let it, so that
        none of them need write there later.
        """
        with self._lock:
            with suppress(sqlite3.Error):
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within stands or falls together. Raises StorageError."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except BaseException as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise self._told(error) from None
                raise

    def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Writes by one statement, within a transaction."""
        return self._db.execute(sql, values)

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Writes by one statement for each of `values`, within a transaction."""
        self._db.executemany(sql, values)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row that one statement gives. Raises StorageError."""
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise self._told(error) from None

    def day(self, text: Any) -> date:
        """The day that a column holds. Raises DamagedError."""
        try:
            return date.fromisoformat(text)
        except (ValueError, TypeError):
            raise self.damaged(f"{text!a} is no date") from None

    def version(self) -> tuple[int, int, int]:
        """Another whenever the file has been changed or replaced, by this connection or another process."""
        with self._lock:
            seen = int(self.rows("PRAGMA data_version")[0][0])
            return self._openings, seen, self._db.total_changes

    def _told(self, error: sqlite3.Error) -> StorageError:
        """What SQLite raised, in one line with the remedy."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in _OUTSIDE:
            return self.unusable(str(error), _OUTSIDE[code])
        return self.damaged(str(error))

    # What to do is another matter for another file: whoever keeps one says it anew.

    def unusable(self, what: str, remedy: str) -> StorageError:
        """The error for a file that is in order and cannot be used for now."""
        return StorageError(
            f"{self.file.parent}: the catalog cannot be used ({what}); {remedy}, "
            "then run `python -m index sync`"
        )

    def newer(self, version: int) -> StorageError:
        """The error for a whole file that a newer Byline has made."""
        return StorageError(
            f"{self.file.parent}: index of version {version}, this Byline knows {self._version}; "
            "use the newer Byline, or another --storage folder"
        )

    def outdated(self, version: int) -> StorageError:
        """The error for a file of an older version that is not brought up to date here."""
        return DamagedError(
            f"{self.file.parent}: index of version {version}, expected {self._version}; "
            "run `python -m index sync`, which brings it up to date"
        )

    def damaged(self, what: str) -> StorageError:
        """The error for what cannot be read; the next sync will look closely."""
        folder = self.file.parent
        doubt(folder)
        return DamagedError(
            f"{folder}: the catalog is damaged ({what}); run `python -m index sync` to repair it"
        )
