"""A sync into PostgreSQL gives the index that one into a file gives, also after kills."""

import subprocess
import sys
from contextlib import closing, suppress

import pytest

from index.catalog.catalog import Catalog
from index.errors import StorageError
from index.library import Library
from index.state.index_state import IndexState, Trust
from index.sync.check import check
from index.sync.sync import sync
from tests.index.workshop import CONFIG, ROOT, story

SYNC = """
import sys
from pathlib import Path
import index.sync.sync
from index.catalog.postgres.address import Address
from index.sync.sync import sync
from tests.index.fake_encoder import FakeEncoder
from tests.index.workshop import CONFIG
index.sync.sync.BATCH_PASSAGES = 4
corpus, storage = map(Path, sys.argv[1:3])
tell = lambda done, of: print(done, flush=True)
sync(corpus, storage, FakeEncoder(), CONFIG, tell, database=Address(sys.argv[3]))
"""


def synced(workshop, database):
    return sync(workshop.corpus, workshop.storage, workshop.encoder, CONFIG, database=database)


def found(library):
    vector = library.embed("the bridge of town 2")
    text = library.catalog.full_text
    return (
        library.catalog.articles.all(),
        # the last bit of a distance depends on the order in which Chroma was filled
        [(key, pytest.approx(score, abs=1e-6)) for key, score in library.dense(vector, 5)],
        text.passages(["minister", "town", "bridge", "2"], 9),
        text.articles(["minister", "town", "bridge", "2"], 9),
        {
            key: row.tobytes()
            for keys, rows in library.catalog.vectors.all()
            for key, row in zip(keys, rows, strict=True)
        },
    )


def assert_same_as_in_a_file(workshop, database, tmp_path):
    """No finding of a check, and what a fresh index in a file gives."""
    encoder, corpus = workshop.encoder, workshop.corpus
    report = check(corpus, workshop.storage, encoder.fingerprint, CONFIG, database=database)
    assert report.findings == ()
    sync(corpus, tmp_path / "fresh", encoder, CONFIG)
    with (
        closing(Library(corpus, workshop.storage, encoder, database=database)) as server,
        closing(Library(corpus, tmp_path / "fresh", encoder)) as file,
    ):
        assert found(server) == found(file)
        assert server.is_complete


def test_added_changed_and_removed_files_give_the_same_index(workshop, database, tmp_path):
    assert len(synced(workshop, database).added) == 4
    assert not (workshop.storage / "catalog.sqlite3").exists()
    workshop.write("1.txt", story(11))
    workshop.write("new.txt", story(12))
    (workshop.corpus / "2.txt").unlink()
    report = synced(workshop, database)
    assert (report.added, report.changed, report.removed) == (("new.txt",), ("1.txt",), ("2.txt",))
    assert synced(workshop, database).embedded == 0
    assert_same_as_in_a_file(workshop, database, tmp_path)


@pytest.mark.parametrize("after", range(1, 7))
def test_a_sync_that_was_killed_is_completed_by_the_next(workshop, database, tmp_path, after):
    for number in range(4, 12):
        workshop.write(f"{number}.txt", story(number))
    kill_after(workshop, database, after)
    with suppress(StorageError), closing(Catalog(workshop.storage, database=database)) as reader:
        assert reader.full_text.agrees()  # whole batches only
    synced(workshop, database)
    assert_same_as_in_a_file(workshop, database, tmp_path)


def test_a_sync_whose_server_was_killed_says_so_and_the_next_completes_it(
    workshop, database, tmp_path, cluster
):
    def stop(done, of):
        if done == 2:
            cluster.stop("immediate")

    workshop.write("4.txt", story(4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.sync.sync.BATCH_PASSAGES", 1)
        with pytest.raises(StorageError) as caught:
            sync(
                workshop.corpus, workshop.storage, workshop.encoder, CONFIG, stop, database=database
            )
    assert "\n" not in str(caught.value)
    cluster.start()
    synced(workshop, database)
    assert_same_as_in_a_file(workshop, database, tmp_path)


def test_a_sync_while_the_server_is_away_leaves_the_marker(workshop, database, cluster):
    synced(workshop, database)
    cluster.stop("fast")
    with pytest.raises(StorageError, match="cannot be used"):
        synced(workshop, database)
    cluster.start()
    assert IndexState(workshop.storage).trust() >= Trust.CLEAN
    assert synced(workshop, database).repairs == ()


def test_tables_that_are_damaged_are_set_aside_and_built_again(
    workshop, database, tmp_path, cluster
):
    synced(workshop, database)
    cluster.run('DROP TABLE "byline_storage_catalog".articles')
    with (
        pytest.raises(StorageError, match="damaged"),
        closing(
            Library(workshop.corpus, workshop.storage, workshop.encoder, database=database)
        ) as library,
    ):
        library.catalog.articles.all()
    (line,) = synced(workshop, database).repairs
    assert "the old schema is byline_storage_catalog_damaged" in line
    assert_same_as_in_a_file(workshop, database, tmp_path)


def test_words_that_are_damaged_are_built_again(workshop, database, tmp_path, cluster):
    synced(workshop, database)
    cluster.run('DELETE FROM "byline_storage_catalog".words WHERE number = 1')
    report = check(
        workshop.corpus, workshop.storage, workshop.encoder.fingerprint, CONFIG, database=database
    )
    assert {one.kind for one in report.findings} == {"words"}
    assert "full-text index" in " ".join(synced(workshop, database).repairs)
    assert_same_as_in_a_file(workshop, database, tmp_path)


@pytest.fixture(autouse=True)
def _nothing_before(database, cluster):
    """All these indexes are in folders of one name, so each test begins without the tables."""
    cluster.run('DROP SCHEMA IF EXISTS "byline_storage_catalog" CASCADE')


def kill_after(workshop, database, batches):
    arguments = [str(workshop.corpus), str(workshop.storage), database.url]
    with subprocess.Popen(
        [sys.executable, "-c", SYNC, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for _ in range(batches):
            process.stdout.readline()
        process.kill()
