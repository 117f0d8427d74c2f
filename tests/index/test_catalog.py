"""The catalog gives back what it was given, survives hostile queries and refuses foreign files."""

import sqlite3
import threading
from datetime import date
from itertools import chain

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.article import Article, Span
from index.boilerplate import mark_boilerplate
from index.catalog import FILE_NAME, SCHEMA_VERSION, Catalog, Indexed
from index.errors import StorageError
from index.passages import split_passages

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
ARTICLES = st.builds(
    Article,
    path=TEXT,
    sha256=st.integers(0, 2**64).map(lambda n: f"{n:064x}"),
    title=TEXT,
    text=TEXT,
    published=st.none() | st.dates(),
    publisher=st.none() | TEXT,
    boilerplate=st.just(()) | st.just((Span(0, 1),)),
    pages=st.just(()) | st.just((0, 1, 7)),
)
ONE_FOLDER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def indexed(article, words=60, seed=0):
    passages = split_passages(article, words, 10)
    vectors = np.random.default_rng(seed).normal(size=(len(passages), 8)).astype(np.float32)
    return Indexed(article, passages, vectors)


def story(path, text):
    return indexed(Article(path, f"{hash(text) % 2**64:064x}", f"On {path}", text))


@pytest.fixture
def catalog(tmp_path):
    catalog = Catalog(tmp_path, create=True)
    yield catalog
    catalog.close()


@ONE_FOLDER
@given(articles=st.lists(ARTICLES, max_size=4, unique_by=lambda a: a.path))
def test_articles_passages_and_vectors_come_back_as_they_were(catalog, articles):
    items = [indexed(article) for article in articles]
    catalog.apply(items, chain(*catalog.article_ids().values()), {})
    assert set(catalog.articles()) == set(articles)
    assert sorted(chain(*catalog.article_ids().values())) == sorted(a.id for a in articles)
    assert catalog.counts() == (len(items), sum(len(item.passages) for item in items))
    for item in items:
        assert catalog.article(item.article.path) == item.article
        found = catalog.passages([p.id for p in item.passages])
        for passage, vector in zip(item.passages, item.vectors, strict=True):
            assert found[passage.id][:2] == (passage, item.article)
            assert found[passage.id][2].tobytes() == vector.tobytes()
    everything = {
        key: row for ids, rows in catalog.vectors(2) for key, row in zip(ids, rows, strict=True)
    }
    assert len(everything) == catalog.counts()[1]


@ONE_FOLDER
@given(words=st.lists(st.text(st.characters(), max_size=12), max_size=30), k=st.integers(1, 5))
def test_any_words_can_be_asked_for(catalog, words, k):
    if not catalog.counts()[0]:
        catalog.apply([story("a.txt", "The minister opened a bridge. Naïve crowds came.")], [], {})
    found = catalog.lexical(words, k)
    assert len(found) <= k
    assert all(score > 0 or score == pytest.approx(0, abs=1e-5) for _, score in found)


@pytest.mark.parametrize(
    "words",
    [['"'], ["bridge OR crowds"], ["NEAR(", "a", "*"], ["title:bridge"], ["^"], ["\0"], ["bridge\0"],
     ["\ud800"], ["-bridge"], ["'; DROP TABLE words; --"], [""], [" "], ["AND", "NOT"], ["x" * 99_999],
     ["_"], []],
)  # fmt: skip
def test_words_are_never_taken_for_query_syntax(catalog, words):
    catalog.apply([story("a.txt", "The minister opened a bridge.")], [], {})
    catalog.lexical(words, 5)
    assert catalog.lexical(["bridge"], 5)


def test_twenty_thousand_words_can_be_asked_for(catalog):
    catalog.apply([story("a.txt", "The minister opened a bridge.")], [], {})
    assert catalog.lexical([f"word{n}" for n in range(20_000)] + ["bridge"], 5)


def test_words_match_by_stem_and_without_accents(catalog):
    catalog.apply(
        [story("a.txt", "The ministers opened bridges."), story("b.txt", "A café in Orléans.")],
        [],
        {},
    )
    for word, path in (
        ("minister", "a.txt"),
        ("bridge", "a.txt"),
        ("cafe", "b.txt"),
        ("ORLEANS", "b.txt"),
    ):
        ((key, _),) = catalog.lexical([word], 5)
        assert catalog.passages([key])[key][1].path == path


