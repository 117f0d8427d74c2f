"""The catalog returns what was stored, survives hostile queries and rejects foreign files."""

import sqlite3
import threading
from datetime import date
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog.catalog import Catalog
from index.catalog.sqlite.schema import FILE_NAME, VERSION
from index.errors import DamagedError, StorageError
from index.text.article import Article, Span
from tests.index.catalog.indexed import ONE_FOLDER, indexed, story

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
ARTICLES = st.builds(
    Article,
    path=TEXT,
    sha256=st.integers(0, 2**64).map(lambda n: f"{n:064x}"),
    title=TEXT,
    text=TEXT,
    published=st.none() | st.dates(),
    publisher=st.none() | TEXT,
    author=st.none() | TEXT,
    updated=st.none() | st.dates(),
    boilerplate=st.just(()) | st.just((Span(0, 1),)),
    pages=st.just(()) | st.just((0, 1, 7)),
)


@ONE_FOLDER
@given(articles=st.lists(ARTICLES, max_size=4, unique_by=lambda a: a.path))
def test_articles_passages_and_vectors_come_back_as_they_were(catalog, articles):
    items = [indexed(article) for article in articles]
    catalog.apply(items, chain(*catalog.articles.ids_by_file().values()), {})
    assert set(catalog.articles.all()) == set(articles)
    assert sorted(chain(*catalog.articles.ids_by_file().values())) == sorted(a.id for a in articles)
    assert catalog.articles.counts() == (len(items), sum(len(item.passages) for item in items))
    for item in items:
        assert catalog.articles.at(item.article.path) == item.article
        found = catalog.articles.passages([p.id for p in item.passages])
        for passage, vector in zip(item.passages, item.vectors, strict=True):
            assert found[passage.id][:2] == (passage, item.article)
            assert found[passage.id][2].tobytes() == vector.tobytes()
    everything = {
        key: row for ids, rows in catalog.vectors.all(2) for key, row in zip(ids, rows, strict=True)
    }
    assert len(everything) == catalog.articles.counts()[1]


def test_what_is_removed_leaves_nothing_behind(catalog):
    keep, drop = story("a.txt", "The minister opened it."), story("b.txt", "Crowds came to see.")
    catalog.apply([keep, drop], [], {})
    catalog.apply([], [drop.article.id], {})
    assert catalog.articles.all() == (keep.article,)
    assert catalog.articles.at("b.txt") is None
    assert catalog.full_text.passages(["crowds"], 5).every == []
    assert catalog.articles.passages([p.id for p in drop.passages]) == {}
    assert catalog.articles.passage_ids([drop.article.id]) == []
    assert [ids for ids, _ in catalog.vectors.all()] == [[p.id for p in keep.passages]]


def test_an_article_may_go_and_come_back(catalog):
    item = story("a.txt", "The minister opened it.")
    for _ in range(3):
        catalog.apply([item], [], {})
        assert catalog.articles.passages([item.passages[0].id])
        catalog.apply([], [item.article.id], {})
        assert catalog.articles.passages([item.passages[0].id]) == {}
    catalog.apply([item], [], {})
    assert catalog.articles.at("a.txt") == item.article


def test_every_change_raises_the_generation_and_facts_do_not(catalog):
    assert catalog.generation == 0
    catalog.apply([story("a.txt", "Words.")], [], {"corpus": "/x"})
    assert (catalog.generation, catalog.meta("corpus")) == (1, "/x")
    catalog.set_meta("corpus", "/y")
    assert (catalog.generation, catalog.meta("corpus")) == (1, "/y")
    catalog.apply([], [], {})
    assert catalog.generation == 2
    assert catalog.meta("nothing") is None


def test_a_change_is_made_whole_or_not_at_all(catalog):
    one = story("a.txt", "The minister opened it.")
    catalog.apply([one], [], {})
    with pytest.raises(StorageError):
        catalog.apply([story("b.txt", "New."), one], [], {"corpus": "/x"})
    assert (catalog.articles.counts()[0], catalog.generation, catalog.meta("corpus")) == (
        1,
        1,
        None,
    )
    assert catalog.full_text.passages(["new"], 5).every == []


def test_vectors_come_in_batches_of_the_same_order(catalog):
    item = indexed(Article("a", "0" * 64, "T", "\n\n".join("Word " * 50 + "." for _ in range(20))))
    catalog.apply([item], [], {})
    batches = list(catalog.vectors.all(3))
    assert all(len(ids) == len(rows) <= 3 for ids, rows in batches)
    assert [key for ids, _ in batches for key in ids] == [p.id for p in item.passages]
    assert np.concatenate([rows for _, rows in batches]).tobytes() == item.vectors.tobytes()


