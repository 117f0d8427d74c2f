"""The vectors in PostgreSQL: stored, searched, filled, and what is said when pgvector is not there."""

from contextlib import closing

import numpy as np
import pytest

from index.catalog.catalog import Catalog
from index.catalog.postgres.address import Address
from index.catalog.postgres.pgvector import PgVectors
from index.catalog.postgres.schemas import catalog_schema
from index.errors import StorageError, UnreachableError

pytestmark = pytest.mark.usefixtures("with_pgvector")


def unit_vectors(count, dimension=16):
    rows = np.random.default_rng(5).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def names(count):
    return [f"p{n:05}" for n in range(count)]


@pytest.fixture
def store(tmp_path, database):
    Catalog(tmp_path, create=True, database=database).close()
    with closing(PgVectors(database, tmp_path, "pgvector_1", create=True)) as store:
        yield store


def tables(store):
    sql = (
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename ~ 'pgv'"
    )
    return {name for (name,) in store._db.rows(sql)}


def test_a_search_gives_cosine_similarities_best_first(store):
    vectors = unit_vectors(50)
    store.upsert(names(50), vectors)
    expected = sorted(
        ((-float(row @ vectors[7]), key) for key, row in zip(names(50), vectors, strict=True))
    )
    found = store.query(vectors[7], 10)
    assert [key for key, _ in found] == [key for _, key in expected[:10]]
    assert [near for _, near in found] == pytest.approx([-s for s, _ in expected[:10]], abs=1e-6)


def test_vectors_come_back_bit_by_bit(store):
    vectors = unit_vectors(3)
    store.upsert(names(3), vectors)
    held = store.vectors([*names(3), "never"])
    assert {key: row.tobytes() for key, row in held.items()} == {
        key: row.tobytes() for key, row in zip(names(3), vectors, strict=True)
    }
    assert store.holds(names(3))
    assert not store.holds(["never"])


def test_an_empty_store_finds_nothing(store):
    assert store.count() == 0
    assert store.query(unit_vectors(1)[0], 5) == []
    assert store.is_sound(0, np.empty((0, 0), np.float32))
    store.upsert([], unit_vectors(0))
    store.delete([])
    store.fill(())
    assert store.count() == 0


def test_more_than_it_holds_may_be_asked_for(store):
    store.upsert(["a", "b"], unit_vectors(2))
    assert len(store.query(unit_vectors(1)[0], 100)) == 2


def test_writing_twice_replaces_and_deleting_twice_is_no_error(store):
    one, other = unit_vectors(2)
    store.upsert(["a"], one[None])
    store.upsert(["a"], other[None])
    assert store.query(other, 1) == [("a", pytest.approx(1, abs=1e-6))]
    store.delete(["a", "never"])
    store.delete(["a"])
    assert store.count() == 0


def test_a_graph_is_searched_and_goes_on_where_it_gave_too_few(store, cluster):
    vectors = unit_vectors(9000)  # of fewer, the planner compares all
    store.fill([(names(4500), vectors[:4500]), (names(9000)[4500:], vectors[4500:])])
    table = f'"{store._db._schema}".pgvector_1'
    cluster.run(f"ANALYZE {table}")
    asked = str(vectors[9].tolist())
    plan = store._db.rows(
        f"EXPLAIN SELECT id FROM {table} ORDER BY vector OPERATOR({store._home}.<#>) "
        f"?::{store._home}.vector LIMIT 5",
        (asked,),
    )
    assert "pgvector_1_graph" in str(plan)
    store.delete(names(3000))
    nearest = sorted(range(3000, 9000), key=lambda n: -float(vectors[n] @ vectors[9]))
    found = [key for key, _ in store.query(vectors[9], 40)]
    assert len(set(found) & {names(9000)[n] for n in nearest[:40]}) >= 38
    assert len(store.query(vectors[9], 700)) == 700  # more than one search of the graph gives
    assert store.is_sound(6000, vectors[3000:3016])


