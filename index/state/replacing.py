"""Replaces a file whole: whoever reads it meanwhile, or a stop in the middle, finds the old one."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A fresh path beside `path`, to be written in the block; then it takes the place of `path`.

    When the block raises, `path` stays as it was and the fresh file is deleted. A link is followed.
    Raises OSError.
    """
    fresh = fresh_beside(path)
    try:
        yield fresh
        os.replace(fresh, os.path.realpath(path))
    finally:
        with suppress(OSError):
            fresh.unlink()  # is gone when it has replaced the other


def fresh_beside(path: Path) -> Path:
    """A path beside `path`, or beside what it links to, that no other process or thread writes to."""
    place = Path(os.path.realpath(path))
    return place.with_name(f".{place.name[:40]}.{os.getpid()}-{threading.get_ident()}.part")
