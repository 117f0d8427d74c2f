"""Login sessions: random tokens, stored as hashes in a database so that they survive a restart.

It does not know cookies.
"""

import hashlib
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bot.page.people.accounts import Accounts
from bot.page.people.database import PeopleDatabase
from index.errors import StorageError

LIFETIME = 30 * 24 * 3600.0  # seconds since the last use
TOUCHED = 3600.0  # seconds between two writes of the last use
MOST_OPEN = 50  # sessions of an account; a new one ends the oldest
_SCHEMA = """CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, name TEXT NOT NULL, account TEXT NOT NULL, seen REAL NOT NULL
) WITHOUT ROWID"""


class Sessions:
    """Open sessions of accounts. Safe to call from several threads."""

    def __init__(
        self,
        file: Path,
        accounts: Accounts,
        clock: Callable[[], float] = time.time,
        people: PeopleDatabase | None = None,
    ) -> None:
        """Open or create `file`, readable by its owner only. Raises StorageError.

        With `people` in PostgreSQL they are there instead, which the caller closes.
        """
        self._file, self._accounts, self._clock = file, accounts, clock
        self._lock = threading.Lock()
        self._people = people if people and people.database else None
        self._db: sqlite3.Connection | None = None
        if self._people:
            self._execute("SELECT name, account, seen FROM sessions WHERE token = ''")
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise self._reported(error) from None
        try:
            self._execute(_SCHEMA)
        except StorageError:
            self._db.close()
            raise

    def open(self, name: str) -> str:
        """Open a session and return its token; the caller has verified the password.

        Raises StorageError, and KeyError if there is no such account.
        """
        account = self._accounts.fingerprint(name)
        if account is None:
            raise KeyError(name)
        token, now, plain = secrets.token_urlsafe(32), self._clock(), name.lower()
        self._execute("DELETE FROM sessions WHERE seen < ?", (now - LIFETIME,))
        self._execute(
            "INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hashed(token), plain, account, now)
        )
        self._execute(
            "DELETE FROM sessions WHERE name = ? AND token NOT IN "
            "(SELECT token FROM sessions WHERE name = ? ORDER BY seen DESC LIMIT ?)",
            (plain, plain, MOST_OPEN),
        )
        return token

    def name_of(self, token: str) -> str | None:
        """The account of a token; None for an unknown or expired one. Each use extends the session.

        A session also ends when its account is removed or gets another password.
        """
        if not token:  # probes have none, and must be answered without the database
            return None
        hashed, now = _hashed(token), self._clock()
        rows = self._execute("SELECT name, account, seen FROM sessions WHERE token = ?", (hashed,))
        if not rows:
            return None
        name, account, seen = rows[0]
        if now - seen > LIFETIME or self._accounts.fingerprint(name) != account:
            return None
        if now - seen > TOUCHED:
            self._execute("UPDATE sessions SET seen = ? WHERE token = ?", (now, hashed))
        return str(name)

    def close(self, token: str) -> None:
        """End the session; unknown tokens are ignored."""
        self._execute("DELETE FROM sessions WHERE token = ?", (_hashed(token),))

    def shut(self) -> None:
        """Close the file."""
        with self._lock:
            if self._db:
                self._db.close()

    def _execute(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[str, str, float]]:
        if self._people:
            if sql.startswith("SELECT"):
                return self._people.rows(sql, values)
            with self._people.writing() as db:
                db.execute(sql, values)
            return []
        with self._lock:
            assert self._db
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise self._reported(error) from None

    def _reported(self, error: OSError | sqlite3.Error) -> StorageError:
        why = error.strerror if isinstance(error, OSError) else error
        return StorageError(
            f"{self._file}: sessions cannot be stored ({why}); make the file writable, or delete it: "
            "users then log in again"
        )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
