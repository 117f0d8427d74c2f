"""The copy of the vectors in the catalog's own database, searched by the extension pgvector.

Each collection is a table in the catalog's schema, so it goes wherever the catalog goes. Its type and
operators are in the schema of the extension, which need not be on the search path.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog.postgres.address import Address
from index.catalog.postgres.database import PostgresDatabase
from index.catalog.postgres.migrations import CATALOG
from index.catalog.postgres.schemas import catalog_schema
from index.catalog.postgres.vector_messages import VectorMessages
from index.catalog.vectors import Batch, Near, rank
from index.errors import StorageError, UnreachableError

FAMILY = "pgvector"  # the prefix of the collections
# The oldest version that goes on searching where the graph gave too few.
_OLDEST = (0, 8)
# What is searched before a result is trusted; an index on a graph finds no more than that in one go.
_SEARCH = ("SET hnsw.ef_search TO 400", "SET hnsw.iterative_scan TO relaxed_order")
# The cosine from which two vectors count as equal, and the share of probes that a sound graph finds.
_SAME, _FOUND = 0.999, 0.7
# Memory for building the graph, in KB for each vector of so many numbers, and at most.
_KB, _MOST_KB = 4, 2_000_000
_EXTENSION = (
    "SELECT nspname, extversion FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace "
    "WHERE extname = 'vector'"
)


class PgVectors:
    """One collection of vectors. Safe to call from several threads."""

    def __init__(
        self, address: Address, folder: Path, collection: str, *, create: bool = False
    ) -> None:
        """Open `collection` of the index in `folder`; `create` creates it if missing.

        Raises StorageError, or UnreachableError when the server does not answer or lacks pgvector.
        """
        self.name = collection
        self._messages = VectorMessages(f"{folder} in {address}")
        self._db = PostgresDatabase(
            address, catalog_schema(folder), CATALOG, self._messages, session=_SEARCH
        )
        try:
            self._home = self._extension(create)
            if create:
                with self._db.transaction():
                    self._create()
        except BaseException:
            self._db.close()
            raise

    def _extension(self, create: bool) -> str:
        """The schema of the extension, quoted. A writer that may creates it."""
        found = self._db.rows(_EXTENSION)
        if not found and create:
            try:
                with self._db.transaction():
                    self._db.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
            except StorageError:
                raise self._messages.no_vectors() from None
            found = self._db.rows(_EXTENSION)
        if not found:
            raise self._messages.no_vectors()
        ((schema, version),) = found
        if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
            raise self._messages.too_old(version)
        return _quoted(schema)

    @property
    def _table(self) -> str:
        return _quoted(self.name)

    def _create(self) -> None:
        self._db.execute(
            f'CREATE TABLE IF NOT EXISTS {self._table} (id text COLLATE "C" PRIMARY KEY, '
            f"vector {self._home}.vector NOT NULL)"
        )

    def reopen(self, collection: str) -> None:
        """Read another collection from now on; the writes of other processes are always seen."""
        self.name = collection

    def close(self) -> None:
        """Close the connections."""
        self._db.close()

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store vectors of shape (len(ids), dimension) under `ids`, replacing existing ones."""
        if not ids:
            return
        with self._db.transaction():
            self._index(vectors.shape[1])
            self._delete(ids)
            self._copy(ids, vectors)

    def _index(self, dimension: int) -> None:
        """Make the graph of a collection that has none yet."""
        graph = _quoted(f"{self.name}_graph")
        if self._db.rows("SELECT to_regclass(?)", (graph,))[0][0] is None:
            self._db.execute(
                f"ALTER TABLE {self._table} ALTER vector TYPE {self._home}.vector({dimension})"
            )
            self._db.execute(
                f"CREATE INDEX {graph} ON {self._table} USING hnsw (vector {self._home}.vector_ip_ops)"
            )

    def _copy(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self._db.copy(f"COPY {self._table} (id, vector) FROM STDIN BINARY", _binary(ids, vectors))

    def delete(self, ids: Sequence[str]) -> None:
        """Delete `ids`; unknown ones are ignored."""
        if ids:
            with self._db.transaction():
                self._delete(ids)

    def _delete(self, ids: Sequence[str]) -> None:
        listed = f"(SELECT value FROM {self._db.each})"
        self._db.execute(f"DELETE FROM {self._table} WHERE id IN {listed}", (self._db.listed(ids),))

    def query(self, vector: NDArray[np.float32], k: int) -> list[Near]:
        """The `k` nearest ids to a unit vector: (id, cosine similarity in [-1, 1]), best first."""
        away = f"vector OPERATOR({self._home}.<#>) ?::{self._home}.vector"
        asked = str(vector.tolist())
        sql = f"SELECT id, -({away}) FROM {self._table} ORDER BY {away} LIMIT ?"
        try:
            rows = self._db.rows(sql, (asked, asked, k))
        except UnreachableError:
            raise
        except StorageError:
            self._extension(create=False)  # an administrator may have removed it meanwhile
            raise
        return sorted(((key, float(near)) for key, near in rows), key=rank)

    def count(self) -> int:
        """The number of vectors."""
        return int(self._db.rows(f"SELECT COUNT(*) FROM {self._table}")[0][0])

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Id → vector for those of `ids` that exist."""
        rows = self._db.rows(
            f"SELECT id, vector FROM {self._table} WHERE id IN (SELECT value FROM {self._db.each})",
            (self._db.listed(ids),),
        )
        return {key: np.frombuffer(row, ">f4", offset=4).astype(np.float32) for key, row in rows}

    def holds(self, ids: Sequence[str]) -> bool:
        """True when the vector of each of `ids` can be read. Raises UnreachableError."""
        try:
            return len(self.vectors(ids)) == len(ids)
        except UnreachableError:
            raise
        except StorageError:
            return False

    def is_sound(self, expected: int, probes: NDArray[np.float32]) -> bool:
        """True when it has `expected` vectors and finds most of `probes`. Raises UnreachableError."""
        try:
            if self.count() != expected:
                return False
            nearest = [self.query(probe, 1) for probe in probes]
        except UnreachableError:
            raise
        except StorageError:
            return False
        hits = sum(bool(found) and found[0][1] > _SAME for found in nearest)
        return hits >= _FOUND * len(nearest)

    def fill(self, batches: Iterable[Batch]) -> None:
        """Replace everything by `batches` of (ids, vectors); readers see all or nothing of it."""
        with self._db.transaction():
            self._db.execute(f"DROP TABLE IF EXISTS {self._table}")
            self._create()
            rows = dimension = 0
            for ids, vectors in batches:
                self._copy(ids, vectors)
                rows, dimension = rows + len(ids), vectors.shape[1]
            if rows:
                # A graph that does not fit takes ten times as long. Workers would need shared memory,
                # of which containers have little.
                memory = min(_MOST_KB, 65_536 + rows * _KB * max(dimension, 384) // 384)
                self._db.execute(f"SET LOCAL maintenance_work_mem TO {memory}")
                self._db.execute("SET LOCAL max_parallel_maintenance_workers TO 0")
                self._index(dimension)

    def drop_others(self) -> None:
        """Delete earlier versions of this collection."""
        tables = self._db.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
            "AND starts_with(tablename, ?) AND tablename <> ?",
            (f"{FAMILY}_", self.name),
        )
        with self._db.transaction():
            for (table,) in tables:
                self._db.execute(f"DROP TABLE IF EXISTS {_quoted(table)}")


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _binary(ids: Sequence[str], vectors: NDArray[np.float32]) -> Iterator[bytes]:
    """Rows of (text, vector) as COPY reads them: numbers are big-endian, and values follow their length."""
    yield b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
    size = 4 * vectors.shape[1]
    for key, row in zip(ids, vectors.astype(">f4"), strict=True):
        name = key.encode()
        yield struct.pack(">hi", 2, len(name)) + name
        yield struct.pack(">ihh", 4 + size, vectors.shape[1], 0) + row.tobytes()
    yield struct.pack(">h", -1)
