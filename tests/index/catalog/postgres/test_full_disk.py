"""The disk of the server fills up during a sync: one clear line, and nothing is lost.

Answers go on as long as the server does.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.catalog.postgres.address import Address
from index.errors import StorageError
from index.library import Library
from tests.index.catalog.postgres.cluster import Cluster, running
from tests.index.catalog.postgres.test_sync import assert_same_as_in_a_file, found, synced
from tests.index.workshop import story

ROOM = 200  # MB: an empty server takes 70


@pytest.fixture
def small() -> Iterator[Cluster]:
    """A server on a small disk of its own, or the test is skipped."""
    with tempfile.TemporaryDirectory(prefix="byline-small-") as disk:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}m,mode=755", "byline-small", disk]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("a small disk can be mounted only by root")
        try:
            with running(Path(disk)) as cluster:
                yield cluster
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)


def fill(disk: Path, left: int) -> Path:
    """A file that leaves `left` KB of the disk."""
    filler = disk / "filler"
    free = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - left * 1024)
    return filler


@pytest.mark.parametrize(
    ("left", "articles", "goes_down"),
    [(500, 300, False), (7_000, 1_000, True)],
    ids=["tables", "log"],
)
def test_a_full_disk_is_one_line_and_with_room_the_next_sync_goes_on(
    small, workshop, tmp_path, left, articles, goes_down
):
    """Where its tables have room and its log has none, PostgreSQL itself goes down."""
    database = Address(small.url)
    homes = {"database": database, "server": database if small.has_pgvector else None}
    synced(workshop, homes)
    filler = fill(small.folder.parent, left)
    for number in range(4, articles):
        workshop.write(f"{number}.txt", story(number))
    for _ in range(2):
        with pytest.raises(StorageError) as caught:
            synced(workshop, homes)
        assert "\n" not in str(caught.value)
        assert "then run `python -m index sync`" in str(caught.value)
        if not goes_down:
            assert "No space left on device" in str(caught.value)
            assert "free space on the server's disk" in str(caught.value)
            with closing(
                Library(workshop.corpus, workshop.storage, workshop.encoder, **homes)
            ) as old:
                assert len(found(old)[0]) >= 4
                assert old.catalog.full_text.agrees()  # whole batches only
    assert small.runs() != goes_down
    filler.unlink()
    if goes_down:
        small.start()
    synced(workshop, homes)
    assert_same_as_in_a_file(workshop, homes, tmp_path, most=10_000)
