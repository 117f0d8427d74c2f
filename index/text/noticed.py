"""What is noticed about a file while it is read, besides its articles: orders of dates, encodings.

The readers say it where they see it; `noticing` collects it. Nothing depends on it while a file is read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# A date in figures that shows the order of day and month, and one that can be two days.
DAY_FIRST, MONTH_FIRST, TWO_DAYS = "dates dmy", "dates mdy", "dates ?"
# Before the name of an encoding: declared or certain, and guessed.
ENCODING, GUESSED = "encoding ", "guessed "

_noticed: ContextVar[set[str] | None] = ContextVar("noticed", default=None)


@contextmanager
def noticing() -> Iterator[set[str]]:
    """Collects what is noticed within the block, in this thread."""
    found: set[str] = set()
    token = _noticed.set(found)
    try:
        yield found
    finally:
        _noticed.reset(token)


def notice(*remarks: str) -> None:
    """Say what was seen; without `noticing` around it nobody hears it."""
    found = _noticed.get()
    if found is not None:
        found.update(remarks)
