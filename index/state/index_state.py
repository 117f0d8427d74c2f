"""How far the files of an index can be trusted, and what a reader and a sync do because of it."""

from contextlib import suppress
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from index.chroma.probe import can_be_opened
from index.errors import StorageError
from index.state import clean_marker
from index.state.clean_marker import Files, graph, read_files, read_marker, without_open_times


class Trust(IntEnum):
    """From least to most; see the table of IndexState."""

    UNKNOWN = 0
    SUSPECT = 1
    CLEAN = 2
    UNTOUCHED = 3


class IndexState:
    """The state of the index in one folder. A completed sync writes a clean marker.

    | trust()   | the files, compared with the marker     | a reader         | a sync                        |
    |-----------|-----------------------------------------|------------------|-------------------------------|
    | UNKNOWN   | no marker, or another graph in Chroma   | probes Chroma    | discards Chroma, verifies all |
    | SUSPECT   | the same graph, or no Chroma; another   | opens Chroma     | verifies all                  |
    |           | file differs, or damage was reported    |                  |                               |
    | CLEAN     | the same, apart from what opening       | opens Chroma     | reads changed articles        |
    |           | Chroma writes                           |                  |                               |
    | UNTOUCHED | the same in everything                  | opens Chroma     | opens Chroma only to write    |

    mark_clean():     any → UNTOUCHED, at the end of a sync
    remove_marker():  any → UNKNOWN, before a sync writes, so that a killed sync leaves UNKNOWN behind
    suspect():        CLEAN, UNTOUCHED → SUSPECT, when somebody finds damage

    Chroma trusts its files blindly: a corrupt graph can crash the process, so a reader opens unknown ones
    in a subprocess first. Two locks go with the state: `writer.lock` (one sync at a time) and
    `chroma.lock` (one process at a time in Chroma's files).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before: Files = {}

    def trust(self) -> Trust:
        """Compare the files with the marker; only files that have changed are hashed."""
        marker = read_marker(self.folder)
        has_chroma = (self.folder / "chroma").is_dir()
        if marker is None:
            return Trust.UNKNOWN if has_chroma else Trust.SUSPECT
        now = read_files(self.folder, marker)
        if now == marker:
            return Trust.UNTOUCHED
        if without_open_times(now) == without_open_times(marker):
            return Trust.CLEAN
        return Trust.SUSPECT if not has_chroma or graph(now) == graph(marker) else Trust.UNKNOWN

    def suspect(self) -> None:
        """Make the next sync verify everything; a folder that cannot be written stays as it is."""
        clean_marker.mark_suspect(self.folder)

    def remove_marker(self) -> None:
        """Remove the marker because a sync is about to write."""
        self._before = read_marker(self.folder) or {}
        clean_marker.remove_marker(self.folder)

    def mark_clean(self) -> None:
        """Write the marker; a folder that cannot be written stays without one.

        Files that are as they were before `remove_marker` are not hashed again.
        """
        with suppress(OSError):
            clean_marker.write_marker(self.folder, read_files(self.folder, self._before))

    def synced_at(self) -> datetime | None:
        """When the last sync completed; None during a sync, or after one was killed."""
        try:
            marker = self.folder / clean_marker.FILE_NAME
            return datetime.fromtimestamp(marker.stat().st_mtime, UTC)
        except OSError:
            return None

    def probe(self, collection: str) -> None:
        """Open unknown Chroma files in a subprocess. Raises StorageError when they are corrupt."""
        if self.trust() == Trust.UNKNOWN and not can_be_opened(self.folder, collection):
            raise StorageError(
                f"{self.folder}: Chroma's files are damaged; "
                "run `python -m index sync` to rebuild it"
            )
