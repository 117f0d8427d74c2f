"""Journey 1: a folder becomes an index, incrementally by content hash.

survey → mend → plan → read → split → embed → catalog → Chroma, batch by batch, so a run that is stopped
leaves a usable index and the next one goes on from there. It does not know how questions are answered.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from index.catalog.catalog import Catalog, KnownFile
from index.chroma.lock import writer_lock
from index.chroma.seal import break_seal, is_known, is_sealed, is_untouched, seal
from index.chroma.server import Server
from index.chroma.store import discard
from index.errors import CorpusError, DamagedError, StorageError, UnreachableError
from index.models.encoder import Encoder
from index.reading.articles import READING_VERSION, Contents, Refused
from index.sync.batches import ahead, batches
from index.sync.plan import Plan, make_plan
from index.sync.recipe import Recipe
from index.sync.repair import open_mended
from index.sync.replica import is_in_step, is_local, open_replica
from index.sync.survey import Survey, no_articles, survey
from index.sync.writer import Writer

# Passages embedded and stored in one step: large enough to keep the cores busy, small enough to lose little.
BATCH_PASSAGES = 256


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by file. `skipped` holds (path, reason) of what is not in the index.

    A file of several articles stands once among those added or kept; a row or a member of it that is
    no article is skipped under a path of its own. `articles` and `passages` are what the index holds.
    `mended` has a line for each part of the index that was damaged; `repaired` is True when Chroma was
    filled again.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    skipped: tuple[Refused, ...] = ()
    articles: int = 0
    passages: int = 0
    embedded: int = 0
    repaired: bool = False
    mended: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)


Progress = Callable[[int, int], None]


def no_progress(done: int, of: int) -> None:
    """The progress nobody watches."""


def sync(
    corpus: Path,
    storage: Path,
    encoder: Encoder,
    recipe: Recipe,
    progress: Progress = no_progress,
    *,
    server: Server | None = None,
    full: bool = False,
    embedding: Progress | None = None,
) -> SyncReport:
    """Brings the index in `storage` in line with the folder `corpus`, and mends what is damaged in it.

    `progress(done, of)` counts files, `embedding` the passages of the batch that is embedded: all of a file
    are in one. The vectors' copy goes to the Chroma on `server` instead of a folder. `full` reads every
    file and looks at every passage, even when nothing points to a change.
    Raises CorpusError before anything is touched when the folder is missing or holds no article,
    StorageBusyError when another sync is running, UnreachableError when the server does not answer.
    """
    began = time.monotonic()
    trusted = is_sealed(storage) and not full
    found = survey(
        corpus, storage, recipe.limits.max_bytes, _remembered(storage) if trusted else None
    )
    about = {
        "recipe": recipe.fingerprint(encoder.fingerprint),
        "encoder": encoder.fingerprint,
        "corpus": str(corpus.resolve()),
    }
    with writer_lock(storage):
        trusted = trusted and is_sealed(storage)
        untouched = trusted and is_untouched(storage)
        if not is_known(
            storage
        ):  # a killed sync's, or a stranger's: it is filled again, not opened
            discard(storage / "chroma")
        sealed = break_seal(storage)
        hashes = None if trusted else found.files
        catalog, mended = open_mended(corpus, storage, recipe, about, hashes, server, progress)
        sound = True  # what stands on the disk at the end may be sealed
        try:
            told = progress, embedding
            work = _Work(corpus, storage, catalog, encoder, recipe, about, server, *told)
            report = work.done(found, untouched)
        except UnreachableError:
            raise
        except StorageError:
            sound = False
            raise
        finally:
            catalog.close()
            if sound:
                seal(storage, sealed)
    return replace(report, mended=mended, seconds=time.monotonic() - began)


def _remembered(storage: Path) -> dict[str, KnownFile]:
    """The files as the index knows them; none when there is no index."""
    try:
        catalog = Catalog(storage)
    except StorageError:
        return {}
    try:
        return catalog.files()
    except DamagedError:
        return {}
    finally:
        catalog.close()


@dataclass(frozen=True, slots=True)
class _Work:
    """All that one sync works with, under the lock."""

    corpus: Path
    storage: Path
    catalog: Catalog
    encoder: Encoder
    recipe: Recipe
    about: dict[str, str]
    server: Server | None
    progress: Progress
    embedding: Progress | None

    def done(self, found: Survey, untouched: bool) -> SyncReport:
        """Does what is to be done, and tells it; with nothing to do, an untouched Chroma is not opened."""
        catalog = self.catalog
        before = catalog.article_ids()
        begun_anew = self._outdate()
        plan = make_plan(found, catalog, self.recipe.limits.fingerprint)
        embedded, lost, repaired = 0, list[Refused](), False
        if not (untouched and plan.is_idle and self._is_finished()):
            embedded, lost, repaired = self._carry_out(plan, begun_anew)
        catalog.remember({path: plan.states[path] for path in plan.keep if path in plan.states})
        known, after = catalog.files().values(), catalog.article_ids()
        articles, passages = catalog.counts()
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
        )

    def _outdate(self) -> bool:
        """Prepares what another recipe made to be done again. True when it could not stay until then.

        Words cut in another way still answer; other vectors or offsets would answer wrongly.
        """
        made_by = self.catalog.meta("recipe") or ""
        if made_by == self.about["recipe"]:
            return False
        if self.catalog.meta("encoder") == self.about["encoder"] and made_by.startswith(
            f"{READING_VERSION}/"
        ):
            self.catalog.outdate({"recipe": self.about["recipe"]})
            return False
        # in one transaction: a killed run leaves no mixture
        held, files = self.catalog.article_ids(), self.catalog.files()
        self.catalog.apply([], chain(*held.values()), self.about, gone=files)
        return True

    def _is_finished(self) -> bool:
        """True when Chroma need not even be opened; of a server nobody knows."""
        meta = self.catalog.meta
        same = all(meta(key) == value for key, value in self.about.items())
        here = self.server is None and is_local(self.catalog)
        return same and here and meta("complete") == "yes" and is_in_step(self.catalog)

    def _carry_out(self, plan: Plan, begun_anew: bool) -> tuple[int, list[Refused], bool]:
        """Carries out `plan`. Passages embedded, files lost meanwhile, whether Chroma was filled again."""
        store, refilled = open_replica(self.storage, self.catalog, self.server)
        repaired = refilled and not begun_anew  # an empty one needs no repair
        try:
            if not plan.is_idle:
                self.catalog.set_meta("complete", "no")  # until the end: a stop leaves it so
            parts = self.catalog, store, self.encoder, self.about
            with Writer(*parts, self.embedding) as writer:
                embedded, lost = _carry_out(plan, self.corpus, self.recipe, writer, self.progress)
            if writer.failed or refilled or not plan.is_idle:
                # Looked at as the next program will find it: Chroma may have failed in the middle, or a
                # reader that opened it meanwhile may have put down a graph of its own.
                store.close()
                store, again = open_replica(self.storage, self.catalog, self.server)
                repaired = repaired or again
            self.catalog.set_meta("complete", "yes")
        finally:
            store.close()
        return embedded, lost, repaired


def _carry_out(
    plan: Plan, corpus: Path, recipe: Recipe, writer: Writer, progress: Progress
) -> tuple[int, list[Refused]]:
    """Carries out `plan` batch by batch; all of a file goes into the index in one transaction.

    Returns the number of passages embedded, and (path, reason) of the files that could be read before
    and now cannot: these are not remembered. What goes goes last, so that a folder in which nothing can
    be read any more takes nothing away.
    """
    limits = recipe.limits.fingerprint
    held = writer.catalog.article_ids()
    empty: list[Contents] = []
    embedded = done = 0
    for batch in ahead(batches(corpus, recipe, plan, held, BATCH_PASSAGES)):
        full = [turn for turn in batch if turn.contents.articles]
        empty += [turn.contents for turn in batch if not turn.contents.articles]
        if full:
            embedded += writer.write(
                [item for turn in full for item in turn.fresh],
                [key for turn in full for key in turn.stale],
                [_known(turn.contents, limits, plan) for turn in full],
            )
        done += len(batch)
        progress(done, len(plan.read))
    if len(empty) == len(plan.read) and held.keys().isdisjoint(plan.keep):
        known = writer.catalog.files()
        refused = [*(c.refused for c in empty), *(known[path].refused for path in plan.keep)]
        raise CorpusError(no_articles(corpus, list(chain(*refused))))
    lost = [contents for contents in empty if not contents.sha256]
    read = [_known(contents, limits, plan) for contents in empty if contents.sha256]
    gone = [*plan.remove, *(contents.path for contents in lost)]
    stale = list(chain(*(held.get(path, ()) for path in (*gone, *(file.path for file in read)))))
    if read or gone or writer.catalog.meta("corpus") != writer.about["corpus"]:
        writer.write([], stale, read, gone)
    return embedded, [one for contents in lost for one in contents.refused]


def _known(contents: Contents, limits: str, plan: Plan) -> KnownFile:
    # of before it was read: a change since shows
    state = plan.states.get(contents.path, "")
    return KnownFile(contents.path, contents.sha256, limits, contents.refused, state)
