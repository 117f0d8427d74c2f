"""A folder of objects becomes a folder of files: a copy beside the index, which everything else reads.

So quotes are verified without a network, and nothing else knows of object storage. Only objects that have
changed are fetched. It does not know what is in them.
"""

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from fsspec import AbstractFileSystem

from index.errors import CorpusError, UnreadableError
from index.formats.registry import suffix_of
from index.reading.address import ObjectFolder
from index.reading.object_errors import missing, object_error
from index.state.replacing import replacing

AT_ONCE = 16  # objects that are fetched at the same time
# What tells that an object has changed, by whatever name a file system gives it.
MARKS = ("e_tag", "ETag", "etag", "generation", "md5Hash", "last_modified", "LastModified", "mtime",
         "updated", "created", "version")  # fmt: skip
LONGEST_NAME = 255  # bytes; no file system of ours has longer ones

Refused = tuple[str, str]
State = list[Any]  # of the object: size and marks; of its copy: size, time, inode


def open_objects(place: ObjectFolder) -> AbstractFileSystem:
    """The file system that `place` is in; its keys are in the environment. Raises CorpusError."""
    try:
        from obstore.fsspec import FsspecStore
    except ImportError:
        raise CorpusError(
            f"{place}: object storage needs obstore; run `pip install -r requirements-fleet.txt`"
        ) from None
    endpoint = os.getenv("AWS_ENDPOINT_URL") or os.getenv("AWS_ENDPOINT") or ""
    waits: dict[str, Any] = {"timeout": "60s", "connect_timeout": "5s"}
    if endpoint.startswith("http://") and place.scheme == "s3":
        waits["allow_http"] = True  # a server of one's own
    retries: dict[str, Any] = {"max_retries": 3}
    return FsspecStore(
        place.scheme, client_options=waits, retry_config=retries, skip_instance_cache=True
    )


def mirror(
    objects: AbstractFileSystem, place: ObjectFolder, folder: Path, max_bytes: int
) -> tuple[Refused, ...]:
    """Make `folder` a copy of `place`; returns (path, reason) of objects that no file can be made of.

    Of what would not be read anyway, for its format or size, only the name and the size are copied. When
    this raises CorpusError nothing has been removed, unless the whole of `place` could be listed. It is an
    ObjectsError when the storage does not answer or refuses access.
    """
    found = _listed(objects, place)
    kept, refused = _usable(found)
    if not kept:
        raise CorpusError(f"{place}: no objects; expected a folder of articles, check its name")
    record = folder.with_name(f"{folder.name}.json")
    known = _recorded(record, place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_others(folder, kept)
        copies = _Copies(objects, place, folder, max_bytes)
        due = [path for path in kept if not _is_same(folder / path, kept[path], known.get(path))]
        now = {path: known[path] for path in kept.keys() - due if path in known}
        try:
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="objects") as threads:
                for path, state in zip(
                    due, threads.map(lambda path: copies.fetch(path, kept[path]), due), strict=True
                ):
                    if state is not None:
                        now[path] = state
        finally:
            with replacing(record) as fresh:
                fresh.write_text(json.dumps({"place": str(place), "objects": now}), "utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise CorpusError(f"{folder}: {reason}; expected room for a copy of {place}") from None
    return refused


def _listed(objects: AbstractFileSystem, place: ObjectFolder) -> dict[str, State]:
    """Path → size and marks of every object. Not with `find`, which passes over folders that fail."""
    found: dict[str, State] = {}
    open_folders = [place.path]
    try:
        objects.invalidate_cache()
        while open_folders:
            folder = open_folders.pop()
            for info in objects.ls(folder, detail=True):
                name = str(info["name"]).strip("/")
                if info["type"] == "directory":
                    if name != folder:
                        open_folders.append(name)
                    continue
                marks = "/".join(str(info[mark]) for mark in MARKS if info.get(mark))
                path = name.removeprefix(place.path).lstrip("/")
                if path:  # a folder's own marker
                    found[path] = [info["size"] or 0, marks]
    except FileNotFoundError:
        raise missing(place) from None
    except Exception as error:  # each kind of storage raises its own
        raise object_error(place, error) from None
    return dict(sorted(found.items()))


def _usable(found: Mapping[str, State]) -> tuple[dict[str, State], tuple[Refused, ...]]:
    """What can be files, and (path, reason) of the rest; hidden ones are passed over as in folders."""
    folders = {path[:at] for path in found for at, c in enumerate(path) if c == "/"}
    kept, refused = {}, list[Refused]()
    for path, state in found.items():
        parts = path.split("/")
        if any(part in ("", ".", "..") or "\0" in part for part in parts):
            refused.append((path, "a name that no file can have: rename the object"))
        elif any(part.startswith(".") for part in parts):
            continue
        elif any(len(part.encode("utf-8", "replace")) > LONGEST_NAME - 20 for part in parts):
            refused.append((path, "a name longer than that of a file: rename the object"))
        elif path in folders:
            refused.append((path, "the name of a folder as well: rename the object"))
        else:
            kept[path] = state
    return kept, tuple(refused)


class _Copies:
    """Fetches objects into the folder. Safe to call from several threads."""

    def __init__(
        self, objects: AbstractFileSystem, place: ObjectFolder, folder: Path, max_bytes: int
    ) -> None:
        self._objects, self._place = objects, place
        self._folder, self._max_bytes = folder, max_bytes

    def fetch(self, path: str, state: State) -> State | None:
        """The state to be recorded; None when the object has gone since it was listed."""
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        size = int(state[0])
        if _is_article(path) and size <= self._max_bytes:
            try:
                data = self._objects.cat_file(f"{self._place.path}/{path}")
            except FileNotFoundError:
                file.unlink(missing_ok=True)
                return None
            except Exception as error:
                raise object_error(self._place, error) from None
            with replacing(file) as fresh:
                fresh.write_bytes(data)
        else:
            with replacing(file) as fresh, open(fresh, "wb") as hole:
                hole.truncate(size)  # takes no room
        return [*state, *_state_of(file)]


def _is_article(path: str) -> bool:
    try:
        return bool(suffix_of(path))
    except UnreadableError:
        return False


def _state_of(file: Path) -> State:
    status = file.lstat()
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def _is_same(file: Path, state: State, known: State | None) -> bool:
    """True when neither the object nor its copy has changed since it was fetched."""
    if known is None or not state[1] or known[:2] != state:
        return False
    try:
        return known[2:] == _state_of(file)
    except OSError:
        return False


def _recorded(record: Path, place: ObjectFolder) -> dict[str, State]:
    """Path → state as recorded; nothing when that is missing, damaged or of another place."""
    try:
        saved = json.loads(record.read_bytes())
        return dict(saved["objects"]) if saved["place"] == str(place) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _remove_others(folder: Path, kept: Mapping[str, State]) -> None:
    """Remove the files that no object has, and then the folders without files."""
    for path in _files(folder):
        if path.relative_to(folder).as_posix() not in kept:
            path.unlink()
    for inner, _, _ in os.walk(folder, topdown=False):
        if inner != str(folder):
            with suppress(OSError):  # has files
                os.rmdir(inner)


def _files(folder: Path) -> Iterator[Path]:
    for inner, _, names in os.walk(folder):
        yield from (Path(inner, name) for name in names)
