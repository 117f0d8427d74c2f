"""The numbered scripts that make the catalog's tables, and how such scripts are run.

A schema records how many of them it was made with: its version.
"""

from pathlib import Path
from typing import Any

CATALOG = Path(__file__).parent


def stored_version(session: Any, schema: str) -> int | None:
    """The version of a schema; None when it does not exist."""
    if session.execute("SELECT to_regclass(%s)", (f'"{schema}".migrated',)).fetchone()[0] is None:
        return None
    row = session.execute("SELECT version FROM migrated").fetchone()
    return int(row[0]) if row else 0


def migrate(session: Any, schema: str, scripts: Path) -> None:
    """Run the scripts that the schema has not seen, all or none; two processes take turns."""
    with session.transaction():
        session.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", (schema,))
        session.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        session.execute("CREATE TABLE IF NOT EXISTS migrated (version integer NOT NULL)")
        version = stored_version(session, schema) or 0
        for script in sorted(scripts.glob("*.sql"))[version:]:
            session.execute(script.read_text("utf-8"))
            version += 1
        session.execute("DELETE FROM migrated")
        session.execute("INSERT INTO migrated VALUES (%s)", (version,))
