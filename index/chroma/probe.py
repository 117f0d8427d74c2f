"""Probe Chroma's files: Chroma trusts them, and a corrupt graph can crash the process.

First the sizes of the files are verified, then a subprocess opens them: `python -m index.chroma.probe FOLDER
COLLECTION` does what a reader would do, and the caller checks only whether it crashes.
"""

import struct
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from index.chroma.client import BRIEFLY
from index.chroma.store import PROBES, VectorStore
from index.errors import StorageError, UnreachableError

ROOT = Path(__file__).resolve().parents[2]
# Seconds after which a folder counts as damaged: many times the longest probe that was measured.
TIMEOUT = 1000
BUSY = 3  # the exit code when another process uses the files
# The start of hnswlib's header: version, offset, capacity, number of vectors, bytes of each.
_HEADER = struct.Struct("<iQQQQ")
_LENGTH = 4  # bytes for the length of a vector


def can_be_opened(storage: Path, collection: str) -> bool:
    """False when opening and searching `collection` in `storage` may crash the process.

    Other errors count as opened: the caller will meet them itself. Raises UnreachableError when another
    process uses the files.
    """
    if not (storage / "chroma").is_dir():
        return True
    if not all(map(_fits, (storage / "chroma").glob("*/index_metadata.pickle"))):
        return False
    command = [sys.executable, "-m", "index.chroma.probe", str(storage), collection]
    null = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdin=null, stdout=null, stderr=null, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode == BUSY:
        raise UnreachableError(
            f"{storage}: another process uses Chroma's files; wait until it has finished, then try again"
        )
    return done.returncode >= 0  # negative after a signal


def _fits(persisted: Path) -> bool:
    """True when a graph's files are as long as its header says; an interrupted write leaves them shorter."""
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
    """Count, search and read; the exit code is the result."""
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
