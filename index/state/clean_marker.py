"""The clean marker: sizes, times and hashes of an index's files at the end of the last completed sync.

`IndexState` compares the files with it. This module knows files, not what is in them.
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from index.catalog.sqlite.schema import FILE_NAME as CATALOG
from index.state.replacing import replacing

FILE_NAME = "seal.json"
# Opening Chroma writes a little into this file, so only its size counts.
_CHANGES_ON_OPEN = "chroma.sqlite3"
# SQLite creates and deletes these while the database is open.
_TEMPORARY = ("-journal", "-wal", "-shm")
_GRAPH = ".bin"
_PERSISTED = "index_metadata.pickle"

# Relative path → (size in bytes, modification time in ns, sha256 of Chroma's graph files).
Files = dict[str, tuple[int, int, str]]


def read_files(folder: Path, known: Files) -> Files:
    """The files now; a file whose size and time are as in `known` is not hashed again."""
    found: Files = {}
    for file in [folder / CATALOG, *sorted((folder / "chroma").rglob("*"))]:
        if file.is_dir() or file.name.endswith(_TEMPORARY):
            continue
        if file.name.endswith(_GRAPH) and not file.with_name(_PERSISTED).exists():
            continue  # a graph that was never persisted: Chroma creates an empty one again
        path = file.relative_to(folder).as_posix()
        try:
            state = file.stat()
            changed = state.st_mtime_ns
            sha256 = ""
            if file.name not in (CATALOG, _CHANGES_ON_OPEN):
                before = known.get(path)
                same = before is not None and before[:2] == (state.st_size, changed)
                sha256 = before[2] if before is not None and same else _sha256(file)
        except FileNotFoundError:
            continue
        found[path] = (state.st_size, changed, sha256)
    return found


def read_marker(folder: Path) -> Files | None:
    """The files that the marker describes, or None when it is missing or damaged."""
    try:
        found = json.loads((folder / FILE_NAME).read_text("utf-8"))
        return {path: (int(size), int(at), str(sha)) for path, (size, at, sha) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def write_marker(folder: Path, files: Files, at_ns: int | None = None) -> None:
    """Replace the marker atomically; `at_ns` is its modification time. Raises OSError."""
    with replacing(folder / FILE_NAME) as fresh:
        fresh.write_text(json.dumps(files), "utf-8")
        if at_ns is not None:
            os.utime(fresh, ns=(at_ns, at_ns))


def mark_suspect(folder: Path) -> None:
    """Change the catalog's line in the marker, so that it no longer matches; nothing happens without one.

    A catalog in a database has none, so it gets one.
    """
    files = read_marker(folder)
    if files is not None:
        with suppress(OSError):
            at_ns = (folder / FILE_NAME).stat().st_mtime_ns  # the sync was no later
            files[CATALOG] = 0, 0, ""
            write_marker(folder, files, at_ns)


def remove_marker(folder: Path) -> None:
    """Delete the marker, if there is one."""
    with suppress(OSError):
        (folder / FILE_NAME).unlink()


def graph(files: Files) -> dict[str, tuple[int, str]]:
    """Size and hash of Chroma's graph files. Without times, so that a copied index is the same."""
    return {path: (size, sha) for path, (size, _, sha) in files.items() if sha}


def without_open_times(files: Files) -> Files:
    """The same without what opening Chroma changes."""
    return {
        path: (size, 0 if path.endswith(_CHANGES_ON_OPEN) else at, sha256)
        for path, (size, at, sha256) in files.items()
    }


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
