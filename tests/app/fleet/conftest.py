"""One PostgreSQL server, and two web processes over the sample behind one nginx."""

from collections.abc import Iterator

import pytest

from tests.app.fleet.fleet import Fleet, fleet
from tests.browser.conftest import browser, context, page
from tests.index.catalog.postgres.cluster import Cluster
from tests.index.catalog.postgres.conftest import cluster

__all__ = ["browser", "cluster", "context", "page"]


@pytest.fixture(scope="module")
def pair(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two processes without a login."""
    with fleet(tmp_path_factory.mktemp("pair"), cluster.url) as pair:
        yield pair