def test_the_better_match_comes_first(catalog):
    catalog.apply(
        [
            story("a.txt", "A bridge, a bridge and again a bridge."),
            story(
                "b.txt", "A bridge and a very long tale of many other things that went on that day."
            ),
            *[story(f"{n}.txt", "Nothing of the kind.") for n in range(8)],
        ],
        [],
        {},
    )
    (first, one), (second, other) = catalog.lexical(["bridge"], 5)
    assert one > other
    paths = [catalog.passages([key])[key][1].path for key in (first, second)]
    assert paths == ["a.txt", "b.txt"]


def test_boilerplate_is_not_found_by_the_title(catalog):
    text = "The minister opened it.\n\nAdvertisement"
    article = Article("a.txt", "0" * 64, "A bridge", text, boilerplate=mark_boilerplate(text))
    catalog.apply([indexed(article)], [], {})
    assert len(catalog.lexical(["bridge"], 5)) == 1
    assert len(catalog.lexical(["advertisement"], 5)) == 1


def test_what_is_removed_leaves_nothing_behind(catalog):
    keep, drop = story("a.txt", "The minister opened it."), story("b.txt", "Crowds came to see.")
    catalog.apply([keep, drop], [], {})
    catalog.apply([], [drop.article.id], {})
    assert catalog.articles() == (keep.article,)
    assert catalog.article("b.txt") is None
    assert catalog.lexical(["crowds"], 5) == []
    assert catalog.passages([p.id for p in drop.passages]) == {}
    assert catalog.passage_ids([drop.article.id]) == []
    assert [ids for ids, _ in catalog.vectors()] == [[p.id for p in keep.passages]]


def test_an_article_may_go_and_come_back(catalog):
    item = story("a.txt", "The minister opened it.")
    for _ in range(3):
        catalog.apply([item], [], {})
        assert catalog.passages([item.passages[0].id])
        catalog.apply([], [item.article.id], {})
        assert catalog.passages([item.passages[0].id]) == {}
    catalog.apply([item], [], {})
    assert catalog.article("a.txt") == item.article


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
    assert (catalog.counts()[0], catalog.generation, catalog.meta("corpus")) == (1, 1, None)
    assert catalog.lexical(["new"], 5) == []


def test_vectors_come_in_batches_of_the_same_order(catalog):
    item = indexed(Article("a", "0" * 64, "T", "\n\n".join("Word " * 50 + "." for _ in range(20))))
    catalog.apply([item], [], {})
    batches = list(catalog.vectors(3))
    assert all(len(ids) == len(rows) <= 3 for ids, rows in batches)
    assert [key for ids, _ in batches for key in ids] == [p.id for p in item.passages]
    assert np.concatenate([rows for _, rows in batches]).tobytes() == item.vectors.tobytes()


def test_several_threads_may_read_while_one_writes(catalog):
    errors = []

    def read():
        try:
            for _ in range(60):
                for key, _ in catalog.lexical(["minister"], 5):
                    catalog.passages([key])
                catalog.articles()
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
    assert catalog.counts()[0] == 30


def test_a_second_reader_sees_what_the_first_wrote(catalog, tmp_path):
    other = Catalog(tmp_path)
    catalog.apply([story("a.txt", "The minister opened it.")], [], {})
    assert [article.path for article in other.articles()] == ["a.txt"]
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


@pytest.mark.parametrize("create", [False, True])
def test_a_newer_version_is_left_as_it_is(tmp_path, create):
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 6}")
    db.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    message = refused(tmp_path, create)
    assert f"index of version {SCHEMA_VERSION + 6}, this Byline knows {SCHEMA_VERSION}" in message
    assert "another --storage folder" in message
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_an_empty_file_left_by_a_killed_run_is_begun_again(tmp_path):
    (tmp_path / FILE_NAME).touch()
    assert "run `python -m index sync`" in refused(tmp_path)
    catalog = Catalog(tmp_path, create=True)
    assert catalog.counts() == (0, 0)
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
        broken.articles()
    assert "\n" not in str(caught.value)
    broken.close()


def test_dates_outside_the_usual_come_back(catalog):
    article = Article("a", "0" * 64, "T", "Words.", published=date(1, 1, 1))
    catalog.apply([indexed(article)], [], {})
    assert catalog.articles()[0].published == date(1, 1, 1)
