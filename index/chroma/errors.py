"""Whatever Chroma raises, its Rust panics included, becomes one StorageError."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chromadb.errors import ChromaError, InternalError, NotFoundError

from index.chroma.server import Server
from index.errors import StorageError, UnreachableError


@contextmanager
def one_line(place: Path | Server) -> Iterator[None]:
    """Raises StorageError in one line, UnreachableError when the server does not answer."""
    try:
        yield
    except (StorageError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except NotFoundError as error:
        raise _failed(place, "the collection was replaced by another process") from error
    except BaseException as error:  # a Rust panic is no Exception
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        silent = isinstance(error, InternalError) or not isinstance(error, ChromaError)
        if isinstance(place, Server) and silent:
            raise UnreachableError(
                f"{place}: no answer from the Chroma server ({reason}); start it, or unset "
                "BYLINE_CHROMA and run `python -m index sync`"
            ) from error
        raise _failed(place, reason) from error


def _failed(place: Path | Server, reason: str) -> StorageError:
    return StorageError(
        f"{place}: Chroma failed ({reason}); run `python -m index sync` to rebuild it"
    )
