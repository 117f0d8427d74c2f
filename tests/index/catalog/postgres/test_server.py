"""A server that is away, killed, full or of another version: one clear line, and nothing is lost."""

import sys
from contextlib import closing

import pytest

from index.catalog.catalog import Catalog
from index.catalog.postgres.address import Address, parse_address, schema_name
from index.catalog.postgres.database import PostgresDatabase
from index.catalog.postgres.pgvector import PgVectors
from index.errors import (
    DamagedError,
    SettingsError,
    StorageBusyError,
    StorageError,
    UnreachableError,
)
from index.settings import load_settings
from tests.index.catalog.indexed import story

BRIDGE, BAKERY = story("a.txt", "A bridge."), story("b.txt", "A bakery.")


def refused(tmp_path, database, **flags):
    with pytest.raises(StorageError) as caught:
        Catalog(tmp_path, database=database, **flags)
    message = str(caught.value)
    assert "\n" not in message
    assert "secret" not in message
    return message


def test_no_index_says_how_to_make_one(tmp_path, database):
    assert "run `python -m index sync` first" in refused(tmp_path, database)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda url: "postgresql://byline:secret@127.0.0.1:1/byline", "check that the server runs"),
        (lambda url: url.replace("/byline", "/nothing"), "BYLINE_DATABASE"),
        (lambda url: url.replace("byline@", "nobody:secret@"), "BYLINE_DATABASE"),
        (lambda url: f"{url}?sslmode=require", "BYLINE_DATABASE"),
    ],
)
def test_an_address_that_does_not_work_is_told_in_one_line(tmp_path, database, change, said):
    assert said in refused(tmp_path, Address(change(database.url)), create=True)


def test_a_wrong_password_is_told_without_showing_it(tmp_path, plain, cluster):
    cluster.ask_for_passwords("plain")
    Catalog(tmp_path, create=True, database=plain).close()
    wrong = Address(plain.url.replace(":secret@", ":wrong-secret@"))
    assert "password authentication failed" in refused(tmp_path, wrong)
    assert "check that the server runs, and BYLINE_DATABASE" in refused(tmp_path, wrong)
    with pytest.raises(UnreachableError, match="password authentication failed") as caught:
        PgVectors(wrong, tmp_path, "pgvector_1")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["mysql://u:secret@h/db", "postgresql://", "h/db", "postgresql://[::/db"]
)
def test_an_address_of_another_kind_is_refused_without_its_password(monkeypatch, address):
    monkeypatch.setenv("BYLINE_DATABASE", address)
    with pytest.raises(SettingsError, match=r"BYLINE_DATABASE: .*expected postgresql://") as caught:
        load_settings()
    assert "secret" not in str(caught.value)
    assert "secret" not in str(parse_address("postgresql://u:secret@h/db"))


def test_without_the_driver_the_setting_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"pip install -r requirements-fleet.txt"):
        Catalog(tmp_path, database=Address("postgresql://127.0.0.1/byline"))


def test_one_writes_and_many_read(tmp_path, database):
    with closing(Catalog(tmp_path, create=True, database=database)) as writer:
        writer.apply([BRIDGE], [], {})
        for flags in ({"create": True}, {"alone": True}):
            with pytest.raises(StorageBusyError, match="another process is syncing"):
                Catalog(tmp_path, database=database, **flags)
        with closing(Catalog(tmp_path, database=database)) as reader:
            assert reader.full_text.passages(["bakery"], 5).every == []
            writer.apply([BAKERY], [], {})
            assert len(reader.full_text.passages(["bakery"], 5).every) == 1
    for _ in range(30):  # one writer after another, at once
        Catalog(tmp_path, database=database, alone=True).close()


def test_two_folders_of_one_name_in_capitals_and_not_are_two_indexes(tmp_path, database):
    assert schema_name("News", "catalog") != schema_name("news", "catalog")
    assert len(schema_name("x" * 200, "catalog")) <= 63


def test_a_failed_write_changes_nothing(tmp_path, database):
    with closing(Catalog(tmp_path, create=True, database=database)) as catalog:
        catalog.apply([BRIDGE], [], {})
        with pytest.raises(StorageError):
            catalog.apply([BAKERY, BAKERY], [BRIDGE.article.id], {"corpus": "/elsewhere"})
        assert catalog.articles.all() == (BRIDGE.article,)
        assert catalog.full_text.agrees()
        assert catalog.meta("corpus") is None
        catalog.apply([BAKERY], [], {})
        assert catalog.full_text.agrees()


