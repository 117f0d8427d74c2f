"""Replaces a file whole: whoever reads it meanwhile, or a stop in the middle, finds the old one."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A fresh path beside `path`, to be written in the block; then it takes the place of `path`.

    When the block raises, `path` stays as it was and the fresh file is deleted. A link is replaced itself,
    so that nothing is written outside its folder. Raises OSError.
    """
    fresh = fresh_beside(path)
    try:
        yield fresh
        os.replace(fresh, path)
    finally:
        with suppress(OSError):
            fresh.unlink()  # is gone when it has replaced the other


def fresh_beside(path: Path) -> Path:
    """A path in the folder of `path` that no other process or thread writes to."""
    return path.with_name(f".{path.name[:40]}.{os.getpid()}-{threading.get_ident()}.part")
