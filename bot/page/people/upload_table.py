"""Uploads that several processes share: the files are in PostgreSQL, and each process has copies of them.

Each process has its own folder of copies, with an index of them beside each user's. A copy is made, and a
removed one deleted, before it is read or changed next. All of it can be made again from the table.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from bot.page.people.database import PeopleDatabase
from bot.page.people.upload_files import FOLDER, UploadFiles
from index.catalog.database import Database
from index.errors import StorageBusyError, StorageError
from index.reading.articles import sha256_of
from index.state.writer_lock import writer_lock

AWAY = "your files cannot be reached now; try again in a moment"
_LISTED = "SELECT name, sha256, bytes FROM uploads WHERE owner = ? ORDER BY name"
_log = logging.getLogger(__name__)


class SharedFiles(UploadFiles):
    """One user's files in the table, and this process's copies of them in a folder."""

    def __init__(self, folder: Path, private: Path, people: PeopleDatabase, owner: str) -> None:
        super().__init__(folder, private)
        self._people, self._owner = people, owner
        self._hashes: dict[
            str, tuple[tuple[int, int, int], str]
        ] = {}  # of copies as they were read
        self._writing: Database | None = None  # while alone

    def sizes(self) -> dict[str, int]:
        """Name → bytes of all files, by name."""
        return {name: size for name, _, size in self._rows(_LISTED)}

    def characters(self) -> int | None:
        """The number of characters of all texts in them."""
        asked = "SELECT COALESCE(SUM(characters), 0)::bigint FROM uploads WHERE owner = ?"
        return int(self._rows(asked)[0][0])

    def is_in_step(self) -> bool:
        """True if the copies are those of the files."""
        return self._copied() == self._stored()

    def follow(self) -> bool:
        """Delete the copies of files that are gone or others, and copy those that are missing."""
        stored, copied = self._stored(), self._copied()
        for name, digest in copied.items():
            if stored.get(name) != digest:
                self._delete(name)
        asked = "SELECT data FROM uploads WHERE owner = ? AND name = ? AND sha256 = ?"
        for name, digest in stored.items():
            if copied.get(name) != digest:
                for (data,) in self._rows(asked, name, digest):  # none if it was removed meanwhile
                    self._write(name, bytes(data))
        return stored != copied

    @contextmanager
    def alone(self) -> Iterator[None]:
        """In one transaction: writers take turns, so that the quota is checked for one after the other."""
        with _named(), self._people.writing() as db:
            self._writing = db
            try:
                yield
            finally:
                self._writing = None

    def keep(self, name: str, data: bytes, characters: int = 0) -> None:
        """Store a file, and copy it. Only while `alone`. Raises UploadError, StorageError."""
        assert self._writing
        values = self._owner, name, sha256_of(data), len(data), characters, data
        self._writing.execute("INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?)", values)
        self._write(name, data)

    def remove(self, name: str) -> bool:
        """Delete the file with this name, and its copy; False if there is none."""
        deleted = "DELETE FROM uploads WHERE owner = ? AND name = ?"
        with _named(), self._people.writing() as db:
            found = db.execute(deleted, (self._owner, name)).rowcount
        self._delete(name)
        return bool(found)

    def _stored(self) -> dict[str, str]:
        return {name: digest for name, digest, _ in self._rows(_LISTED)}

    def _copied(self) -> dict[str, str]:
        """Name → hash of the copies; each is read once."""
        hashes = {}
        for path in self.paths():
            with suppress(FileNotFoundError):
                state = path.stat()
                now = state.st_ino, state.st_size, state.st_mtime_ns
                known = self._hashes.get(path.name)
                same = known is not None and known[0] == now
                hashes[path.name] = known if same and known else (now, sha256_of(path.read_bytes()))
        self._hashes = hashes
        return {name: digest for name, (_, digest) in hashes.items()}

    def _rows(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        with _named():
            return self._people.rows(sql, (self._owner, *values))


class Copies:
    """The files of all users, copied into `folder` as they are needed."""

    def __init__(self, folder: Path, people: PeopleDatabase) -> None:
        self.folder = folder
        self._people = people

    def of(self, owner: str, folder: Path, private: Path) -> SharedFiles:
        """Those of one user, copied into `folder`."""
        return SharedFiles(folder, private, self._people, owner)

    def all_bytes(self) -> int:
        """The size of all files. Raises StorageError."""
        with _named():
            return int(
                self._people.rows("SELECT COALESCE(SUM(bytes), 0)::bigint FROM uploads")[0][0]
            )


@contextmanager
def own_copies(people: PeopleDatabase, folder: Path, number: int = 1) -> Iterator[Copies]:
    """A folder of copies below `folder` that no other process uses: `number`, or the next one that is free.

    What was uploaded before there was a table is moved into it. Raises StorageError.
    """
    with ExitStack() as held:
        for place in (folder / "copies" / str(place) for place in count(number)):
            with suppress(StorageBusyError):  # of another container with the same folder
                held.enter_context(writer_lock(place))
                break
        copies = Copies(place, people)
        if number == 1:
            _take_over(folder / FOLDER, copies)
        yield copies


def _take_over(before: Path, copies: Copies) -> None:
    """Store the files of the folder `before`, where they were without a database; then delete them there."""
    for corpus in sorted(before.glob("*/corpus")):
        owner, old = corpus.parent.name, UploadFiles(corpus / FOLDER)
        own = copies.folder / owner
        files = copies.of(owner, own / "corpus" / FOLDER, own)
        for path in old.paths():
            data = path.read_bytes()
            with files.alone():
                files.follow()
                if not files.same(path.name, data):
                    files.keep(files.free(path.name), data, len(data))
            path.unlink(missing_ok=True)
        shutil.rmtree(corpus.with_name("index"), ignore_errors=True)
        shutil.rmtree(corpus, ignore_errors=True)


@contextmanager
def _named() -> Iterator[None]:
    """Errors of the database, in the words of somebody who has files."""
    try:
        yield
    except StorageError as error:
        if str(error) == AWAY:
            raise
        _log.warning("%s", error)
        raise StorageError(AWAY) from None