def test_a_fill_replaces_everything_and_readers_see_all_or_nothing(store, tmp_path, database):
    store.upsert(names(3), unit_vectors(3))
    with closing(PgVectors(database, tmp_path, "pgvector_1")) as reader:

        def batches():
            yield names(5)[:2], unit_vectors(5)[:2]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            store.fill(batches())
        assert reader.count() == 3
        store.fill([(names(5), unit_vectors(5, 8))])
        assert reader.count() == 5
        assert len(reader.query(unit_vectors(1, 8)[0], 9)) == 5


def test_other_collections_of_the_index_are_dropped_and_a_reader_moves_on(
    store, tmp_path, database
):
    store.upsert(["old"], unit_vectors(1))
    with closing(PgVectors(database, tmp_path, "pgvector_2", create=True)) as fresh:
        fresh.fill([(["new"], unit_vectors(1))])
        fresh.drop_others()
        assert tables(fresh) == {"pgvector_2"}
    with pytest.raises(StorageError, match="run `python -m index sync`") as caught:
        store.count()
    assert not isinstance(caught.value, UnreachableError)
    assert not store.is_sound(1, unit_vectors(1))
    assert not store.holds(["old"])
    store.reopen("pgvector_2")
    assert store.query(unit_vectors(1)[0], 1)[0][0] == "new"


def test_what_is_not_all_there_is_not_sound(store):
    vectors = unit_vectors(20)
    store.upsert(names(20), vectors)
    assert store.is_sound(20, vectors[:16])
    assert not store.is_sound(21, vectors[:16])
    store.fill([(names(20), -vectors)])
    assert not store.is_sound(20, vectors[:16])


def refused(database, tmp_path, **flags):
    with pytest.raises(UnreachableError) as caught:  # words can be searched all the same
        PgVectors(database, tmp_path, "pgvector_1", **flags)
    message = str(caught.value)
    assert "\n" not in message
    assert "secret" not in message
    return message


def test_without_the_extension_the_administrator_is_asked_for_it(tmp_path, plain, cluster):
    Catalog(tmp_path, create=True, database=plain).close()
    for flags in ({"create": True}, {}):
        message = refused(plain, tmp_path, **flags)
        assert "no pgvector in this database" in message
        assert "administrator" in message and "`CREATE EXTENSION vector`" in message
    cluster.run("CREATE SCHEMA elsewhere", "plain")
    cluster.run("GRANT USAGE ON SCHEMA elsewhere TO plain", "plain")
    cluster.run("CREATE EXTENSION vector SCHEMA elsewhere", "plain")
    with closing(PgVectors(plain, tmp_path, "pgvector_1", create=True)) as store:
        store.upsert(["a"], unit_vectors(1))
        assert store.query(unit_vectors(1)[0], 1)[0][0] == "a"


def test_an_older_extension_is_named(tmp_path, store, database, cluster):
    cluster.run("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'")
    try:
        message = refused(database, tmp_path)
    finally:
        cluster.run("UPDATE pg_extension SET extversion = '0.8.5' WHERE extname = 'vector'")
    assert "pgvector 0.7.4" in message
    assert "`ALTER EXTENSION vector UPDATE`" in message


def test_an_extension_that_was_dropped_with_the_vectors_is_told(store, tmp_path, database, cluster):
    store.upsert(["a"], unit_vectors(1))
    cluster.run("DROP EXTENSION vector CASCADE")
    assert "no pgvector" in refused(database, tmp_path)
    with pytest.raises(UnreachableError, match="no pgvector"):
        store.is_sound(1, unit_vectors(1))


def test_a_server_that_is_away_or_of_another_version_is_told_in_one_line(
    tmp_path, store, database, cluster
):
    assert "check that the server runs" in refused(
        Address("postgresql://byline:secret@127.0.0.1:1/byline"), tmp_path
    )
    assert "BYLINE_DATABASE" in refused(
        Address(database.url.replace("byline@", "nobody:secret@")), tmp_path
    )
    cluster.run(f'UPDATE "{catalog_schema(tmp_path)}".migrated SET version = 99')
    with pytest.raises(StorageError, match="index of version 99"):
        PgVectors(database, tmp_path, "pgvector_1")
    store.upsert(["a"], unit_vectors(1))
    cluster.stop("immediate")
    with pytest.raises(UnreachableError, match=r"check that the server runs|when the server runs"):
        store.count()
    cluster.start()
    assert store.count() == 1
