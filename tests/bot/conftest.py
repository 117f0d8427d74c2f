"""The sample corpus, indexed once, with an engine over it."""

from collections.abc import Iterator

import pytest

from bot.build import build_engine, sync_corpus
from bot.engine import Engine
from index.encoder import Encoder
from index.library import Library
from index.settings import ROOT, Settings, load_settings


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over an index of the sample."""
    storage = tmp_path_factory.mktemp("sample") / "storage"
    settings = load_settings(corpus=ROOT / "corpus", storage=storage)
    sync_corpus(settings)
    return settings


@pytest.fixture(scope="session")
def sample(sample_settings: Settings) -> Iterator[Engine]:
    """An engine over the sample, the same for all tests: it has no memory."""
    engine = build_engine(sample_settings)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def library(sample_settings: Settings) -> Iterator[Library]:
    """The sample's index, open for reading."""
    encoder = Encoder(sample_settings.embedder)
    library = Library(sample_settings.corpus, sample_settings.storage, encoder)
    yield library
    library.close()