def test_a_writer_whose_session_was_ended_writes_no_more(tmp_path, database, cluster):
    """Its lock went with the session, so another may be writing."""
    with closing(Catalog(tmp_path, create=True, database=database)) as catalog:
        catalog.apply([BRIDGE], [], {})
        cluster.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND datname = 'byline'"
        )
        with pytest.raises(StorageError, match="cannot be used") as caught:
            catalog.apply([BAKERY], [], {})
        assert "\n" not in str(caught.value)
        with closing(Catalog(tmp_path, create=True, database=database)) as other:
            other.apply([BAKERY], [], {})
        with pytest.raises(StorageError):
            catalog.apply([], [BRIDGE.article.id], {})
        assert len(catalog.articles.all()) == 2  # it still reads


def test_a_server_that_was_killed_loses_nothing_and_readers_go_on(tmp_path, database, cluster):
    with closing(Catalog(tmp_path, create=True, database=database)) as writer:
        writer.apply([BRIDGE, BAKERY], [], {})
    with closing(Catalog(tmp_path, database=database)) as reader:
        assert len(reader.articles.all()) == 2
        cluster.stop("immediate")
        with pytest.raises(StorageError, match=r"check that the server runs|when the server runs"):
            reader.articles.counts()
        assert "check that the server runs" in refused(tmp_path, database)
        cluster.start()
        assert reader.articles.counts() == (2, 2)
        assert len(reader.full_text.passages(["bakery"], 5).every) == 1
        assert reader.full_text.agrees()


def test_another_version_is_told_and_an_older_one_is_upgraded_by_a_writer(
    tmp_path, database, cluster
):
    Catalog(tmp_path, create=True, database=database).close()
    table = f'"{schema_name(tmp_path.name, "catalog")}".migrated'
    cluster.run(f"UPDATE {table} SET version = 99")
    for flags in ({}, {"create": True}):
        assert "index of version 99" in refused(tmp_path, database, **flags)
    schema = table.partition(".")[0]
    cluster.run(f"UPDATE {table} SET version = 1")
    for name in ("words", "stories", "terms", "sizes"):
        cluster.run(f"DROP TABLE {schema}.{name}")
    assert "index of version 1" in refused(tmp_path, database)
    with closing(Catalog(tmp_path, create=True, database=database)) as catalog:
        catalog.apply([BRIDGE], [], {})
        assert len(catalog.full_text.passages(["bridge"], 5).every) == 1


@pytest.mark.parametrize("rebuilt", [False, True], ids=["added", "rebuilt"])
def test_a_writer_leaves_sorted_indexes_and_a_planner_that_knows_them(
    tmp_path, database, cluster, monkeypatch, rebuilt
):
    monkeypatch.setattr("index.catalog.postgres.database._MANY", 1)
    schema = schema_name(tmp_path.name, "catalog")
    with closing(Catalog(tmp_path, create=True, database=database)) as catalog:
        catalog.apply([BRIDGE], [], {})
    if rebuilt:
        known = f"UPDATE pg_class SET reltuples = -1 WHERE oid = '\"{schema}\".words'::regclass"
        cluster.run(known)
        with closing(Catalog(tmp_path, create=True, database=database)) as catalog:
            catalog.health.rebuild_words(without=[])
    for name in ("words", "stories"):
        waiting = f"SELECT gin_clean_pending_list('\"{schema}\".{name}_by_term')"
        assert cluster.value(waiting) == 0
        counted = f"SELECT reltuples FROM pg_class WHERE oid = '\"{schema}\".{name}'::regclass"
        assert cluster.value(counted) == 1


def test_tables_that_are_gone_are_damage(tmp_path, database, cluster):
    told = []
    with closing(
        Catalog(tmp_path, create=True, database=database, on_damage=lambda: told.append(1))
    ) as catalog:
        catalog.apply([BRIDGE], [], {})
        cluster.run(f'DROP TABLE "{schema_name(tmp_path.name, "catalog")}".passages')
        with pytest.raises(DamagedError, match="run `python -m index sync` to repair it"):
            catalog.articles.counts()
    assert told


def test_a_user_who_may_not_write_is_told(tmp_path, database, cluster):
    cluster.run("CREATE ROLE reader LOGIN")
    message = refused(tmp_path, Address(database.url.replace("byline@", "reader@")), create=True)
    assert "the right to create and change tables" in message


def test_a_server_that_is_killed_while_it_is_written_to_is_told_by_the_error_alone(
    tmp_path, database, cluster, caplog, monkeypatch
):
    real = PostgresDatabase.executemany

    def executemany(db, sql, values):
        if rows := list(values):
            cluster.stop("immediate")
        real(db, sql, rows)

    with closing(Catalog(tmp_path, create=True, database=database)) as catalog:
        monkeypatch.setattr(PostgresDatabase, "executemany", executemany)
        try:
            with pytest.raises(StorageError) as caught:
                catalog.apply([BRIDGE], [], {})
        finally:
            cluster.start()
    assert "\n" not in str(caught.value)
    assert caplog.record_tuples == []
