"""The catalog's schema in a PostgreSQL database, under the name of the folder of an index."""

from collections.abc import Callable
from pathlib import Path

from index.catalog.database import CatalogMessages
from index.catalog.postgres.address import Address, schema_name
from index.catalog.postgres.connection import connect, driver, reported
from index.catalog.postgres.database import PostgresDatabase, holds_schema
from index.catalog.postgres.migrations import CATALOG

# The generation changes with every write, the file of a table when the full-text index is built again.
_CHANGES = "SELECT value, pg_relation_filenode('words') FROM meta WHERE key = 'generation'"

# What waits at the indexes of words is sorted in, so that searches need not read it.
_SETTLE = (
    "SELECT gin_clean_pending_list('words_by_term'), gin_clean_pending_list('stories_by_term')"
)


def opened(
    address: Address, folder: Path, create: bool, alone: bool, on_damage: Callable[[], None]
) -> PostgresDatabase:
    """Open the schema; see `PostgresDatabase`."""
    return PostgresDatabase(
        address,
        catalog_schema(folder),
        CATALOG,
        _messages(address, folder),
        create=create,
        alone=alone,
        changes=_CHANGES,
        settle=_SETTLE,
        on_damage=on_damage,
    )


def is_there(address: Address, folder: Path) -> bool:
    """True when the database has the schema. Raises StorageError."""
    return holds_schema(address, catalog_schema(folder), _messages(address, folder))


def set_aside(address: Address, folder: Path) -> str:
    """Rename the schema, in place of an older one that was set aside; the new name."""
    name = catalog_schema(folder)
    aside = f"{name}_damaged"
    session = connect(address, name, _messages(address, folder))
    try:
        with session.transaction():
            session.execute(f'DROP SCHEMA IF EXISTS "{aside}" CASCADE')
            session.execute(f'ALTER SCHEMA "{name}" RENAME TO "{aside}"')
    except driver().Error as error:
        raise reported(error, _messages(address, folder)) from None
    finally:
        session.close()
    return aside


def catalog_schema(folder: Path) -> str:
    """The name of the schema."""
    return schema_name(folder.name, "catalog")


def _messages(address: Address, folder: Path) -> CatalogMessages:
    return CatalogMessages(f"{folder} in {address}")
