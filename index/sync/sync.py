"""Sync: a folder becomes an index, incrementally by content hash.

survey → repair → plan → read → split → embed → catalog → Chroma, in batches, so that a stopped sync leaves
a usable index and the next one continues. This module does not know how questions are answered.
"""

import time
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from index.catalog.catalog import Catalog
from index.catalog.postgres.address import Address
from index.chroma.client import discard
from index.errors import CorpusError, StorageError, UnreachableError
from index.models.encoder import Encoder
from index.reading.articles import Contents, Refused
from index.state.index_state import IndexState, Trust
from index.state.meta import CONFIG, IndexMeta, describe_index
from index.state.vector_copy import Place
from index.state.writer_lock import writer_lock
from index.sync.index_config import IndexConfig
from index.sync.plan import Plan, folder_order, make_plan, plan_again
from index.sync.repair import known_files, open_repaired
from index.sync.replica import open_replica
from index.sync.report import Progress, SyncReport, no_progress
from index.sync.survey import Survey, no_articles, survey
from index.sync.table import guesses
from index.sync.work.batches import HERE, Reading, ahead, batches, unread, vectors_of
from index.sync.writer import Writer

# Passages per batch: large enough to keep the cores busy, small enough to lose little when stopped.
BATCH_PASSAGES = 256


