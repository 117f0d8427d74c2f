"""Journey 1: a folder becomes an index, incrementally by content hash.

read → plan → split → embed → catalog → Chroma, batch by batch, so a run that is stopped leaves a usable
index and the next one goes on from there. It does not know how questions are answered.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from index.article import Article, Passage
from index.catalog import Catalog, Indexed, KnownFile
from index.encoder import Encoder
from index.errors import CorpusError, StorageError, UnreadableError
from index.folder import list_files, read_bytes
from index.formats import SUFFIXES, suffix_of
from index.limits import Limits
from index.lock import writer_lock
from index.passages import embedded_text, split_passages
from index.reading import READING_VERSION, Contents, Refused, parse_file, sha256_of
from index.store import PROBES, VectorStore

# Passages embedded and stored in one step: large enough to keep the cores busy, small enough to lose little.
BATCH_PASSAGES = 256
# What texts are taken out of files with: another version may read them differently.
LIBRARIES = ("trafilatura", "charset-normalizer", "lxml", "pypdfium2", "python-docx")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How articles become passages and vectors; when it changes, every article is done again."""

    passage_words: int
    overlap_words: int
    limits: Limits

    def fingerprint(self, encoder: str) -> str:
        """Changes exactly when the same files would give another index."""
        libraries = "/".join(f"{name} {version(name)}" for name in LIBRARIES)
        return f"{READING_VERSION}/{self.passage_words}/{self.overlap_words}/{libraries}/{encoder}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync is going to do, by file: bytes are read once more when a file's turn comes."""

    add: tuple[str, ...]
    change: tuple[str, ...]
    remove: tuple[str, ...]
    keep: tuple[str, ...]
    rebuild: bool = False

    @property
    def read(self) -> tuple[str, ...]:
        """The files whose turn comes, in order."""
        return self.add + self.change


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by file. `skipped` holds (path, reason) of what is not in the index.

    A file of several articles stands once among those added or kept; a row or a member of it that is
    no article is skipped under a path of its own. `articles` and `passages` are what the index holds.
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
    seconds: float = field(default=0.0, compare=False)


Progress = Callable[[int, int], None]
Passages = tuple[Passage, ...]


def no_progress(done: int, of: int) -> None:
    """The progress nobody watches."""


def sync(
    corpus: Path,
    storage: Path,
    encoder: Encoder,
    recipe: Recipe,
    progress: Progress = no_progress,
) -> SyncReport:
    """Brings the index in `storage` in line with the folder `corpus`.

    `progress(done, of)` counts files. Raises CorpusError before anything is touched when the
    folder is missing or holds no article, StorageBusyError when another sync is running.
    """
    began = time.monotonic()
    files, skipped = _survey(corpus, storage, recipe)
    about = {
        "recipe": recipe.fingerprint(encoder.fingerprint),
        "encoder": encoder.fingerprint,
        "corpus": str(corpus.resolve()),
    }
    with writer_lock(storage):
        catalog = Catalog(storage, create=True)
        try:
            before = catalog.article_ids()
            rebuild = catalog.meta("recipe") != about["recipe"]
            plan = _plan(files, catalog, recipe.limits.fingerprint, rebuild)
            if plan.rebuild:  # what another recipe made goes first: a killed run leaves no mixture
                catalog.apply([], chain(*before.values()), about, gone=catalog.files())
            store, repaired = _open_store(storage, catalog)
            try:
                writer = _Writer(catalog, store, encoder, about)
                if plan.add or plan.change or plan.remove:
                    catalog.set_meta("complete", "no")  # until the end: a stop leaves it so
                embedded, lost = _carry_out(plan, corpus, recipe, writer, progress)
                catalog.set_meta("complete", "yes")
            finally:
                store.close()
            known, after = catalog.files().values(), catalog.article_ids()
            articles, passages = catalog.counts()
        finally:
            catalog.close()
    refused = chain.from_iterable(file.refused for file in known)
    return SyncReport(
        added=tuple(path for path in plan.add if path in after),
        changed=tuple(path for path in plan.change if path in after),
        removed=tuple(sorted(before.keys() - after.keys())),
        kept=tuple(path for path in plan.keep if path in after),
        skipped=tuple(sorted({*skipped, *lost, *refused})),
        articles=articles,
        passages=passages,
        embedded=embedded,
        repaired=repaired and not plan.rebuild,
        seconds=time.monotonic() - began,
    )


