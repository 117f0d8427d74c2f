"""The catalog: files, articles, passages, vectors and words, in one SQLite file or in PostgreSQL.

It is the source of truth; Chroma holds a copy of the vectors under the same ids. One process writes at a
time (see index/state/writer_lock.py); any number read what was committed last.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from index.catalog.articles import Articles
from index.catalog.database import Database, ignore_damage
from index.catalog.full_text import FullText
from index.catalog.health import Health
from index.catalog.listing import Listing
from index.catalog.postgres import schemas
from index.catalog.postgres.address import Address
from index.catalog.postgres.full_text import PostgresFullText
from index.catalog.records import OUTDATED, Indexed, KnownFile
from index.catalog.selected_passages import SelectedPassages
from index.catalog.sqlite import files
from index.catalog.sqlite.full_text import SqliteFullText
from index.catalog.vectors import StoredVectors

_SET_META = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_SET_FILE = (
    "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
    "sha256 = excluded.sha256, limits = excluded.limits, refused = excluded.refused, "
    "state = excluded.state, noticed = excluded.noticed"
)


class Catalog:
    """One open catalog. Safe to call from several threads.

    `articles`, `vectors`, `full_text`, `listing`, `selected` and `health` read its parts.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: Address | None = None,
        create: bool = False,
        alone: bool = False,
        on_damage: Callable[[], None] = ignore_damage,
    ) -> None:
        """Open the catalog in `folder`; `create` makes a new one. Raises StorageError in one line.

        With `database` it is there, under the name of the folder; `create` and `alone` then lock it against
        other writers. `on_damage` is called when damage is found: see `IndexState.suspect`.
        """
        self.folder = folder
        self._database = database
        self._db: Database
        self.full_text: FullText
        if database is None:
            self._db = files.opened(folder, create, on_damage)
            self.selected = SelectedPassages(self._db)
            self.full_text = SqliteFullText(self._db, self.selected)
        else:
            server = schemas.opened(database, folder, create, alone or create, on_damage)
            self._db = server
            self.selected = SelectedPassages(server)
            self.full_text = PostgresFullText(server, self.selected)
        self.listing = Listing(self._db, self.selected)
        self.articles = Articles(self._db, self.full_text)
        self.vectors = StoredVectors(self._db)
        self.health = Health(self._db, self.articles, self.full_text)

    def follow(self) -> bool:
        """Reopen the file when another one has replaced it: True when one had."""
        replaced = self._db.follow()
        if replaced:
            self.articles.forget_cached()
        return replaced

    def exists(self) -> bool:
        """False when it was deleted since it was opened. Raises StorageError."""
        return is_there(self.folder, self._database)

    def close(self) -> None:
        """Close the file; the catalog cannot be used afterwards."""
        self._db.close()

    def apply(
        self,
        added: Sequence[Indexed],
        removed: Iterable[str],
        meta: Mapping[str, str],
        files: Iterable[KnownFile] = (),
        gone: Iterable[str] = (),
    ) -> None:
        """In one transaction: drop the articles with ids `removed`, store `added`, set `meta`.

        `files` were read and `gone` are paths to forget; their articles are dropped only when `removed`
        names them. Every call increments the generation, so that readers notice.
        """
        with self._db.transaction():
            self.articles.drop(list(removed))
            self._db.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
            self._db.executemany(
                _SET_FILE,
                [
                    (
                        f.path,
                        f.sha256,
                        f.limits,
                        json.dumps(f.refused),
                        f.state,
                        json.dumps(f.noticed),
                    )
                    for f in files
                ],
            )
            self.articles.store(added)
            self._db.executemany(_SET_META, meta.items())
            self._db.execute(
                "INSERT INTO meta VALUES ('generation', '1') ON CONFLICT (key) "
                "DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT)"
            )
        self.articles.forget_cached()

    def meta(self, key: str) -> str | None:
        """A stored fact about the index, or None; `index.state.meta` names the keys."""
        rows = self._db.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Store one fact about the index; the generation stays the same."""
        with self._db.transaction():
            self._db.execute(_SET_META, (key, value))

    @property
    def generation(self) -> int:
        """The number of `apply` calls so far; 0 for a new catalog."""
        return int(self.meta("generation") or 0)

    def files(self) -> dict[str, KnownFile]:
        """Path → every file that was read, including those without articles."""
        rows = self._db.rows("SELECT path, sha256, limits, refused, state, noticed FROM files")
        try:
            return {
                path: KnownFile(
                    path, sha256, limits, _load_refused(refused), state, _load_noticed(noticed)
                )
                for path, sha256, limits, refused, state, noticed in rows
            }
        except (ValueError, TypeError):
            self._db.report_damage("the list of files")

    def remember_states(self, states: Mapping[str, str]) -> None:
        """Record the states in which known files were found unchanged."""
        with self._db.transaction():
            self._db.executemany(
                "UPDATE files SET state = ? WHERE path = ?",
                [(state, path) for path, state in states.items()],
            )

    def outdate(self, meta: Mapping[str, str]) -> None:
        """Set `meta` and mark every file to be indexed again; its articles stay until then."""
        with self._db.transaction():
            self._db.execute("UPDATE files SET limits = ?", (OUTDATED,))
            self._db.executemany(_SET_META, meta.items())


def is_there(folder: Path, database: Address | None = None) -> bool:
    """True when there is a catalog to open in `folder`, or in `database` under its name."""
    return schemas.is_there(database, folder) if database else files.is_there(folder)


def set_aside(folder: Path, database: Address | None = None) -> str:
    """Rename a catalog that cannot be read, so that it can be examined; its new name."""
    return schemas.set_aside(database, folder) if database else files.set_aside(folder)


def _load_noticed(text: str) -> tuple[str, ...]:
    return tuple(str(remark) for remark in json.loads(text))


def _load_refused(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((path, reason) for path, reason in json.loads(text))
