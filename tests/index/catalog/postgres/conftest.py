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
def database(cluster: Cluster) -> Address:
    """The address of its database."""
    return Address(cluster.url)
