"""Repair the catalog before a sync: damaged parts are removed, so that the sync indexes them again."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from index.catalog.catalog import Catalog
from index.catalog.sqlite.schema import FILE_NAME
from index.chroma.server import Server
from index.errors import DamagedError
from index.state.meta import IndexMeta
from index.sync.compare import Part, compare
from index.sync.index_config import IndexConfig

Lines = tuple[str, ...]


def open_repaired(
    corpus: Path,
    storage: Path,
    config: IndexConfig,
    facts: Mapping[str, str],
    hashes: Mapping[str, str] | None,
    server: Server | None,
    progress: Callable[[int, int], None],
) -> tuple[Catalog, Lines]:
    """The catalog in `storage`, and a line about each part of it that was damaged.

    A catalog that cannot be read is renamed and replaced by an empty one. `hashes` are those of the files
    now; None skips the verification. `facts` are those of an index made with `config`.
    """
    try:
        catalog = Catalog(storage, create=True)
    except DamagedError as error:
        return _replaced(storage, error)
    if hashes is None:
        return catalog, ()
    try:
        same = IndexMeta(catalog).matches(facts)
        return catalog, _repair(corpus, catalog, config if same else None, hashes, server, progress)
    except DamagedError as error:
        catalog.close()
        return _replaced(storage, error)
    except BaseException:
        catalog.close()
        raise


def _repair(
    corpus: Path,
    catalog: Catalog,
    config: IndexConfig | None,
    hashes: Mapping[str, str],
    server: Server | None,
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


def _replaced(storage: Path, error: DamagedError) -> tuple[Catalog, Lines]:
    aside = f"{FILE_NAME}.damaged"
    for end in ("", "-wal", "-shm"):  # together, so that it can be examined
        if (storage / f"{FILE_NAME}{end}").exists():
            os.replace(storage / f"{FILE_NAME}{end}", storage / f"{aside}{end}")
    cause = str(error).partition("; run ")[0]
    return Catalog(storage, create=True), (f"{cause}: rebuilt, the old file is {aside}",)
