"""The copy of the vectors in PostgreSQL follows the catalog: damage is found, and filled again from there."""

from contextlib import ExitStack, closing
from functools import partial

import pytest

from index.catalog.catalog import Catalog
from index.catalog.postgres.pgvector import PgVectors
from index.errors import StorageError, UnreachableError
from index.library import Library
from index.sync.check import check
from index.sync.sync import sync
from tests.index.workshop import CONFIG, story

pytestmark = pytest.mark.usefixtures("with_pgvector")
SCHEMA = '"byline_storage_catalog"'


@pytest.fixture(autouse=True)
def _nothing_before(cluster):
    """All these indexes are in folders of one name, so each test begins without the tables."""
    cluster.run(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def synced(workshop, database, server):
    return sync(
        workshop.corpus,
        workshop.storage,
        workshop.encoder,
        CONFIG,
        server=server,
        database=database,
    )


def found(workshop, database, server):
    with closing(
        Library(workshop.corpus, workshop.storage, workshop.encoder, server, database=database)
    ) as library:
        return library.dense(library.embed("the bridge of town 2"), 9)


def findings(workshop, database):
    report = check(
        workshop.corpus,
        workshop.storage,
        workshop.encoder.fingerprint,
        CONFIG,
        database,
        database=database,
    )
    return [finding.line for finding in report.findings]


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (
            "DELETE FROM {table} WHERE id = (SELECT min(id) FROM {table})",
            "vectors, expected",
        ),
        (
            "INSERT INTO {table} SELECT 'other', vector FROM {table} LIMIT 1",
            "vectors, expected",
        ),
        ("UPDATE {table} SET vector = vector * vector", "another vector in pgvector"),
        ("TRUNCATE {table}", "pgvector holds 0 vectors"),
        ("DROP TABLE {table}", "the vectors are damaged"),
    ],
)
def test_a_damaged_copy_is_found_and_mended(workshop, database, cluster, damage, line):
    synced(workshop, database, database)
    before = found(workshop, database, database)
    cluster.run(damage.format(table=f"{SCHEMA}.pgvector_1"))
    assert any(line in each for each in findings(workshop, database))
    synced(workshop, database, database)
    assert findings(workshop, database) == []
    assert found(workshop, database, database) == before


def test_lost_vectors_are_told_with_the_remedy_and_filled_again(workshop, database, cluster):
    synced(workshop, database, database)
    cluster.run(f"TRUNCATE {SCHEMA}.pgvector_1")
    with pytest.raises(
        StorageError, match=r"pgvector does not hold .* run `python -m index sync`"
    ) as caught:
        found(workshop, database, database)
    assert "\n" not in str(caught.value)
    report = synced(workshop, database, database)
    assert (report.embedded, report.repaired) == (0, True)


def test_the_vectors_move_between_chroma_and_pgvector(workshop, database):
    synced(workshop, database, None)
    before = found(workshop, database, None)
    for server in (database, None, database):
        report = synced(workshop, database, server)
        assert (report.embedded, report.repaired) == (0, True)
        assert found(workshop, database, server) == before
        assert (workshop.storage / "chroma").exists() == (server is None)


def test_a_reader_follows_syncs_and_refills_of_another(workshop, database, cluster):
    synced(workshop, database, database)
    with closing(
        Library(workshop.corpus, workshop.storage, workshop.encoder, database, database=database)
    ) as library:
        workshop.write("15.txt", story(15))
        synced(workshop, database, database)
        best = library.dense(library.embed("What did the minister tell town 15?"), 3)
        passages = library.catalog.articles.passages([key for key, _ in best])
        assert "15.txt" in {passages[key][1].path for key, _ in best}
        cluster.run(f"TRUNCATE {SCHEMA}.pgvector_1")
        synced(workshop, database, database)  # now in another table
        assert library.dense(library.embed("What did the minister tell town 15?"), 3) == best


def test_a_sync_without_the_extension_says_so_and_loses_nothing(workshop, plain, cluster):
    cluster.run("CREATE EXTENSION vector", "plain")
    synced(workshop, plain, plain)
    workshop.write("15.txt", story(15))
    cluster.run("DROP EXTENSION vector CASCADE", "plain")
    with pytest.raises(UnreachableError, match="CREATE EXTENSION vector") as caught:
        synced(workshop, plain, plain)
    assert "\n" not in str(caught.value)
    assert any("CREATE EXTENSION vector" in line for line in findings(workshop, plain))
    with closing(Catalog(workshop.storage, database=plain)) as catalog:
        assert catalog.articles.counts()[0] == 4
    cluster.run("CREATE EXTENSION vector", "plain")
    report = synced(workshop, plain, plain)
    assert (report.embedded > 0, report.repaired) == (True, True)
    assert findings(workshop, plain) == []


@pytest.mark.parametrize("opened", ["before", "after"])
def test_a_reader_without_the_extension_searches_words_until_it_is_back(
    workshop, plain, cluster, monkeypatch, opened
):
    monkeypatch.setattr("index.library.RETRY", 0.0)
    cluster.run("CREATE EXTENSION vector", "plain")
    synced(workshop, plain, plain)
    before = found(workshop, plain, plain)
    open_library = partial(Library, workshop.corpus, workshop.storage, workshop.encoder, plain)
    with ExitStack() as closed:
        if opened == "before":
            library = closed.enter_context(closing(open_library(database=plain)))
            assert library.dense(library.embed("the bridge of town 2"), 9) == before
        cluster.run("DROP EXTENSION vector CASCADE", "plain")
        if opened == "after":
            library = closed.enter_context(closing(open_library(database=plain)))
        for _ in range(2):
            with pytest.raises(UnreachableError, match="CREATE EXTENSION vector"):
                library.dense(library.embed("the bridge of town 2"), 9)
            assert library.catalog.full_text.passages(["bridge"], 9).every
        cluster.run("CREATE EXTENSION vector", "plain")
        synced(workshop, plain, plain)
        library.refresh()
        assert library.dense(library.embed("the bridge of town 2"), 9) == before


def test_tables_left_by_an_index_of_the_same_name_are_not_believed(workshop, database):
    Catalog(workshop.storage, create=True, database=database).close()
    with closing(PgVectors(database, workshop.storage, "pgvector_1", create=True)) as left:
        left.upsert(["other"], workshop.encoder.encode(["something else"]))
    synced(workshop, database, database)
    assert findings(workshop, database) == []
