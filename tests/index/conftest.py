"""The workshop of the index's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.catalog.catalog import Catalog
from tests.index.fake_encoder import FakeEncoder
from tests.index.workshop import CountingEncoder, Workshop, story


@pytest.fixture
def workshop(make_corpus: Callable[..., Path], tmp_path: Path) -> Workshop:
    """Four small articles, not yet synced."""
    corpus = make_corpus({f"{number}.txt": story(number) for number in range(4)})
    return Workshop(corpus, tmp_path / "storage", CountingEncoder(FakeEncoder()))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """A catalog with nothing in it."""
    catalog = Catalog(tmp_path, create=True)
    yield catalog
    catalog.close()