def test_several_threads_may_read_while_one_writes(catalog):
    errors = []

    def read():
        try:
            for _ in range(60):
                for key, _ in catalog.full_text.passages(["minister"], 5).every:
                    catalog.articles.passages([key])
                catalog.articles.all()
        except Exception as error:  # told below
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(30):
        catalog.apply([story(f"{number}.txt", f"The minister opened bridge {number}.")], [], {})
    for reader in readers:
        reader.join()
    assert errors == []
    assert catalog.articles.counts()[0] == 30


def test_a_second_reader_sees_what_the_first_wrote(catalog, tmp_path):
    other = Catalog(tmp_path)
    catalog.apply([story("a.txt", "The minister opened it.")], [], {})
    assert [article.path for article in other.articles.all()] == ["a.txt"]
    other.close()


# -- folders that cannot be used --


def refused(folder, create=False):
    with pytest.raises(StorageError) as caught:
        Catalog(folder, create=create)
    message = str(caught.value)
    assert "\n" not in message
    assert str(folder) in message
    return message


def test_no_index_says_how_to_make_one(tmp_path):
    assert "run `python -m index sync`" in refused(tmp_path)
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("damage", [b"garbage" * 1000, None], ids=["garbage", "overwritten pages"])
def test_a_damaged_file_says_how_to_mend_it(tmp_path, create, damage):
    catalog = Catalog(tmp_path, create=True)
    catalog.apply([story("a.txt", "Words " * 5000)], [], {})
    catalog.close()
    file = tmp_path / FILE_NAME
    file.write_bytes(damage or b"\xff" * 100 + file.read_bytes()[100:])
    assert "run `python -m index sync` to repair it" in refused(tmp_path, create)


def test_an_index_of_version_2_is_brought_up_to_date_as_it_stands(tmp_path):
    catalog = Catalog(tmp_path, create=True)
    catalog.apply([story("a.txt", "The minister opened a bridge. " * 30)], [], {})
    catalog.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute("DROP TABLE stories")
        db.execute("DROP INDEX articles_listed")
        db.execute("DROP INDEX articles_by_content")
        db.execute("DROP TABLE former")
        for column in ("characters", "author", "updated"):
            db.execute(f"ALTER TABLE articles DROP COLUMN {column}")
        db.execute("ALTER TABLE files DROP COLUMN noticed")
        db.execute("CREATE INDEX articles_by_day ON articles (published)")
        db.execute("PRAGMA user_version = 2")
    db.close()
    assert "index of version 2" in refused(tmp_path)  # a reader changes nothing
    catalog = Catalog(tmp_path, create=True)
    (article,) = catalog.articles.all()
    assert [key for key, _ in catalog.full_text.articles(["bridge"], 5).every] == [article.id]
    assert catalog.full_text.agrees()
    catalog.close()


def test_a_damaged_file_with_a_high_version_is_no_newer_index(tmp_path):
    catalog = Catalog(tmp_path, create=True)
    catalog.apply([story("a.txt", "Words " * 5000)], [], {})
    catalog.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute("PRAGMA user_version = 239")
    db.close()
    file = tmp_path / FILE_NAME
    data = file.read_bytes()
    file.write_bytes(data[:8192] + b"\xff" * (len(data) - 16384) + data[-8192:])
    with pytest.raises(DamagedError, match="run `python -m index sync` to repair it"):
        Catalog(tmp_path, create=True)


@pytest.mark.parametrize("create", [False, True])
def test_a_newer_version_is_left_as_it_is(tmp_path, create):
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 6}")
    db.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    message = refused(tmp_path, create)
    assert f"index of version {VERSION + 6}, this Byline knows {VERSION}" in message
    assert "another --storage folder" in message
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_an_empty_file_left_by_a_killed_run_is_begun_again(tmp_path):
    (tmp_path / FILE_NAME).touch()
    assert "run `python -m index sync`" in refused(tmp_path)
    catalog = Catalog(tmp_path, create=True)
    assert catalog.articles.counts() == (0, 0)
    catalog.close()


def test_a_file_that_breaks_while_open_is_told_in_one_line(tmp_path):
    catalog = Catalog(tmp_path, create=True)
    catalog.apply([story("a.txt", "Words. " * 20_000)], [], {})
    catalog.close()
    file = tmp_path / FILE_NAME
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xaa" * (len(content) - 4096))
    broken = Catalog(tmp_path)
    with pytest.raises(StorageError, match="run `python -m index sync` to repair it") as caught:
        broken.articles.all()
    assert "\n" not in str(caught.value)
    broken.close()


def test_dates_outside_the_usual_come_back(catalog):
    article = Article("a", "0" * 64, "T", "Words.", published=date(1, 1, 1))
    catalog.apply([indexed(article)], [], {})
    assert catalog.articles.all()[0].published == date(1, 1, 1)
