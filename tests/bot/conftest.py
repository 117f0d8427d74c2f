"""The sample corpus, indexed once, with an engine over it, and the models that read it."""

import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.build import build_engine, build_resolver
from bot.composition.citations import CitationVerifier
from bot.engine import MAX_QUESTION_CHARS, Engine, EngineOptions
from bot.reading.cache import CachingReader
from bot.reading.calibration import Calibration, load_calibration
from bot.reading.extractive import ExtractiveReader
from bot.reading.model import SpanModel
from bot.reading.reader import Reader
from bot.resolution.resolver import Resolver
from bot.retrieval.sources import Sources
from index.library import Library
from index.models.encoder import Encoder
from index.settings import ROOT, Settings, load_settings
from index.sync.corpus import sync_corpus
from tests.bot.checks import Borrowed


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over an index of the sample."""
    storage = tmp_path_factory.mktemp("sample") / "storage"
    settings = load_settings(corpus=ROOT / "corpus", storage=storage)
    sync_corpus(settings)
    return settings


@pytest.fixture
def own_sample(sample_settings: Settings, tmp_path: Path) -> Settings:
    """Settings over a copy of the sample's index, to damage, to change or to watch."""
    shutil.copytree(sample_settings.storage, tmp_path / "storage")
    return load_settings(corpus=sample_settings.corpus, storage=tmp_path / "storage")


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


@pytest.fixture(scope="session")
def span_model(sample_settings: Settings) -> Iterator[SpanModel]:
    """The reading model, loaded once."""
    model = SpanModel(sample_settings.reader)
    yield model
    model.close()


@pytest.fixture(scope="session")
def calibration(sample_settings: Settings) -> Calibration:
    """The calibration that lies beside the reading model."""
    return load_calibration(sample_settings.reader)


@pytest.fixture(scope="session")
def resolver(sample_settings: Settings) -> Resolver:
    """What completes follow-ups, its model loaded once."""
    return build_resolver(sample_settings)


@pytest.fixture(scope="session")
def reader(library: Library, span_model: SpanModel, calibration: Calibration) -> CachingReader:
    """The reader with its cache: what one test asks, others need not read again."""
    return CachingReader(ExtractiveReader(span_model, calibration, library.encoder.encode))


@pytest.fixture
def loaded_models(
    library: Library,
    span_model: SpanModel,
    calibration: Calibration,
    resolver: Resolver,
    reader: CachingReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Engines that the test builds use the models that are loaded already, and one reader's cache."""
    monkeypatch.setattr("bot.build.open_encoder", lambda _: Borrowed(library.encoder))
    monkeypatch.setattr("bot.build.open_reader", lambda _: (Borrowed(span_model), calibration))
    monkeypatch.setattr("bot.build.build_resolver", lambda _: Borrowed(resolver))
    monkeypatch.setattr("bot.build.CachingReader", lambda _: Borrowed(reader))


@pytest.fixture(scope="session")
def sample_engine(
    sample_settings: Settings,
    library: Library,
    resolver: Resolver,
    reader: CachingReader,
) -> Callable[..., Engine]:
    """Makes engines over the sample by the probability that an answer must reach.

    With more than 1 nothing is answered, whatever the model thinks.
    They share the library, the models and the reader's cache, which stay open.
    """

    def make(min_confidence: float, own_reader: Reader = reader) -> Engine:
        return Engine(
            Sources(library),
            resolver,
            own_reader,
            CitationVerifier(sample_settings.limits),
            EngineOptions(sample_settings.candidates, min_confidence, MAX_QUESTION_CHARS),
        )

    return make


@pytest.fixture(scope="session")
def eager(sample_engine: Callable[..., Engine]) -> Engine:
    """An engine over the sample that gives every answer it finds, however unsure."""
    return sample_engine(math.ulp(0.0))  # 0 is how sure no evidence at all is