def _survey(
    corpus: Path, storage: Path, recipe: Recipe
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Path → sha256 of every file that may be an article, and (path, reason) of the others."""
    if not corpus.is_dir():
        raise CorpusError(f"{corpus}: no such folder; expected a folder of articles, see --corpus")
    files: dict[str, str] = {}
    skipped: list[tuple[str, str]] = []
    root, own = corpus.resolve(), storage.resolve()
    for path in list_files(corpus):
        if own in (root / path).parents:
            continue  # an index kept inside the corpus is no article of it
        try:
            _check_suffix(corpus, path, recipe.limits)
            files[path] = sha256_of(read_bytes(corpus, path, recipe.limits.max_bytes))
        except UnreadableError as error:
            skipped.append((path, str(error)))
    if not files:
        raise CorpusError(_no_articles(corpus, skipped))
    return files, skipped


def _check_suffix(corpus: Path, path: str, limits: Limits) -> None:
    """Raises UnreadableError for another format; of a link that leads out, that it does comes first."""
    try:
        suffix_of(path)
    except UnreadableError:
        if (corpus / path).is_symlink():
            read_bytes(corpus, path, limits.max_bytes)
        raise


def _no_articles(corpus: Path, skipped: Sequence[Refused]) -> str:
    detail = f"; skipped {skipped[0][0]!a}: {skipped[0][1]}" if skipped else ""
    return f"{corpus}: no articles; expected files of {', '.join(SUFFIXES)}{detail}"


def _plan(files: dict[str, str], catalog: Catalog, limits: str, rebuild: bool) -> Plan:
    """What is to be done for `files` (path → sha256) within `limits` (their fingerprint).

    A file that no article came of is remembered as well: its bytes are not read in vain again.
    """
    known, held = catalog.files(), catalog.article_ids()
    keep = set()
    if not rebuild:
        keep = {
            path
            for path, sha256 in files.items()
            if path in known and (known[path].sha256, known[path].limits) == (sha256, limits)
        }
    return Plan(
        add=tuple(path for path in files if path not in held and path not in keep),
        change=tuple(path for path in files if path in held and path not in keep),
        remove=tuple(sorted(known.keys() - files.keys())),
        keep=tuple(path for path in files if path in keep),
        rebuild=rebuild,
    )


def _open_store(storage: Path, catalog: Catalog) -> tuple[VectorStore, bool]:
    """Chroma in step with the catalog: as it is when sound, else filled again. True when it was."""
    name = catalog.meta("collection")
    if name is None:
        # A catalog that never had a collection owns nothing of what may lie in the folder.
        _discard(storage / "chroma")
        catalog.set_meta("chroma_generation", str(catalog.generation))
        catalog.set_meta("collection", "news_1")
        return VectorStore(storage, "news_1", create=True), False
    in_step = catalog.meta("chroma_generation") == str(catalog.generation)
    fresh = f"news_{int(name.removeprefix('news_')) + 1}"
    try:
        store = VectorStore(storage, name, create=True)
        if in_step and store.is_sound(catalog.counts()[1], catalog.sample(PROBES)):
            return store, False
        store.close()
        store = _filled(storage, fresh, catalog)
    except StorageError:  # not only out of step but damaged
        _discard(storage / "chroma")
        store = _filled(storage, fresh, catalog)
    meta = {"collection": fresh, "chroma_generation": str(catalog.generation + 1)}
    catalog.apply([], [], meta)  # the pointer switches in one transaction
    store.drop_others()
    return store, True


def _discard(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if folder.is_file():
        folder.unlink()


def _filled(storage: Path, name: str, catalog: Catalog) -> VectorStore:
    store = VectorStore(storage, name, create=True)
    try:
        store.fill(catalog.vectors())
    except BaseException:
        store.close()
        raise
    return store


@dataclass(frozen=True, slots=True)
class _Writer:
    """The open parts of one sync, and the one place where catalog and Chroma are written."""

    catalog: Catalog
    store: VectorStore
    encoder: Encoder
    about: dict[str, str]

    def write(
        self,
        articles: Sequence[tuple[Article, Passages]],
        removed: Sequence[str],
        files: Sequence[KnownFile],
        gone: Sequence[str] = (),
    ) -> int:
        """Drops articles by id, embeds and stores others. Returns the number of passages embedded.

        `files` are recorded as read and those `gone` forgotten, in the same transaction. The catalog
        goes first: when Chroma's part is lost, the generations differ and the next sync fills it again.
        """
        texts = [embedded_text(article, p) for article, passages in articles for p in passages]
        vectors = self.encoder.encode(texts)
        items, at = [], 0
        for article, passages in articles:
            items.append(Indexed(article, passages, vectors[at : at + len(passages)]))
            at += len(passages)
        stale = self.catalog.passage_ids(removed)
        self.catalog.apply(items, removed, self.about, files, gone)
        self.store.delete(stale)
        self.store.upsert([p.id for item in items for p in item.passages], vectors)
        self.catalog.set_meta("chroma_generation", str(self.catalog.generation))
        return len(texts)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A file as it was just read: the articles that the index lacks, and the ids that it holds too many."""

    contents: Contents
    fresh: tuple[tuple[Article, Passages], ...]
    stale: tuple[str, ...]


def _carry_out(
    plan: Plan, corpus: Path, recipe: Recipe, writer: _Writer, progress: Progress
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
    for batch in _batches(corpus, recipe, plan.read, held):
        full = [turn for turn in batch if turn.contents.articles]
        empty += [turn.contents for turn in batch if not turn.contents.articles]
        if full:
            embedded += writer.write(
                [item for turn in full for item in turn.fresh],
                [key for turn in full for key in turn.stale],
                [_known(turn.contents, limits) for turn in full],
            )
        done += len(batch)
        progress(done, len(plan.read))
    if len(empty) == len(plan.read) and held.keys().isdisjoint(plan.keep):
        known = writer.catalog.files()
        refused = [*(c.refused for c in empty), *(known[path].refused for path in plan.keep)]
        raise CorpusError(_no_articles(corpus, list(chain(*refused))))
    lost = [contents for contents in empty if not contents.sha256]
    read = [_known(contents, limits) for contents in empty if contents.sha256]
    gone = [*plan.remove, *(contents.path for contents in lost)]
    stale = list(chain(*(held.get(path, ()) for path in (*gone, *(file.path for file in read)))))
    if read or gone or writer.catalog.meta("corpus") != writer.about["corpus"]:
        writer.write([], stale, read, gone)
    return embedded, [one for contents in lost for one in contents.refused]


def _known(contents: Contents, limits: str) -> KnownFile:
    return KnownFile(contents.path, contents.sha256, limits, contents.refused)


def _batches(
    corpus: Path, recipe: Recipe, paths: Iterable[str], held: dict[str, list[str]]
) -> Iterator[list[_Turn]]:
    """The files at `paths` in batches of whole files; `held` are the ids that the index has of each."""
    batch: list[_Turn] = []
    size = 0
    for path in paths:
        turn = _turn(corpus, recipe, path, frozenset(held.get(path, ())))
        batch.append(turn)
        size += sum(len(passages) for _, passages in turn.fresh)
        if size >= BATCH_PASSAGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _turn(corpus: Path, recipe: Recipe, path: str, held: frozenset[str]) -> _Turn:
    try:
        data = read_bytes(corpus, path, recipe.limits.max_bytes)
    except UnreadableError as error:  # gone or closed since the survey: without a hash
        return _Turn(Contents(path, "", (), ((path, str(error)),)), (), ())
    contents = parse_file(path, data, recipe.limits)
    fresh = tuple(
        (article, split_passages(article, recipe.passage_words, recipe.overlap_words))
        for article in contents.articles
        if article.id not in held
    )
    return _Turn(contents, fresh, tuple(held - {article.id for article in contents.articles}))
