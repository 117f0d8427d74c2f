"""Who is logged in: random tokens, kept hashed in one small SQLite file, so that a restart logs nobody out.

It knows accounts and time, and nothing of cookies.
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
from index.errors import StorageError

LASTING = 30 * 24 * 3600.0  # seconds without a visit
TOUCHED = 3600.0  # a visit is noted at most this often: not every request shall write
MOST_OPEN = 50  # sessions of one account; more end the oldest
_SCHEMA = """CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, name TEXT NOT NULL, account TEXT NOT NULL, seen REAL NOT NULL
) WITHOUT ROWID"""


class Sessions:
    """Open sessions of accounts. Safe to call from several threads."""

    def __init__(
        self, file: Path, accounts: Accounts, clock: Callable[[], float] = time.time
    ) -> None:
        """Opens `file`, or makes it, readable by its owner alone. Raises StorageError in one line."""
        self._file, self._accounts, self._clock = file, accounts, clock
        self._lock = threading.Lock()
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
        """A new token for the account; the caller has seen its password. Raises StorageError.

        Raises KeyError when there is no such account.
        """
        account = self._accounts.fingerprint(name)
        if account is None:
            raise KeyError(name)
        token, now, plain = secrets.token_urlsafe(32), self._clock(), name.lower()
        self._execute("DELETE FROM sessions WHERE seen < ?", (now - LASTING,))
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
        """The account that the token was given to, or None; a visit makes the session last longer.

        None too when it has not been used for LASTING seconds, or when the account is gone or has another
        password since.
        """
        hashed, now = _hashed(token), self._clock()
        rows = self._execute("SELECT name, account, seen FROM sessions WHERE token = ?", (hashed,))
        if not rows:
            return None
        name, account, seen = rows[0]
        if now - seen > LASTING or self._accounts.fingerprint(name) != account:
            return None
        if now - seen > TOUCHED:
            self._execute("UPDATE sessions SET seen = ? WHERE token = ?", (now, hashed))
        return str(name)

    def close(self, token: str) -> None:
        """Ends the session; a token that is none ends nothing."""
        self._execute("DELETE FROM sessions WHERE token = ?", (_hashed(token),))

    def shut(self) -> None:
        """Releases the file."""
        with self._lock:
            self._db.close()

    def _execute(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[str, str, float]]:
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise self._reported(error) from None

    def _reported(self, error: OSError | sqlite3.Error) -> StorageError:
        why = error.strerror if isinstance(error, OSError) else error
        return StorageError(
            f"{self._file}: sessions cannot be kept there ({why}); make it writable, or delete it: "
            "people then log in again"
        )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
