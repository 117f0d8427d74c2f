"""What goes wrong with the vectors in PostgreSQL, in one line each."""

from dataclasses import dataclass

from index.errors import NoVectorsError, StorageError, UnreachableError


@dataclass(frozen=True, slots=True)
class VectorMessages:
    """The errors of the copy at `place`: it can be filled from the catalog again."""

    place: str

    def missing(self) -> StorageError:
        """There is no catalog whose vectors these could be."""
        return StorageError(f"{self.place}: no index here; run `python -m index sync` first")

    def no_vectors(self) -> StorageError:
        """The extension is not there, and with it no vector."""
        return NoVectorsError(self._lacking("no pgvector", "CREATE EXTENSION vector"))

    def too_old(self, version: str) -> StorageError:
        """The extension is, and the vectors are, but not all can be found."""
        return UnreachableError(
            self._lacking(f"pgvector {version}", "ALTER EXTENSION vector UPDATE")
        )

    def _lacking(self, what: str, command: str) -> str:
        """The server's administrator must do something first."""
        return (
            f"{self.place}: {what} in this database, expected 0.8 or later for BYLINE_CHROMA=pgvector; "
            f"let an administrator of the server install it and run `{command}` there"
        )

    def unusable(self, what: str, remedy: str) -> StorageError:
        """The server does not answer, or lacks something."""
        return UnreachableError(
            f"{self.place}: the vectors cannot be used ({what}); {remedy}, then try again"
        )

    def newer(self, version: int, known: int) -> StorageError:
        """A newer Byline wrote the catalog."""
        return StorageError(
            f"{self.place}: index of version {version}, this Byline knows {known}; use the newer Byline"
        )

    def outdated(self, version: int, known: int) -> StorageError:
        """An older Byline wrote the catalog."""
        return StorageError(
            f"{self.place}: index of version {version}, expected {known}; "
            "run `python -m index sync` to upgrade it"
        )

    def damaged(self, what: str) -> StorageError:
        """A table is gone, or holds something else."""
        return StorageError(
            f"{self.place}: the vectors are damaged ({what}); run `python -m index sync` to rebuild them"
        )
