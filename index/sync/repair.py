"""A catalog fit to be brought up to date: what is damaged in it is taken out, and so done again."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from index.catalog.catalog import FILE_NAME, Catalog
from index.chroma.server import Server
from index.errors import DamagedError
from index.sync.compare import Part, compare
from index.sync.recipe import Recipe
from index.sync.replica import IN_STEP

Lines = tuple[str, ...]


def open_mended(
    corpus: Path,
    storage: Path,
    recipe: Recipe,
    about: Mapping[str, str],
    hashes: Mapping[str, str] | None,
    server: Server | None,
    progress: Callable[[int, int], None],
) -> tuple[Catalog, Lines]:
    """The catalog in `storage`, and a line about each part of it that was damaged.

    A catalog that cannot be read is set aside for an empty one. `hashes` are those of the files now;
    without them nothing is looked for. `about` is what a catalog made by `recipe` says of itself.
    """
    try:
        catalog = Catalog(storage, create=True)
    except DamagedError as error:
        return _begun_again(storage, error)
    if hashes is None:
        return catalog, ()
    try:
        same = all(catalog.meta(key) == value for key, value in about.items())
        return catalog, _mend(corpus, catalog, recipe if same else None, hashes, server, progress)
    except DamagedError as error:
        catalog.close()
        return _begun_again(storage, error)
    except BaseException:
        catalog.close()
        raise


def _mend(
    corpus: Path,
    catalog: Catalog,
    recipe: Recipe | None,
    hashes: Mapping[str, str],
    server: Server | None,
    progress: Callable[[int, int], None],
) -> Lines:
    articles: set[str] = set()
    files: set[str] = set()
    parts: set[Part] = set()
    for damage in compare(corpus, catalog, recipe, hashes, server, progress):
        if damage.part == "catalog":
            raise DamagedError(damage.line)
        parts.add(damage.part)
        articles.update([damage.article_id] if damage.article_id else ())
        files.update([damage.file] if damage.file else ())
    lines: Lines = ()
    if "words" in parts:
        catalog.rebuild_words(without=articles)
        lines += ("the full-text index was damaged and has been made again",)
    if articles or files:
        catalog.apply([], sorted(articles), {}, gone=sorted(files))
        lines += (f"files of which a part was damaged and has been read again: {len(files)}",)
    if "chroma" in parts:
        catalog.set_meta(IN_STEP, "damaged")
    return lines


def _begun_again(storage: Path, error: DamagedError) -> tuple[Catalog, Lines]:
    aside = f"{FILE_NAME}.damaged"
    for end in ("", "-wal", "-shm"):  # together, so that whoever studies it finds all of it
        if (storage / f"{FILE_NAME}{end}").exists():
            os.replace(storage / f"{FILE_NAME}{end}", storage / f"{aside}{end}")
    cause = str(error).partition("; run ")[0]
    return Catalog(storage, create=True), (f"{cause}: begun again, the old file is {aside}",)
