"""The folder of the corpus: the names and bytes of its files. Nothing outside it is ever read.

It does not know what is in a file.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from index.errors import UnreadableError
from index.formats.saved_page import PAGES, is_named_as_parts, is_part_of


def read_bytes(root: Path, path: str, max_bytes: int) -> bytes:
    """The bytes of a regular file within `root`, at most `max_bytes`. Raises UnreadableError."""
    full = root / path
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        raise UnreadableError("a name that is not UTF-8: rename the file") from None
    try:
        if not full.resolve().is_relative_to(root.resolve()):
            raise UnreadableError("a link out of the corpus: expected a file within it")
        # O_NONBLOCK, because opening a FIFO would wait for a writer
        handle = os.open(full, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from None
    except ValueError:
        raise UnreadableError("an invalid file name") from None
    except RuntimeError:
        raise UnreadableError("a link to itself") from None
    try:
        return _read_regular(handle, max_bytes)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from None
    finally:
        os.close(handle)


def _read_regular(handle: int, max_bytes: int) -> bytes:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("not a regular file")
    if status.st_size > max_bytes:
        raise UnreadableError(
            f"{status.st_size / 1e6:.1f} MB: expected at most {max_bytes / 1e6:g} MB; "
            "raise BYLINE_MAX_FILE_MB"
        )
    with os.fdopen(handle, "rb", closefd=False) as file:
        return file.read(max_bytes)


def is_part_of_page(root: Path, path: str) -> bool:
    """True for the folder that a browser saved beside a page, with its pictures and scripts."""
    full = root / path
    return is_named_as_parts(full.name) and full.is_dir()


def list_files(root: Path) -> Iterator[str]:
    """The paths of the files relative to `root`, sorted by folder, with forward slashes.

    Hidden files and folders are skipped, and so are the files that office programs leave beside an open
    document (`~$x`) and a README at the top, which describes the folder. A linked folder, one that cannot
    be listed, or one with the parts of a saved page, is not entered but returned as a path, so that it is
    reported once.
    """
    closed: list[str] = []
    for folder, names, files in os.walk(root, onerror=lambda error: closed.append(error.filename)):
        names[:] = sorted(name for name in names if not name.startswith("."))
        links = [name for name in names if os.path.islink(os.path.join(folder, name))]
        beside = {file.lower() for file in files if file.lower().endswith(PAGES)}
        parts = [name for name in names if name not in links and is_part_of(name, beside)]
        names[:] = [name for name in names if name not in parts]
        for name in sorted([*files, *links, *parts]):
            if name.startswith((".", "~$")) or (
                folder == str(root) and name.lower() == "readme.md"
            ):
                continue
            yield Path(folder, name).relative_to(root).as_posix()
    yield from (Path(folder).relative_to(root).as_posix() for folder in closed)
