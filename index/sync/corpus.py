"""Sync and check with the settings of a program: the one place that opens the encoder for them."""

from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.catalog.postgres.address import Address
from index.models.encoder import Encoder
from index.reading.address import ObjectFolder
from index.reading.articles import Refused
from index.state.vector_copy import Place
from index.state.writer_lock import writer_lock
from index.sync.check import CheckReport, check
from index.sync.index_config import IndexConfig
from index.sync.report import Progress, SyncReport, no_progress
from index.sync.sync import sync
from index.sync.work.batches import HERE, Reading
from index.sync.work.fleet import Fleet


class IndexSettings(Protocol):
    """The settings that an index depends on; `index.settings.Settings` has them."""

    @property
    def corpus(self) -> Path:
        """The folder of articles."""

    @property
    def objects(self) -> ObjectFolder | None:
        """The folder in object storage that the corpus is a copy of, if any."""

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
    settings: IndexSettings, progress: Progress = no_progress, *, full: bool = False, ray: str = ""
) -> SyncReport:
    """Sync the index with the corpus; see `index.sync.sync.sync`.

    With the address `ray` of a Ray cluster its workers read and embed the files. A corpus in object storage
    is copied first.
    """
    refused = _copied(settings)
    with ExitStack() as opened:
        encoder = opened.enter_context(closing(open_encoder(settings)))
        reading: Reading = HERE
        if ray:
            how = settings.embedder, encoder, settings.index_config, settings.threads
            reading = opened.enter_context(closing(Fleet(ray, *how)))
        report = sync(
            settings.corpus,
            settings.storage,
            encoder,
            settings.index_config,
            progress,
            server=settings.server,
            database=settings.catalog_database,
            full=full,
            reading=reading,
        )
    return replace(report, skipped=tuple(sorted({*report.skipped, *refused})))


def _copied(settings: IndexSettings) -> tuple[Refused, ...]:
    """Bring the copy of a corpus in object storage up to date; what cannot be copied, with the reason."""
    place = settings.objects
    if place is None:
        return ()
    from index.reading.objects import mirror, open_objects

    with writer_lock(settings.storage):
        limits = settings.index_config.limits
        return mirror(open_objects(place), place, settings.corpus, limits.max_bytes)


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
