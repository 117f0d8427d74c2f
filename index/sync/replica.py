"""The copy of the vectors in step with the catalog: opened when sound, otherwise filled again from there."""

import secrets
from pathlib import Path

from index.catalog.catalog import Catalog
from index.catalog.postgres.address import Address
from index.catalog.postgres.pgvector import FAMILY
from index.chroma.client import discard
from index.chroma.store import PROBES
from index.errors import StorageError, UnreachableError
from index.state.meta import CHROMA_GENERATION, COLLECTION, HOME, LOCAL, OWNER, IndexMeta
from index.state.vector_copy import Place, VectorCopy, open_copy

# The latest passages, whose vectors are read back: a killed or disturbed write loses these.
LATEST = 256


def open_replica(storage: Path, catalog: Catalog, server: Place) -> tuple[VectorCopy, bool]:
    """The store of `catalog`'s vectors, and whether it had to be filled again."""
    meta = IndexMeta(catalog)
    name, family = meta.collection, _family(storage, catalog, server)
    if name is None:
        # The catalog never had a collection, so Chroma files in the folder are not its own.
        discard(storage / "chroma")
        store = open_copy(storage, f"{family}_1", server, create=True)
        if store.count():  # left by an index of this name
            store.fill(())
        meta.set_in_step()
        catalog.set_meta(COLLECTION, store.name)
        return store, False
    known, _, number = name.rpartition("_")
    fresh = f"{family}_{int(number) + 1}"
    try:
        if known == family and meta.is_in_step:
            store = open_copy(storage, name, server, create=True)
            if _is_whole(store, catalog):
                return store, False
        store = _filled(storage, fresh, catalog, server)
    except UnreachableError:
        raise
    except StorageError:  # damaged
        discard(storage / "chroma")
        store = _filled(storage, fresh, catalog, server)
    # one transaction switches to the new collection
    catalog.apply([], [], {COLLECTION: fresh, CHROMA_GENERATION: str(catalog.generation + 1)})
    store.drop_others()
    if server is not None:
        discard(storage / "chroma")  # left from before the vectors moved to the server
    return store, True


def _is_whole(store: VectorCopy, catalog: Catalog) -> bool:
    """True when the store holds what the catalog does; otherwise it is closed."""
    whole = False
    try:
        found = store.is_sound(catalog.articles.counts()[1], catalog.vectors.sample(PROBES))
        whole = found and store.holds(catalog.vectors.latest_ids(LATEST))
    finally:
        if not whole:
            store.close()
    return whole


def _family(storage: Path, catalog: Catalog, server: Place) -> str:
    """The prefix of an index's collection names: unique for each index on a server."""
    if server is None:
        return LOCAL
    if isinstance(server, Address):
        return FAMILY  # each catalog has tables of its own
    home, owner = str(storage.resolve()), catalog.meta(OWNER)
    # A copied index must not write to the collections of the original.
    if owner is None or catalog.meta(HOME) != home:
        owner = secrets.token_hex(8)
        catalog.set_meta(OWNER, owner)
        catalog.set_meta(HOME, home)
    return f"byline_{owner}"


def _filled(storage: Path, name: str, catalog: Catalog, server: Place) -> VectorCopy:
    store = open_copy(storage, name, server, create=True)
    try:
        store.fill(catalog.vectors.all())
    except BaseException:
        store.close()
        raise
    return store
