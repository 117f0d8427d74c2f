"""Journey 1: a folder becomes an index, incrementally by content hash.

read → plan → split → embed → catalog → Chroma, batch by batch, so a run that is stopped leaves a usable
index and the next one goes on from there. It does not know how questions are answered.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from index.article import Article, Passage
from index.catalog import Catalog, Indexed
from index.encoder import Encoder
from index.errors import CorpusError, StorageError, UnreadableError
from index.lock import writer_lock
from index.passages import embedded_text, split_passages
from index.reading import (
    READERS,
    READING_VERSION,
    list_files,
    parse_article,
    read_bytes,
    reader_of,
    sha256_of,
)
from index.store import PROBES, VectorStore

# Passages embedded and stored in one step: large enough to keep the cores busy, small enough to lose little.
BATCH_PASSAGES = 256


@dataclass(frozen=True, slots=True)
class Recipe:
    """How articles become passages and vectors; when it changes, every article is done again."""

    passage_words: int
    overlap_words: int
    max_bytes: int

    def fingerprint(self, encoder: str) -> str:
        """Changes exactly when the same files would give another index."""
        libraries = "/".join(
            f"{name} {version(name)}" for name in ("trafilatura", "charset-normalizer")
        )
        return f"{READING_VERSION}/{self.passage_words}/{self.overlap_words}/{libraries}/{encoder}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync is going to do, by path: bytes are read once more when an article's turn comes."""

    add: tuple[str, ...]
    change: tuple[str, ...]
    remove: tuple[str, ...]
    keep: tuple[str, ...]
    rebuild: bool = False


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did. `skipped` holds (path, reason) of files that are not in the index."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
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

    `progress(done, of)` counts articles. Raises CorpusError before anything is touched when the
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
            plan = _plan(files, catalog, rebuild=catalog.meta("recipe") != about["recipe"])
            if plan.rebuild:  # what another recipe made goes first: a killed run leaves no mixture
                catalog.apply([], [key for key, _ in catalog.hashes().values()], about)
            store, repaired = _open_store(storage, catalog)
            try:
                writer = _Writer(catalog, store, encoder, about)
                if plan.add or plan.change or plan.remove:
                    catalog.set_meta("complete", "no")  # until the end: a stop leaves it so
                embedded, lost = _carry_out(plan, corpus, recipe, writer, progress)
                catalog.set_meta("complete", "yes")
            finally:
                store.close()
            passages = catalog.counts()[1]
        finally:
            catalog.close()
    gone = {path for path, _ in lost}
    return SyncReport(
        added=tuple(path for path in plan.add if path not in gone),
        changed=tuple(path for path in plan.change if path not in gone),
        removed=tuple(sorted({*plan.remove, *(gone & set(plan.change))})),
        kept=plan.keep,
        skipped=tuple(sorted([*skipped, *lost])),
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
            reader_of(path)
            files[path] = sha256_of(read_bytes(corpus, path, recipe.max_bytes))
        except UnreadableError as error:
            skipped.append((path, str(error)))
    if not files:
        raise CorpusError(_no_articles(corpus, skipped))
    return files, skipped


def _no_articles(corpus: Path, skipped: Sequence[tuple[str, str]]) -> str:
    detail = f"; skipped {skipped[0][0]!a}: {skipped[0][1]}" if skipped else ""
    return f"{corpus}: no articles; expected files of {', '.join(READERS)}{detail}"


def _plan(files: dict[str, str], catalog: Catalog, rebuild: bool) -> Plan:
    known = catalog.hashes()
    same = {path for path, sha256 in files.items() if path in known and known[path][1] == sha256}
    keep = set() if rebuild else same
    return Plan(
        add=tuple(path for path in files if path not in known),
        change=tuple(path for path in files if path in known and path not in keep),
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

    def write(self, articles: Sequence[tuple[Article, Passages]], removed: Sequence[str]) -> int:
        """Drops articles by id, embeds and stores others. Returns the number of passages embedded.

        The catalog goes first: when Chroma's part is lost, the generations differ and the next
        sync fills it again.
        """
        texts = [embedded_text(article, p) for article, passages in articles for p in passages]
        vectors = self.encoder.encode(texts)
        items, at = [], 0
        for article, passages in articles:
            items.append(Indexed(article, passages, vectors[at : at + len(passages)]))
            at += len(passages)
        stale = self.catalog.passage_ids(removed)
        self.catalog.apply(items, removed, self.about)
        self.store.delete(stale)
        self.store.upsert([p.id for item in items for p in item.passages], vectors)
        self.catalog.set_meta("chroma_generation", str(self.catalog.generation))
        return len(texts)


def _carry_out(
    plan: Plan, corpus: Path, recipe: Recipe, writer: _Writer, progress: Progress
) -> tuple[int, list[tuple[str, str]]]:
    """Carries out `plan` batch by batch. Returns the number of passages embedded and the files lost.

    What goes goes last, so that a folder in which nothing can be read any more takes nothing away.
    """
    old = {path: article_id for path, (article_id, _) in writer.catalog.hashes().items()}
    paths = [*plan.add, *plan.change]
    lost: list[tuple[str, str]] = []
    embedded = done = 0
    for batch in _batches(corpus, recipe, paths, lost):
        read = [(article, passages) for _, article, passages in batch if article]
        replaced = [old[article.path] for article, _ in read if article.path in old]
        embedded += writer.write(read, replaced) if read else 0
        done += len(batch)
        progress(done, len(paths))
    if not plan.keep and len(lost) == len(paths):
        raise CorpusError(_no_articles(corpus, lost))
    dropped = [old[path] for path in (*plan.remove, *(path for path, _ in lost)) if path in old]
    if dropped or writer.catalog.meta("corpus") != writer.about["corpus"]:
        writer.write([], dropped)
    return embedded, lost


def _batches(
    corpus: Path, recipe: Recipe, paths: Iterable[str], lost: list[tuple[str, str]]
) -> Iterator[list[tuple[str, Article | None, Passages]]]:
    """(path, article, passages) in batches; of an unreadable file, put in `lost`, there is no article."""
    batch: list[tuple[str, Article | None, Passages]] = []
    size = 0
    for path in paths:
        try:
            article = parse_article(path, read_bytes(corpus, path, recipe.max_bytes))
        except UnreadableError as error:
            lost.append((path, str(error)))
            batch.append((path, None, ()))
            continue
        passages = split_passages(article, recipe.passage_words, recipe.overlap_words)
        batch.append((path, article, passages))
        size += len(passages)
        if size >= BATCH_PASSAGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
