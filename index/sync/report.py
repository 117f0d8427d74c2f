"""What a sync reports: its result, and its progress while it runs."""

from collections.abc import Callable
from dataclasses import dataclass, field

from index.reading.articles import Refused

Progress = Callable[[int, int], None]  # (done, of)


def no_progress(done: int, of: int) -> None:
    """Ignore the progress."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The result of a sync, by file. `skipped` holds (path, reason) of everything that is not indexed.

    A file with several articles is listed once; a rejected row or member of it is in `skipped` under its
    own path. `articles` and `passages` count the whole index. `repairs` has a line for each part of the
    index that was damaged; `repaired` is True when Chroma was filled again.
    `guessed` holds (path, encoding) of the files whose encoding is a guess.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    skipped: tuple[Refused, ...] = ()
    articles: int = 0
    passages: int = 0
    embedded: int = 0
    repaired: bool = False
    repairs: tuple[str, ...] = ()
    guessed: tuple[Refused, ...] = ()
    seconds: float = field(default=0.0, compare=False)
