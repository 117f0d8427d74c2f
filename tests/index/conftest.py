"""The workshop of the index's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.encoder import Encoder
from tests.index.workshop import CountingEncoder, Workshop, story


@pytest.fixture
def workshop(make_corpus: Callable[..., Path], tmp_path: Path, encoder: Encoder) -> Workshop:
    """Four small articles, not yet synced."""
    corpus = make_corpus({f"{number}.txt": story(number) for number in range(4)})
    return Workshop(corpus, tmp_path / "storage", CountingEncoder(encoder))
