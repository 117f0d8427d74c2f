"""One server for all tests of a file; each test has schemas of its own, by the names of its folders."""

from collections.abc import Iterator

import pytest

from index.catalog.postgres.address import Address
from tests.index.catalog.postgres.cluster import Cluster, running


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server, or the tests are skipped."""
    with running() as cluster:
        yield cluster


@pytest.fixture
def with_pgvector(cluster: Cluster) -> None:
    """A server that has the extension, or the test is skipped."""
    if not cluster.has_pgvector:
        pytest.skip("this PostgreSQL has no pgvector: make fleet-test")


@pytest.fixture
def plain(cluster: Cluster) -> Address:
    """The address of another empty database, whose owner may not create extensions."""
    cluster.run("DROP DATABASE IF EXISTS plain (FORCE)", "postgres")
    cluster.run("DROP ROLE IF EXISTS plain")
    cluster.run("CREATE ROLE plain LOGIN PASSWORD 'secret'")
    cluster.run("CREATE DATABASE plain OWNER plain", "postgres")
    return Address(f"postgresql://plain:secret@127.0.0.1:{cluster.port}/plain")


@pytest.fixture
def database(cluster: Cluster) -> Address:
    """The address of its database."""
    return Address(cluster.url)
