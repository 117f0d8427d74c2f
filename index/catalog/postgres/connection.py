"""Connects to PostgreSQL: sessions, the pool, and what an error of it means."""

import logging
from collections.abc import Sequence
from typing import Any

from index.catalog.database import Messages
from index.catalog.postgres.address import Address
from index.errors import SettingsError, StorageError

PATIENCE = 5  # seconds to wait for a connection
_MOST = 8  # connections of a process that read at the same time
# SQLSTATE, or its class → the remedy. The data is intact.
_OUTSIDE = {
    "53100": "free space on the server's disk",
    "53": "give the server more memory, disk space or connections",
    "42501": "give the user of BYLINE_DATABASE the right to create and change tables",
    "25006": "connect to a server that can be written",
    "54": "name the file or its parts more briefly",
    "57": "try again when the server runs",
    "58": "check the server's disk",
    "08": "check that the server runs, and BYLINE_DATABASE",
    "40": "try again",
    "55": "try again",
}
# Tables that are gone, corruption, and values that do not fit: the tables are not what was stored.
_DAMAGE = ("42P01", "42703", "42883", "3F000", "XX", "22", "23")


def driver() -> Any:
    """The module psycopg. Raises SettingsError when it is not installed."""
    try:
        import psycopg
        import psycopg_pool
    except ImportError:
        raise SettingsError(
            "BYLINE_DATABASE needs psycopg; run `pip install -r requirements-fleet.txt`"
        ) from None
    assert psycopg_pool
    # It warns of what a lost connection has left open, and its pool of every attempt to connect. Whoever
    # uses the connection gets the reason, in one line.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    return psycopg


def connect(address: Address, schema: str, messages: Messages) -> Any:
    """A session whose tables are those of `schema`. Raises StorageError in one line."""
    psycopg = driver()
    try:
        session = psycopg.connect(address.url, autocommit=True, **_bounded(address))
        try:
            _configure(session, schema)
            ((encoding,),) = session.execute("SHOW server_encoding").fetchall()
        except BaseException:
            session.close()
            raise
    except psycopg.Error as error:
        raise reported(error, messages) from None
    if encoding != "UTF8":
        session.close()
        raise messages.unusable(
            f"its encoding is {encoding}, expected UTF8", "create it with ENCODING 'UTF8'"
        )
    return session


def open_pool(address: Address, schema: str, more: Sequence[str] = ()) -> Any:
    """A pool of such sessions, each with `more` statements at its start; it replaces those that break."""
    driver()
    from psycopg_pool import ConnectionPool

    return ConnectionPool(
        address.url,
        min_size=1,
        max_size=_MOST,
        open=True,
        timeout=PATIENCE,
        reconnect_timeout=PATIENCE,  # whoever asks next tries anew; else pauses grow to minutes
        kwargs={"autocommit": True, **_bounded(address)},
        configure=lambda session: _configure(session, schema, more),
    )


def reported(error: Exception, messages: Messages) -> StorageError:
    """The error in one line, with the remedy. An error in our SQL is raised as it is."""
    state = getattr(error, "sqlstate", None) or ""
    if state.startswith(_DAMAGE):
        return messages.damaged(_line(error))
    if state.startswith("42") and state not in _OUTSIDE:
        raise error
    remedy = _OUTSIDE.get(state) or _OUTSIDE.get(state[:2]) or _OUTSIDE["08"]
    return messages.unusable(_line(error), remedy)


def _bounded(address: Address) -> dict[str, int]:
    return {} if "connect_timeout" in address.url else {"connect_timeout": PATIENCE}


def _configure(session: Any, schema: str, more: Sequence[str] = ()) -> None:
    # compiling a query takes longer than running ours; a plan fits the words that are asked for
    session.execute(f'SET search_path TO "{schema}"')
    session.execute("SET jit TO off")
    session.execute("SET random_page_cost TO 1.1")  # as on disks without heads
    session.execute("SET plan_cache_mode TO force_custom_plan")
    for statement in more:
        session.execute(statement)


def _line(error: Exception) -> str:
    """What the server said, on one line; of several attempts the first."""
    lines = [line.strip(" \t-") for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Multiple connection attempts failed"):
        lines = lines[1:]
    return lines[0] if lines else type(error).__name__
