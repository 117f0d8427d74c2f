"""The tables of one schema in PostgreSQL, as `index.catalog.database.Database` wants them.

Every error becomes one line with a remedy. This module does not know what the tables mean.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from index.catalog.database import Cursor, Messages, ignore_damage
from index.catalog.postgres.address import Address
from index.catalog.postgres.connection import connect, driver, open_pool, reported
from index.catalog.postgres.migrations import migrate, stored_version
from index.catalog.postgres.values import bound, plain, translated
from index.errors import StorageBusyError

_TEXT = 25  # the number of the type of all columns of text
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))"
_MANY = 1_000  # rows written until the planner's statistics are renewed


class PostgresDatabase:
    """An open schema. Safe to call from several threads.

    Reads take a connection of the pool. A writer that is `alone` writes only through the session that
    holds its lock: when the session breaks, the lock is gone, and so is the right to write.
    """

    each = "unnest(?::text[]) AS each (value)"
    like = "ILIKE"  # under the collation of the columns, "C", it ignores case in ASCII only

    def __init__(
        self,
        address: Address,
        schema: str,
        scripts: Path,
        messages: Messages,
        *,
        create: bool = False,
        alone: bool = False,
        changes: str = "SELECT 0",
        session: Sequence[str] = (),
        settle: str = "",
        on_damage: Callable[[], None] = ignore_damage,
    ) -> None:
        """Open `schema`; `create` makes or upgrades it with the numbered `scripts`.

        `alone` locks it against other writers until it is closed: raises StorageBusyError when there is
        one. `changes` is a query whose result changes with the content, `session` are statements at the
        start of each session, `settle` one that a writer runs when it closes after it has written. Raises
        StorageError in one line.
        """
        self._errors = driver().Error
        self._schema, self._messages = schema, messages
        self._changes, self._on_damage = changes, on_damage
        self._alone, self._settle = alone, settle
        self._writing = threading.RLock()  # one thread at a time uses the session
        self._local = threading.local()
        self._written = 0
        self._session = connect(address, schema, messages)
        try:
            if alone:
                self._take_lock(address)
            self._check_version(scripts, create)
            self._pool = open_pool(address, schema, session)
        except BaseException as error:
            self._session.close()
            if isinstance(error, self._errors):
                self._raise(error)
            raise

    def _take_lock(self, address: Address) -> None:
        asked = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
        if not self._session.execute(asked, (self._schema,)).fetchone()[0]:
            raise StorageBusyError(
                f"{address}: another process is syncing this index; wait for it, or stop it"
            )

    def _check_version(self, scripts: Path, create: bool) -> None:
        found, known = stored_version(self._session, self._schema), len(list(scripts.glob("*.sql")))
        if found is None and not create:
            raise self._messages.missing()
        if found is not None and found > known:
            raise self._messages.newer(found, known)
        if found != known:
            if not create:
                raise self._messages.outdated(found or 0, known)
            migrate(self._session, self._schema, scripts)

    def listed(self, values: Sequence[str] | Sequence[int]) -> list[str]:
        """Texts; a lone surrogate, which no text of the tables has, becomes something that none has."""
        return [str(value).encode("utf-8", "backslashreplace").decode() for value in values]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all writes inside, or none of them. Raises StorageError."""
        try:
            with self._writing, self._session_to_write() as session, session.transaction():
                self._local.session = session
                if not self._alone:  # writers take turns, as they do in a file
                    session.execute(_TURN, (self._schema,))
                try:
                    yield
                finally:
                    self._local.session = None
        except self._errors as error:
            self._raise(error)

    @contextmanager
    def _session_to_write(self) -> Iterator[Any]:
        if self._alone:
            yield self._session
            return
        with self._pool.connection() as session:
            yield session

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        """Run one statement, inside a transaction."""
        cursor: Cursor = self._local.session.execute(translated(sql), bound(values))
        return cursor

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run one writing statement for each of `values`, inside a transaction."""
        rows = [bound(row) for row in values]
        self._written += len(rows)
        if rows:
            with self._local.session.cursor() as cursor:
                cursor.executemany(translated(sql), rows)

    def copy(self, sql: str, blocks: Iterable[bytes]) -> None:
        """Run one COPY from `blocks`, inside a transaction."""
        with self._local.session.cursor() as cursor, cursor.copy(sql) as copy:
            for block in blocks:
                self._written += 1
                copy.write(block)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a statement returns. Raises StorageError."""
        asked, given = translated(sql), bound(values)
        session = getattr(self._local, "session", None)
        try:
            return _fetched(session, asked, given) if session else self._read(asked, given)
        except self._errors as error:
            self._raise(error)

    def _read(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        for again in (False, True):
            with self._pool.connection() as session:
                try:
                    return _fetched(session, sql, values)
                except self._errors:
                    if again or not session.closed:
                        raise
            self._pool.check()  # the server was restarted: the other connections are dead as well
        raise AssertionError

    def day(self, text: Any) -> date:
        """The date in a column. Raises DamagedError."""
        try:
            return date.fromisoformat(text)
        except (ValueError, TypeError):
            self.report_damage(f"{text!a} is not a date")

    def version(self) -> object:
        """Changes whenever the content is changed."""
        return tuple(self.rows(self._changes))

    def follow(self) -> bool:
        """False: nothing is replaced behind a connection."""
        return False

    def faults(self) -> list[str]:
        """No errors: the server checks its pages itself."""
        return []

    def report_damage(self, what: str) -> NoReturn:
        """Call `on_damage` and raise the error for tables that cannot be read."""
        self._on_damage()
        raise self._messages.damaged(what) from None

    def close(self) -> None:
        """Close all connections. After much was written, the planner learns about it first."""
        if self._alone:
            with suppress(self._errors):
                self._tidy()
            with suppress(self._errors):  # the server ends a session a moment after it was closed
                self._session.execute("SELECT pg_advisory_unlock_all()")
        self._pool.close()
        self._session.close()

    def _tidy(self) -> None:
        if self._written and self._settle:
            self._session.execute(self._settle)
        if self._written >= _MANY:
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            for (table,) in self._session.execute(tables).fetchall():
                self._session.execute(f'ANALYZE "{table}"')

    def _raise(self, error: Exception) -> NoReturn:
        found = reported(error, self._messages)
        if type(found) is type(self._messages.damaged("")):
            self._on_damage()
        raise found from None


def _fetched(session: Any, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with session.cursor(binary=True) as cursor:
        rows: list[tuple[Any, ...]] = cursor.execute(sql, values).fetchall()
        has_texts = any(column.type_code == _TEXT for column in cursor.description)
    return [plain(row) for row in rows] if has_texts else rows


def holds_schema(address: Address, schema: str, messages: Messages) -> bool:
    """True when the database has the tables of `schema`. Raises StorageError."""
    session = connect(address, schema, messages)
    try:
        return stored_version(session, schema) is not None
    except driver().Error as error:
        raise reported(error, messages) from None
    finally:
        session.close()
