"""A PostgreSQL server for the tests of what people leave behind."""

from tests.index.catalog.postgres.conftest import cluster, database

__all__ = ["cluster", "database"]
