"""A sync into PostgreSQL gives the index that one into files gives, also after kills.

The copy of the vectors is once in Chroma's files and once in the same database.
"""

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
server, database = (Address(url) if url else None for url in sys.argv[3:])
sync(corpus, storage, FakeEncoder(), CONFIG, tell, server=server, database=database)
"""


@pytest.fixture(params=["chroma", "pgvector"])
def homes(request, database):
    """Where the catalog is, and where the vectors are."""
    if request.param == "pgvector":
        request.getfixturevalue("with_pgvector")
        return {"database": database, "server": database}
    return {"database": database, "server": None}


def synced(workshop, homes):
    return sync(workshop.corpus, workshop.storage, workshop.encoder, CONFIG, **homes)


def checked(workshop, homes):
    return check(
        workshop.corpus, workshop.storage, workshop.encoder.fingerprint, CONFIG, **homes
    ).findings


def found(library, most=9):
    vector = library.embed("the bridge of town 2")
    text = library.catalog.full_text
    return (
        library.catalog.articles.all(),
        library.dense(vector, 5),
        text.passages(["minister", "town", "bridge", "2"], most),
        text.articles(["minister", "town", "bridge", "2"], most),
        {
            key: row.tobytes()
            for keys, rows in library.catalog.vectors.all()
            for key, row in zip(keys, rows, strict=True)
        },
    )


def assert_same_as_in_a_file(workshop, homes, tmp_path, most=9):
    """No finding of a check, and what a fresh index in files gives, to the last bit.

    Where many texts have one score, `most` has to hold them all: the cut depends on how they are numbered.
    """
    encoder, corpus = workshop.encoder, workshop.corpus
    assert checked(workshop, homes) == ()
    assert (workshop.storage / "chroma").exists() == (homes["server"] is None)
    sync(corpus, tmp_path / "fresh", encoder, CONFIG)
    with (
        closing(Library(corpus, workshop.storage, encoder, **homes)) as server,
        closing(Library(corpus, tmp_path / "fresh", encoder)) as file,
    ):
        assert found(server, most) == found(file, most)
        assert server.is_complete


def test_added_changed_and_removed_files_give_the_same_index(workshop, homes, tmp_path):
    assert len(synced(workshop, homes).added) == 4
    assert not (workshop.storage / "catalog.sqlite3").exists()
    workshop.write("1.txt", story(11))
    workshop.write("new.txt", story(12))
    (workshop.corpus / "2.txt").unlink()
    report = synced(workshop, homes)
    assert (report.added, report.changed, report.removed) == (("new.txt",), ("1.txt",), ("2.txt",))
    assert synced(workshop, homes).embedded == 0
    assert_same_as_in_a_file(workshop, homes, tmp_path)


@pytest.mark.parametrize("after", range(1, 7))
def test_a_sync_that_was_killed_is_completed_by_the_next(workshop, homes, tmp_path, after):
    for number in range(4, 12):
        workshop.write(f"{number}.txt", story(number))
    kill_after(workshop, homes, after)
    with (
        suppress(StorageError),
        closing(Catalog(workshop.storage, database=homes["database"])) as reader,
    ):
        assert reader.full_text.agrees()  # whole batches only
    synced(workshop, homes)
    assert_same_as_in_a_file(workshop, homes, tmp_path)


def test_a_sync_whose_server_was_killed_says_so_and_the_next_completes_it(
    workshop, homes, tmp_path, cluster
):
    def stop(done, of):
        if done == 2:
            cluster.stop("immediate")

    workshop.write("4.txt", story(4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.sync.sync.BATCH_PASSAGES", 1)
        with pytest.raises(StorageError) as caught:
            sync(workshop.corpus, workshop.storage, workshop.encoder, CONFIG, stop, **homes)
    assert "\n" not in str(caught.value)
    cluster.start()
    synced(workshop, homes)
    assert_same_as_in_a_file(workshop, homes, tmp_path)


def test_a_sync_while_the_server_is_away_leaves_the_marker(workshop, homes, cluster):
    synced(workshop, homes)
    cluster.stop("fast")
    with pytest.raises(StorageError, match="cannot be used"):
        synced(workshop, homes)
    cluster.start()
    assert IndexState(workshop.storage).trust() >= Trust.CLEAN
    assert synced(workshop, homes).repairs == ()


def test_tables_that_are_damaged_are_set_aside_and_built_again(workshop, homes, tmp_path, cluster):
    synced(workshop, homes)
    cluster.run('DROP TABLE "byline_storage_catalog".articles')
    with (
        pytest.raises(StorageError, match="damaged"),
        closing(Library(workshop.corpus, workshop.storage, workshop.encoder, **homes)) as library,
    ):
        library.catalog.articles.all()
    (line,) = synced(workshop, homes).repairs
    assert "the old schema is byline_storage_catalog_damaged" in line
    assert_same_as_in_a_file(workshop, homes, tmp_path)


def test_words_that_are_damaged_are_built_again(workshop, homes, tmp_path, cluster):
    synced(workshop, homes)
    cluster.run('DELETE FROM "byline_storage_catalog".words WHERE number = 1')
    assert {one.kind for one in checked(workshop, homes)} == {"words"}
    assert "full-text index" in " ".join(synced(workshop, homes).repairs)
    assert_same_as_in_a_file(workshop, homes, tmp_path)


@pytest.fixture(autouse=True)
def _nothing_before(database, cluster):
    """All these indexes are in folders of one name, so each test begins without the tables."""
    cluster.run('DROP SCHEMA IF EXISTS "byline_storage_catalog" CASCADE')


def kill_after(workshop, homes, batches):
    urls = [homes[name].url if homes[name] else "" for name in ("server", "database")]
    arguments = [str(workshop.corpus), str(workshop.storage), *urls]
    with subprocess.Popen(
        [sys.executable, "-c", SYNC, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for _ in range(batches):
            process.stdout.readline()
        process.kill()
