"""Repair the catalog before a sync: damaged parts are removed, so that the sync indexes them again."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from index.catalog.catalog import Catalog, set_aside
from index.catalog.postgres.address import Address
from index.catalog.records import KnownFile
from index.errors import DamagedError, StorageError
from index.state.meta import IndexMeta
from index.state.vector_copy import Place
from index.sync.compare import Part, compare
from index.sync.index_config import IndexConfig

Lines = tuple[str, ...]


def known_files(
    storage: Path, database: Address | None, on_damage: Callable[[], None]
) -> dict[str, KnownFile]:
    """The files as the index knows them; none without an index that can be read."""
    try:
        with closing(Catalog(storage, database=database, on_damage=on_damage)) as catalog:
            return catalog.files()
    except StorageError:
        return {}


def open_repaired(
    corpus: Path,
    storage: Path,
    config: IndexConfig,
    facts: Mapping[str, str],
    hashes: Mapping[str, str] | None,
    server: Place,
    database: Address | None,
    progress: Callable[[int, int], None],
    writing: Callable[[], None],
) -> tuple[Catalog, Lines]:
    """The catalog in `storage`, and a line about each part of it that was damaged.

    A catalog that cannot be read is renamed and replaced by an empty one. `hashes` are those of the files
    now; None skips the verification. `facts` are those of an index made with `config`. `writing` is called
    before anything is written, and not when the catalog cannot be opened now.
    """
    try:
        catalog = Catalog(storage, database=database, create=True)
    except DamagedError as error:
        writing()
        return _replaced(storage, database, error)
    writing()
    if hashes is None:
        return catalog, ()
    try:
        same = IndexMeta(catalog).matches(facts)
        return catalog, _repair(corpus, catalog, config if same else None, hashes, server, progress)
    except DamagedError as error:
        catalog.close()
        return _replaced(storage, database, error)
    except BaseException:
        catalog.close()
        raise


def _repair(
    corpus: Path,
    catalog: Catalog,
    config: IndexConfig | None,
    hashes: Mapping[str, str],
    server: Place,
    progress: Callable[[int, int], None],
) -> Lines:
    articles: set[str] = set()
    files: set[str] = set()
    parts: set[Part] = set()
    for damage in compare(corpus, catalog, config, hashes, server, progress):
        if damage.part == "catalog":
            raise DamagedError(damage.line)
        parts.add(damage.part)
        articles.update([damage.article_id] if damage.article_id else ())
        files.update([damage.file] if damage.file else ())
    lines: Lines = ()
    if "words" in parts:
        catalog.health.rebuild_words(without=articles)
        lines += ("the full-text index was damaged and has been rebuilt",)
    if articles or files:
        catalog.apply([], sorted(articles), {}, gone=sorted(files))
        lines += (f"files with damaged parts that have been read again: {len(files)}",)
    if "chroma" in parts:
        IndexMeta(catalog).set_out_of_step()
    return lines


def _replaced(
    storage: Path, database: Address | None, error: DamagedError
) -> tuple[Catalog, Lines]:
    aside = set_aside(storage, database)
    cause = str(error).partition("; run ")[0]
    catalog = Catalog(storage, database=database, create=True)
    return catalog, (f"{cause}: rebuilt, the old {'schema' if database else 'file'} is {aside}",)
