"""Sync and check with the settings of a program: the one place that opens the encoder for them."""

from contextlib import closing
from pathlib import Path
from typing import Protocol

from index.catalog.postgres.address import Address
from index.models.encoder import Encoder
from index.state.vector_copy import Place
from index.sync.check import CheckReport, check
from index.sync.index_config import IndexConfig
from index.sync.report import Progress, SyncReport, no_progress
from index.sync.sync import sync


class IndexSettings(Protocol):
    """The settings that an index depends on; `index.settings.Settings` has them."""

    @property
    def corpus(self) -> Path:
        """The folder of articles."""

    @property
    def storage(self) -> Path:
        """The folder of the index."""

    @property
    def embedder(self) -> Path:
        """The folder of the embedding model."""

    @property
    def threads(self) -> int:
        """Model threads; 0 means one per core."""

    @property
    def index_config(self) -> IndexConfig:
        """How articles become passages."""

    @property
    def server(self) -> Place:
        """Where the copy of the vectors is."""

    @property
    def catalog_database(self) -> Address | None:
        """The PostgreSQL database of the catalog, if any."""


def open_encoder(settings: IndexSettings) -> Encoder:
    """The encoder, which the caller closes. Raises ModelError."""
    return Encoder(settings.embedder, settings.threads or None)


def sync_corpus(
    settings: IndexSettings, progress: Progress = no_progress, *, full: bool = False
) -> SyncReport:
    """Sync the index with the corpus; see `index.sync.sync.sync`."""
    with closing(open_encoder(settings)) as encoder:
        return sync(
            settings.corpus,
            settings.storage,
            encoder,
            settings.index_config,
            progress,
            server=settings.server,
            database=settings.catalog_database,
            full=full,
        )


def check_corpus(settings: IndexSettings, progress: Progress = no_progress) -> CheckReport:
    """Compare the folder, the catalog and the copy of the vectors; see `index.sync.check.check`."""
    with closing(open_encoder(settings)) as encoder:
        return check(
            settings.corpus,
            settings.storage,
            encoder.fingerprint,
            settings.index_config,
            settings.server,
            progress,
            database=settings.catalog_database,
        )
