"""The seal: how the files of an index looked when a sync last put them down.

While it holds, no run was killed in the middle of writing and nobody else has written there, so a sync need
not look at every passage. Whoever meets damage says so, and the next sync looks. It knows files, not
what they hold.
"""

import hashlib
import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

FILE_NAME = "seal.json"
CATALOG = "catalog.sqlite3"
# Chroma writes a little into this one whenever it is opened, so of it only the size tells.
_RESTLESS = "chroma.sqlite3"
# They come and go while a program has the database beside them open.
_PASSING = ("-journal", "-wal", "-shm")

_GRAPH = ".bin"
_PERSISTED = "index_metadata.pickle"

# Relative path → [size in bytes, time of change in ns, sha256 where it counts].
Look = dict[str, tuple[int, int, str]]


def seal(folder: Path, before: Look | None = None) -> None:
    """Puts the seal on `folder` as it is; where there is no room for it, it stays unsealed.

    `before` is the look that was broken: what has not changed since is not hashed again.
    """
    with suppress(OSError):
        _write(folder, _look(folder, before or {}))


def sealed_at(folder: Path) -> datetime | None:
    """When a sync last came to its end; None while one is under way, or when one was killed."""
    try:
        return datetime.fromtimestamp((folder / FILE_NAME).stat().st_mtime, UTC)
    except OSError:
        return None


def _write(folder: Path, look: Look, at_ns: int | None = None) -> None:
    new = folder / f"{FILE_NAME}.new"
    try:
        new.write_text(json.dumps(look), "utf-8")
        if at_ns is not None:
            os.utime(new, ns=(at_ns, at_ns))
        os.replace(new, folder / FILE_NAME)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def is_sealed(folder: Path) -> bool:
    """True while the files are as they were when the seal was put on, but for what opening them changes."""
    sealed = _sealed(folder)
    return sealed is not None and _settled(_look(folder, sealed)) == _settled(sealed)


def is_untouched(folder: Path) -> bool:
    """True while, besides, nobody has even opened Chroma."""
    sealed = _sealed(folder)
    return sealed is not None and _look(folder, sealed) == sealed


def is_known(folder: Path) -> bool:
    """True when the files of Chroma's graph are those that were sealed, or there are none.

    Chroma trusts them blindly: to open others, or what a killed sync left, may end the whole program.
    A copied index is known: times do not count here, only what is in the files.
    """
    if not (folder / "chroma").is_dir():
        return True
    sealed = _sealed(folder)
    if sealed is None:
        return False
    now = _look(folder, sealed)
    return {p: look[::2] for p, look in now.items() if look[2]} == {
        p: look[::2] for p, look in sealed.items() if look[2]
    }


def doubt(folder: Path) -> None:
    """Makes the next sync look at everything; in a folder that cannot be written nothing happens."""
    sealed = _sealed(folder)
    if sealed is not None:
        with suppress(OSError):
            at_ns = (folder / FILE_NAME).stat().st_mtime_ns  # it is as old as it was
            _write(folder, {path: look for path, look in sealed.items() if path != CATALOG}, at_ns)


def break_seal(folder: Path) -> Look | None:
    """Takes the seal off, because a sync begins to write, and returns what was sealed."""
    sealed = _sealed(folder)
    with suppress(OSError):
        (folder / FILE_NAME).unlink()
    return sealed


def _sealed(folder: Path) -> Look | None:
    try:
        found = json.loads((folder / FILE_NAME).read_text("utf-8"))
        return {path: (int(size), int(at), str(sha)) for path, (size, at, sha) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _settled(look: Look) -> Look:
    return {
        path: (size, 0 if path.endswith(_RESTLESS) else at, sha256)
        for path, (size, at, sha256) in look.items()
    }


def _look(folder: Path, known: Look) -> Look:
    found: Look = {}
    for file in [folder / CATALOG, *sorted((folder / "chroma").rglob("*"))]:
        if file.is_dir() or file.name.endswith(_PASSING):
            continue
        if file.name.endswith(_GRAPH) and not file.with_name(_PERSISTED).exists():
            continue  # a graph that was never put down: whoever opens it makes an empty one again
        path = file.relative_to(folder).as_posix()
        try:
            state = file.stat()
            changed = state.st_mtime_ns
            sha256 = ""
            if file.name not in (CATALOG, _RESTLESS):
                before = known.get(path)
                same = before is not None and before[:2] == (state.st_size, changed)
                sha256 = before[2] if before is not None and same else _sha256(file)
        except FileNotFoundError:
            continue
        found[path] = (state.st_size, changed, sha256)
    return found


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