def sync(
    corpus: Path,
    storage: Path,
    encoder: Encoder,
    config: IndexConfig,
    progress: Progress = no_progress,
    *,
    server: Place = None,
    database: Address | None = None,
    full: bool = False,
    embedding: Progress | None = None,
    reading: Reading = HERE,
) -> SyncReport:
    """Sync the index in `storage` with the folder `corpus`, and repair what is damaged in it.

    `progress(done, of)` counts files, `embedding(done, of)` the passages of the current batch, because a
    file's passages are all in one. With `server` the copy of the vectors is there instead of in the folder,
    with `database` the catalog. `full` reads every file and verifies every passage, changed or not.
    `reading` reads the files, and may embed them as well.
    Raises CorpusError, before anything is written, when the folder is missing or has no article,
    StorageBusyError when another sync is running, UnreachableError when the server does not answer.
    """
    began = time.monotonic()
    state = IndexState(storage)
    trusted = not full and state.trust() >= Trust.CLEAN
    known = known_files(storage, database, state.suspect) if trusted else None
    found = survey(corpus, storage, config.limits.max_bytes, known)
    facts = describe_index(corpus, encoder.fingerprint, config.fingerprint(encoder.fingerprint))
    with writer_lock(storage):
        trust = state.trust()
        if trust == Trust.UNKNOWN:
            discard(storage / "chroma")  # filled again instead of opened
        trusted = trusted and trust >= Trust.CLEAN
        # a database may have been written by a machine with another Chroma
        untouched = trusted and trust == Trust.UNTOUCHED and database is None
        hashes = None if trusted else found.files
        catalog, repairs = open_repaired(
            corpus, storage, config, facts, hashes, server, database, progress, state.remove_marker
        )
        sound = True  # a clean marker may be written for the files on disk
        try:
            how = server, reading, progress, embedding
            work = _Work(corpus, storage, catalog, encoder, config, facts, *how)
            report = work.run(found, chroma_untouched=untouched)
        except UnreachableError:
            raise
        except StorageError:
            sound = False
            raise
        finally:
            catalog.close()
            if sound:
                state.mark_clean()
    return replace(report, repairs=repairs, seconds=time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class _Work:
    """One sync under the lock."""

    corpus: Path
    storage: Path
    catalog: Catalog
    encoder: Encoder
    config: IndexConfig
    facts: dict[str, str]
    server: Place
    reading: Reading
    progress: Progress
    embedding: Progress | None

    @property
    def meta(self) -> IndexMeta:
        return IndexMeta(self.catalog)

    def run(self, found: Survey, *, chroma_untouched: bool) -> SyncReport:
        """Plan and carry out the sync. Without changes an untouched Chroma is not even opened."""
        catalog = self.catalog
        before = catalog.articles.ids_by_file()
        emptied = self._outdate()
        plan = make_plan(found, catalog, self.config.limits.fingerprint)
        embedded, lost, repaired = 0, list[Refused](), False
        if not (chroma_untouched and plan.is_idle and self._is_finished()):
            embedded, lost, repaired = self._carry_out(plan, emptied, self.meta.day_order)
        embedded += self._follow_order(found)
        catalog.remember_states(
            {path: plan.states[path] for path in plan.keep if path in plan.states}
        )
        known, after = catalog.files().values(), catalog.articles.ids_by_file()
        articles, passages = catalog.articles.counts()
        refused = chain.from_iterable(file.refused for file in known)
        return SyncReport(
            added=tuple(path for path in plan.add if path in after),
            changed=tuple(path for path in plan.change if path in after),
            removed=tuple(sorted(before.keys() - after.keys())),
            kept=tuple(path for path in plan.keep if path in after),
            skipped=tuple(sorted({*found.skipped, *lost, *refused})),
            articles=articles,
            passages=passages,
            embedded=embedded,
            repaired=repaired,
            guessed=guesses(list(known)),
        )

    def _outdate(self) -> bool:
        """Mark everything that another config made to be indexed again. True when it had to be removed.

        Passages of another length still give right answers; other vectors or offsets would not.
        """
        if self.meta.config == self.facts[CONFIG]:
            return False
        self.meta.set_day_order(self.config.limits.day_order)
        if self.meta.encoder == self.encoder.fingerprint and self.meta.has_current_reading:
            self.catalog.outdate({CONFIG: self.facts[CONFIG]})
            return False
        # in one transaction: a killed sync leaves no mixture
        held, files = self.catalog.articles.ids_by_file(), self.catalog.files()
        self.catalog.apply([], chain(*held.values()), self.facts, gone=files)
        return True

    def _follow_order(self, found: Survey) -> int:
        """Read dates that can be two days in the order that the others show: passages embedded."""
        files = self.catalog.files().values()
        order = folder_order(files, self.config.limits.day_order)
        if order == self.meta.day_order:
            return 0
        embedded, _, _ = self._carry_out(plan_again(files, found), False, order)
        self.meta.set_day_order(order)  # not before: a stopped sync must come here again
        return embedded

    def _is_finished(self) -> bool:
        """True when Chroma need not be opened. The state of a server is always unknown."""
        meta = self.meta
        local = self.server is None and meta.is_local
        return meta.matches(self.facts) and local and meta.is_complete and meta.is_in_step

    def _carry_out(self, plan: Plan, emptied: bool, order: str) -> tuple[int, list[Refused], bool]:
        """Carry out `plan`: passages embedded, files lost since the survey, whether Chroma was repaired.

        `order` is that of day and month in dates that can be two days.
        """
        store, refilled = open_replica(self.storage, self.catalog, self.server)
        repaired = refilled and not emptied  # an empty index needs no repair
        try:
            if not plan.is_idle:
                self.meta.set_complete(False)
            with Writer(self.catalog, store, self.encoder, self.facts, self.embedding) as writer:
                config = self.config.with_order(order)
                sources = self.corpus, config, self.reading
                embedded, lost = _write(plan, *sources, writer, self.progress)
            if writer.failed or refilled or not plan.is_idle:
                # Verify what the next program will open: Chroma may have failed during the sync, or a
                # reader that opened it meanwhile may have persisted its own graph.
                store.close()
                store, again = open_replica(self.storage, self.catalog, self.server)
                repaired = repaired or again
            self.meta.set_complete(True)
        finally:
            store.close()
        return embedded, lost, repaired


def _write(
    plan: Plan,
    corpus: Path,
    config: IndexConfig,
    reading: Reading,
    writer: Writer,
    progress: Progress,
) -> tuple[int, list[Refused]]:
    """Carry out `plan` batch by batch; all articles of a file are written in one transaction.

    Returns the number of passages embedded, and (path, reason) of the files that have become unreadable
    since the survey, which are not recorded. Articles are removed last, so that a folder that has become
    unreadable as a whole removes nothing.
    """
    limits = config.limits.fingerprint
    held = writer.catalog.articles.ids_by_file()
    empty: list[Contents] = []
    embedded = done = 0
    files = reading.read(unread(corpus, config, plan, held), config)
    for batch in ahead(batches(files, BATCH_PASSAGES), reading.stop):
        full = [file for file in batch if file.contents.articles]
        empty += [file.contents for file in batch if not file.contents.articles]
        if full:
            embedded += writer.write(
                [item for file in full for item in file.fresh],
                [key for file in full for key in file.stale],
                [plan.known(file.contents, limits) for file in full],
                ready=vectors_of(full),
            )
        done += len(batch)
        progress(done, len(plan.read))
    if len(empty) == len(plan.read) and held.keys().isdisjoint(plan.keep):
        known = writer.catalog.files()
        refused = [*(c.refused for c in empty), *(known[path].refused for path in plan.keep)]
        raise CorpusError(no_articles(corpus, list(chain(*refused))))
    lost = [contents for contents in empty if not contents.sha256]
    read = [plan.known(contents, limits) for contents in empty if contents.sha256]
    gone = [*plan.remove, *(contents.path for contents in lost)]
    stale = list(chain(*(held.get(path, ()) for path in (*gone, *(file.path for file in read)))))
    if read or gone or IndexMeta(writer.catalog).corpus != writer.facts["corpus"]:
        writer.write([], stale, read, gone)
    return embedded, [one for contents in lost for one in contents.refused]
