"""The seal holds while nobody but a sync has written, and is broken by whoever else does."""

import os

import pytest

from index.chroma.seal import break_seal, doubt, is_known, is_sealed, is_untouched, seal


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
    seal(tmp_path)
    return tmp_path


def test_it_holds_until_it_is_broken(folder):
    assert is_sealed(folder)
    break_seal(folder)
    break_seal(folder)
    assert not is_sealed(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "catalog.sqlite3").unlink(),
        lambda folder: (folder / "chroma" / "segment" / "data.bin").write_bytes(b"other"),
        lambda folder: (folder / "chroma" / "segment" / "new.bin").touch(),
        lambda folder: os.truncate(folder / "chroma" / "chroma.sqlite3", 3),
        lambda folder: (folder / "seal.json").write_bytes(b"\xff{"),
    ],
    ids=["gone", "written", "new", "cut short", "the seal itself"],
)
def test_a_change_breaks_it(folder, change):
    change(folder)
    assert not is_sealed(folder)


def test_what_opening_chroma_and_sqlite_leaves_does_not(folder):
    (folder / "catalog.sqlite3-wal").touch()
    (folder / "chroma" / "chroma.sqlite3-journal").touch()
    assert is_untouched(folder)
    os.utime(folder / "chroma" / "chroma.sqlite3", (1, 1))
    assert is_sealed(folder) and not is_untouched(folder)


def test_a_graph_that_a_stranger_wrote_is_not_known_and_a_copied_one_is(folder):
    data = folder / "chroma" / "segment" / "data.bin"
    os.utime(data, (1, 1))
    assert not is_sealed(folder) and is_known(folder)
    data.write_bytes(b"sword")
    assert not is_known(folder)
    data.unlink()
    assert not is_known(folder)
    seal(folder)
    assert is_known(folder)
    break_seal(folder)  # a sync that was killed leaves it so
    assert not is_known(folder)


def test_doubt_makes_a_sync_look_and_keeps_chroma_s_files_known(folder):
    doubt(folder)
    assert not is_sealed(folder) and is_known(folder)


def test_a_graph_that_was_never_put_down_does_not_count(folder):
    (folder / "chroma" / "other").mkdir()
    (folder / "chroma" / "other" / "data.bin").touch()
    assert is_sealed(folder)


def test_a_folder_that_cannot_be_written_stays_unsealed(tmp_path):
    seal(tmp_path / "nowhere")
    break_seal(tmp_path / "nowhere")
    assert not is_sealed(tmp_path / "nowhere")
