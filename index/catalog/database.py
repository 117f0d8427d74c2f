"""What the catalog needs of a database: rows of SQL, transactions, and errors in one line.

`index.catalog.sqlite` and `index.catalog.postgres` are two homes of it. Their SQL is the same except for the
pieces that `Database` has as attributes. Both take "?" for a value.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn, Protocol

from index.errors import DamagedError, StorageError


class Messages(Protocol):
    """The errors that a damaged or unusable database raises: what to do depends on what it holds."""

    def missing(self) -> StorageError:
        """Nothing was stored yet."""

    def unusable(self, what: str, remedy: str) -> StorageError:
        """It is intact and cannot be used now."""

    def newer(self, version: int, known: int) -> StorageError:
        """It is intact, and a newer Byline, which knows more than version `known`, wrote it."""

    def outdated(self, version: int, known: int) -> StorageError:
        """It has an older version and was not opened to be upgraded to `known`."""

    def damaged(self, what: str) -> StorageError:
        """It cannot be read."""


class Cursor(Protocol):
    """What a statement returns."""

    @property
    def rowcount(self) -> int:
        """The number of rows that it changed."""

    def fetchone(self) -> Any:
        """The next row, or None."""


class Database(Protocol):
    """An open database. Safe to call from several threads."""

    @property
    def each(self) -> str:
        """A table of the elements of one bound value, as texts in its column `value`; see `listed`."""

    @property
    def like(self) -> str:
        """The operator LIKE that ignores case in ASCII, and only there."""

    def listed(self, values: Sequence[str] | Sequence[int]) -> object:
        """`values` as the one value that `each` takes."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit all writes inside, or none of them. Raises StorageError."""

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        """Run one statement inside a transaction."""

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run one writing statement for each of `values`, inside a transaction."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a statement returns. Raises StorageError."""

    def day(self, text: Any) -> date:
        """The date in a column. Raises DamagedError."""

    def version(self) -> object:
        """Changes whenever the content is changed or replaced, by anybody."""

    def follow(self) -> bool:
        """Reopen the database when another one has replaced it: True when one had."""

    def faults(self) -> list[str]:
        """The errors that the database finds in itself, at most twenty. Raises StorageError."""

    def report_damage(self, what: str) -> NoReturn:
        """Record the damage and raise the error for content that cannot be read."""

    def close(self) -> None:
        """Close it; it cannot be used afterwards."""


def ignore_damage() -> None:
    """For databases whose damage nobody needs to record."""


@dataclass(frozen=True, slots=True)
class CatalogMessages:
    """Those of the catalog at `place`: it can be rebuilt from the articles, so the remedy is a sync."""

    place: str

    def missing(self) -> StorageError:
        """Nothing was stored yet."""
        return StorageError(f"{self.place}: no index here; run `python -m index sync` first")

    def unusable(self, what: str, remedy: str) -> StorageError:
        """It is intact and cannot be used now."""
        return StorageError(
            f"{self.place}: the catalog cannot be used ({what}); {remedy}, "
            "then run `python -m index sync`"
        )

    def newer(self, version: int, known: int) -> StorageError:
        """A newer Byline wrote it."""
        return StorageError(
            f"{self.place}: index of version {version}, this Byline knows {known}; "
            "use the newer Byline, or another --storage folder"
        )

    def outdated(self, version: int, known: int) -> StorageError:
        """An older Byline wrote it."""
        return DamagedError(
            f"{self.place}: index of version {version}, expected {known}; "
            "run `python -m index sync` to upgrade it"
        )

    def damaged(self, what: str) -> StorageError:
        """It cannot be read."""
        return DamagedError(
            f"{self.place}: the catalog is damaged ({what}); run `python -m index sync` to repair it"
        )
