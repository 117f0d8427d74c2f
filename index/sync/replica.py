"""Chroma in step with the catalog: opened as it is when sound, else filled again from there."""

import secrets
from pathlib import Path

from index.catalog.catalog import Catalog
from index.chroma.server import Server
from index.chroma.store import PROBES, VectorStore, discard
from index.errors import StorageError, UnreachableError

IN_STEP = "chroma_generation"  # the catalog's generation that Chroma holds
# Passages stored last whose vectors are read back: what a killed or disturbed write loses are those.
LATEST = 256
LOCAL = "news"  # what the names of collections in a folder begin with


def is_in_step(catalog: Catalog) -> bool:
    """True when Chroma was given all that the catalog holds."""
    return catalog.meta(IN_STEP) == str(catalog.generation)


def is_local(catalog: Catalog) -> bool:
    """True when that Chroma is the one in the folder beside the catalog."""
    return (catalog.meta("collection") or "").startswith(f"{LOCAL}_")


def note_in_step(catalog: Catalog) -> None:
    """Chroma has just been given all that the catalog holds."""
    catalog.set_meta(IN_STEP, str(catalog.generation))


def open_replica(
    storage: Path, catalog: Catalog, server: Server | None
) -> tuple[VectorStore, bool]:
    """The store of `catalog`'s vectors, and whether it had to be filled again."""
    name, family = catalog.meta("collection"), _family(storage, catalog, server)
    if name is None:
        # A catalog that never had a collection owns nothing of what may lie in the folder.
        discard(storage / "chroma")
        store = VectorStore(storage, f"{family}_1", create=True, server=server)
        note_in_step(catalog)
        catalog.set_meta("collection", store.name)
        return store, False
    known, _, number = name.rpartition("_")
    fresh = f"{family}_{int(number) + 1}"
    try:
        if known == family and is_in_step(catalog):
            store = VectorStore(storage, name, create=True, server=server)
            if _is_whole(store, catalog):
                return store, False
        store = _filled(storage, fresh, catalog, server)
    except UnreachableError:
        raise
    except StorageError:  # not only out of step but damaged
        discard(storage / "chroma")
        store = _filled(storage, fresh, catalog, server)
    # the pointer switches in one transaction
    catalog.apply([], [], {"collection": fresh, IN_STEP: str(catalog.generation + 1)})
    store.drop_others()
    if server is not None:
        discard(storage / "chroma")  # from before it moved to the server
    return store, True


def _is_whole(store: VectorStore, catalog: Catalog) -> bool:
    """Whether it holds what the catalog does; it stays open only then."""
    whole = False
    try:
        found = store.is_sound(catalog.counts()[1], catalog.sample(PROBES))
        whole = found and store.holds(catalog.latest(LATEST))
    finally:
        if not whole:
            store.close()
    return whole


def _family(storage: Path, catalog: Catalog, server: Server | None) -> str:
    """What the names of an index's collections begin with: on a server, like no other index's."""
    if server is None:
        return LOCAL
    home, owner = str(storage.resolve()), catalog.meta("owner")
    if (
        owner is None or catalog.meta("home") != home
    ):  # a copied index must not write to the first one's
        owner = secrets.token_hex(8)
        catalog.set_meta("owner", owner)
        catalog.set_meta("home", home)
    return f"byline_{owner}"


def _filled(storage: Path, name: str, catalog: Catalog, server: Server | None) -> VectorStore:
    store = VectorStore(storage, name, create=True, server=server)
    try:
        store.fill(catalog.vectors())
    except BaseException:
        store.close()
        raise
    return store
