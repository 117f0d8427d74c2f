"""The marker stays valid while only syncs write, and anything else that writes lowers the trust."""

import os

import pytest

from index.state.index_state import IndexState, Trust


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "chroma" / "segment").mkdir(parents=True)
    for name in (
        "catalog.sqlite3",
        "chroma/chroma.sqlite3",
        "chroma/segment/data.bin",
        "chroma/segment/index_metadata.pickle",
    ):
        (tmp_path / name).write_bytes(b"words")
    IndexState(tmp_path).mark_clean()
    return tmp_path


def trust(folder):
    return IndexState(folder).trust()


def test_it_is_untouched_until_a_sync_begins(folder):
    state = IndexState(folder)
    assert state.trust() == Trust.UNTOUCHED and state.synced_at() is not None
    state.remove_marker()
    state.remove_marker()
    assert state.trust() == Trust.UNKNOWN and state.synced_at() is None
    state.mark_clean()
    assert state.trust() == Trust.UNTOUCHED


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "catalog.sqlite3").unlink(),
        lambda folder: (folder / "chroma" / "segment" / "data.bin").write_bytes(b"other"),
        lambda folder: (folder / "chroma" / "segment" / "new.bin").touch(),
        lambda folder: os.truncate(folder / "chroma" / "chroma.sqlite3", 3),
        lambda folder: (folder / "seal.json").write_bytes(b"\xff{"),
    ],
    ids=["deleted", "written", "new", "truncated", "the marker itself"],
)
def test_a_changed_file_is_not_clean(folder, change):
    change(folder)
    assert trust(folder) < Trust.CLEAN


def test_opening_chroma_and_sqlite_leaves_it_clean(folder):
    (folder / "catalog.sqlite3-wal").touch()
    (folder / "chroma" / "chroma.sqlite3-journal").touch()
    assert trust(folder) == Trust.UNTOUCHED
    os.utime(folder / "chroma" / "chroma.sqlite3", (1, 1))
    assert trust(folder) == Trust.CLEAN


def test_a_graph_of_another_writer_is_unknown_and_a_copied_one_is_not(folder):
    data = folder / "chroma" / "segment" / "data.bin"
    os.utime(data, (1, 1))
    assert trust(folder) == Trust.SUSPECT
    data.write_bytes(b"sword")
    assert trust(folder) == Trust.UNKNOWN
    data.unlink()
    assert trust(folder) == Trust.UNKNOWN
    state = IndexState(folder)
    state.mark_clean()
    assert trust(folder) == Trust.UNTOUCHED
    state.remove_marker()  # what a killed sync leaves behind
    assert trust(folder) == Trust.UNKNOWN


def test_a_folder_without_chroma_has_no_graph_to_fear(tmp_path):
    assert trust(tmp_path) == Trust.SUSPECT


def test_reported_damage_makes_a_sync_verify_and_keeps_chroma(folder):
    before = IndexState(folder).synced_at()
    IndexState(folder).suspect()
    assert trust(folder) == Trust.SUSPECT
    assert IndexState(folder).synced_at() == before


def test_a_graph_that_was_never_persisted_does_not_count(folder):
    (folder / "chroma" / "other").mkdir()
    (folder / "chroma" / "other" / "data.bin").touch()
    assert trust(folder) == Trust.UNTOUCHED


def test_a_folder_that_cannot_be_written_stays_without_a_marker(tmp_path):
    state = IndexState(tmp_path / "nowhere")
    state.mark_clean()
    state.remove_marker()
    assert state.trust() == Trust.SUSPECT and state.synced_at() is None
