"""The survey of a folder: the hash of every file that may be an article.

A file is not read again while its size, times and inode are the same as when it was hashed. That counts
only for files that had not changed for two seconds: a second change within the clock's resolution would
leave no trace.
"""

import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.catalog.records import KnownFile
from index.errors import CorpusError, UnreadableError
from index.formats.registry import SUFFIXES, suffix_of
from index.formats.saved_page import PASSED_OVER
from index.reading.articles import Refused, sha256_of
from index.reading.folder import is_part_of_page, list_files, read_bytes

# Seconds since the last change from which times are trusted; the coarsest file systems round to two.
REST = 2.0


@dataclass(frozen=True, slots=True)
class Survey:
    """Path → sha256 and path → state of the files that may be articles; (path, reason) of the others."""

    files: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    skipped: list[Refused] = field(default_factory=list)


def survey(
    corpus: Path, storage: Path, max_bytes: int, known: Mapping[str, KnownFile] | None = None
) -> Survey:
    """Survey `corpus`; `known` are the files as last indexed. Without it every file is read.

    Raises CorpusError when the folder is missing, or holds no file that may be an article.
    """
    if not corpus.is_dir():
        raise CorpusError(f"{corpus}: no such folder; expected a folder of articles, see --corpus")
    found = Survey()
    within = _within(corpus, storage)
    for path in list_files(corpus):
        if within and path.startswith(within):
            continue  # an index inside the corpus is not an article
        try:
            _check_suffix(corpus, path, max_bytes)
            state = _state(corpus, path, max_bytes)
            before = known.get(path) if known else None
            if before is not None and state and before.state == state:
                found.files[path] = before.sha256
            else:
                found.files[path] = sha256_of(read_bytes(corpus, path, max_bytes))
            found.states[path] = state
        except UnreadableError as error:
            found.skipped.append((path, str(error)))
    if not found.files:
        raise CorpusError(no_articles(corpus, found.skipped))
    return found


def _check_suffix(corpus: Path, path: str, max_bytes: int) -> None:
    """Raises UnreadableError for an unknown format, or first for a link that leads out of the corpus."""
    try:
        suffix_of(path)
    except UnreadableError:
        if (corpus / path).is_symlink():
            read_bytes(corpus, path, max_bytes)
        if is_part_of_page(corpus, path):
            raise UnreadableError(PASSED_OVER) from None
        raise


def no_articles(corpus: Path, skipped: list[Refused]) -> str:
    """The error message for a folder without articles."""
    detail = f"; skipped {skipped[0][0]!a}: {skipped[0][1]}" if skipped else ""
    return f"{corpus}: no articles; expected files of {', '.join(SUFFIXES)}{detail}"


def _within(corpus: Path, storage: Path) -> str:
    """The path prefix of an index inside the corpus; "" for one elsewhere."""
    root, own = corpus.resolve(), storage.resolve()
    return f"{own.relative_to(root).as_posix()}/" if root in own.parents else ""


def _state(corpus: Path, path: str, max_bytes: int) -> str:
    """A string that changes with the file; "" when only reading it can tell."""
    try:
        status = os.lstat(os.path.join(corpus, path))
    except (OSError, ValueError):
        return ""
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    at_rest = changed < time.time_ns() - REST * 1e9
    if not (at_rest and stat.S_ISREG(status.st_mode) and status.st_size <= max_bytes):
        return ""
    return f"{status.st_size}/{status.st_mtime_ns}/{status.st_ctime_ns}/{status.st_ino}"
