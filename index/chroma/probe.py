"""Whether Chroma's folder can be opened at all: it trusts its files, and a damaged one ends the program.

First by what can be told without opening it, then by a process of its own that may die of it: `python -m
index.chroma.probe FOLDER COLLECTION` does what a reader would do, and its caller looks only whether it lives.
"""

import struct
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from index.chroma.store import BRIEFLY, PROBES, VectorStore
from index.errors import StorageError, UnreachableError

ROOT = Path(__file__).resolve().parents[2]
# Seconds after which a folder counts as damaged: many times what the largest measured took.
LONGEST = 1000
BUSY = 3  # the exit code when another process had the files
# How hnswlib begins a graph's header: version, offset, room, vectors held, bytes of each.
_HEADER = struct.Struct("<iQQQQ")
_LENGTH = 4  # bytes in which a vector's length is kept


def can_be_opened(storage: Path, collection: str) -> bool:
    """False when opening `collection` in `storage`, and searching it, may end the program.

    Errors that a program survives are left to the caller. Raises UnreachableError when another process
    is at the files for too long to tell.
    """
    if not (storage / "chroma").is_dir():
        return True
    if not all(map(_fits, (storage / "chroma").glob("*/index_metadata.pickle"))):
        return False
    command = [sys.executable, "-m", "index.chroma.probe", str(storage), collection]
    nothing = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdin=nothing, stdout=nothing, stderr=nothing, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode == BUSY:
        raise UnreachableError(
            f"{storage}: another process is at Chroma's files; expected it to finish, try again"
        )
    return done.returncode >= 0  # below, it was ended by a signal


def _fits(persisted: Path) -> bool:
    """True when a graph's files are as long as its header says: a write cut short leaves them shorter."""
    folder = persisted.parent
    try:
        _, _, _, held, size = _HEADER.unpack_from((folder / "header.bin").read_bytes())
        lengths = (folder / "length.bin").stat().st_size
        vectors = (folder / "data_level0.bin").stat().st_size
        (folder / "link_lists.bin").stat()
    except (OSError, struct.error):
        return False
    return bool(vectors >= held * size and lengths >= held * _LENGTH)


def main(storage: Path, collection: str) -> None:
    """Counts, searches and reads, and says nothing but by its exit code."""
    try:
        with closing(VectorStore(storage, collection, patience=BRIEFLY)) as store:
            for page in store.pages():
                for vector in list(page.values())[:PROBES]:
                    store.query(vector, 1)
    except UnreachableError:
        sys.exit(BUSY)
    except StorageError:
        return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
