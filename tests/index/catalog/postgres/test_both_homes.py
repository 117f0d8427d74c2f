"""Both homes of the catalog return the same, to the last bit of a score."""

from contextlib import closing, contextmanager
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.catalog.catalog import Catalog
from index.catalog.listing import ORDERS
from index.catalog.records import KnownFile
from index.catalog.selection import EVERYTHING, Selection
from index.text.article import Article
from tests.index.catalog.indexed import ONE_FOLDER, indexed
from tests.index.catalog.test_catalog import ARTICLES
from tests.index.catalog.test_selected_passages import shelf_and_selection

ASKED = (
    ["bridge"],
    ["Ministers", "bridge", "bridges", "zeppelin"],
    ["minist*", "harbour"],
    ["the_bridge", "bakery"],
    ["bridge_zeppelin_harb*", "of"],
    ["nothing", "%", "_", '"', "\0", "ÉLYSÉE"],
    [],
)


@contextmanager
def both(tmp_path, database):
    """A catalog in each home, empty."""
    with (
        closing(Catalog(tmp_path, create=True)) as file,
        closing(Catalog(tmp_path, create=True, database=database)) as server,
    ):
        for catalog in (file, server):
            held = catalog.articles.ids_by_file()
            catalog.apply([], chain(*held.values()), {}, gone=list(catalog.files()))
        yield file, server


def ranked(catalog, selection, days):
    text = catalog.full_text
    return [
        (search(words, k, days, within), search(words, k, None, within))
        for words in ASKED
        for search in (text.passages, text.articles)
        for k in (1, 1_000)
        for within in (EVERYTHING, selection)
    ]


def listed(catalog, selection):
    listing = catalog.listing
    return [
        *(listing.browse(selection, order, 1, 5) for order in ORDERS),
        listing.publishers(),
        listing.authors(),
        listing.span(selection),
        catalog.articles.all(),
        catalog.articles.counts(),
        catalog.articles.characters(),
        catalog.selected.numbers(selection),
        [keys for keys, _ in catalog.vectors.all(3)],
        [
            vectors.tobytes()
            for _, vectors in catalog.vectors.numbered(catalog.selected.numbers(selection))
        ],
        catalog.vectors.sample(4).tobytes(),
        catalog.vectors.latest_ids(3),
        [catalog.health.stored(article.id) for article in catalog.articles.all()],
        [catalog.full_text.story(article.id) for article in catalog.articles.all()],
        [
            sorted(catalog.full_text.containing(phrase, selection))
            for phrase in ("bridge", "of the bridge", "The minister's")
        ],
    ]


@ONE_FOLDER
@given(case=shelf_and_selection(), gone=st.integers(0, 5), most=st.sampled_from((1, 3, 2_000)))
def test_every_search_and_list_is_the_same(tmp_path, database, case, gone, most):
    shelf, selection = case
    with both(tmp_path, database) as (file, server), pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.catalog.full_text._MOST_SCORED", most)
        for catalog in (file, server):
            catalog.apply([indexed(one, words=12) for one in shelf], [], {})
            catalog.apply([], [one.id for one in shelf[:gone]], {})
            catalog.apply([indexed(one, words=5) for one in shelf[: gone // 2]], [], {})
        days = selection.since and selection.until and (selection.since, selection.until)
        assert ranked(server, selection, days) == ranked(file, selection, days)
        assert listed(server, selection) == listed(file, selection)
        assert server.full_text.agrees()
        assert not server.health.faults() and not server.health.orphans()
        server.health.rebuild_words(without=[])
        assert server.full_text.agrees()
        assert ranked(server, selection, days) == ranked(file, selection, days)


@ONE_FOLDER
@given(articles=st.lists(ARTICLES, max_size=3, unique_by=lambda a: a.path))
@example([Article("a\0b", "0" * 64, "A \x01 title", "\0 Words \x010 of a \0\x01 \x01\0 text.")])
@example([Article(f"{n}", f"{n}" * 64, title, "") for n, title in enumerate(["0", "\x01", "\0"])])
def test_whatever_a_text_holds_comes_back(tmp_path, database, articles):
    with both(tmp_path, database) as (file, server):
        for catalog in (file, server):
            catalog.apply(
                [indexed(article) for article in articles],
                [],
                {"corpus": "/x\0"},
                [KnownFile("a.txt", "0" * 64, "limits", (("a", "\0"),), "state", ("remark",))],
            )
        assert set(server.articles.all()) == set(articles)
        assert listed(server, EVERYTHING) == listed(file, EVERYTHING)
        assert server.files() == file.files()
        assert server.meta("corpus") == "/x\0"


def test_an_article_that_moved_is_found_by_its_content(tmp_path, database):
    with both(tmp_path, database) as (_, server):
        old = Article("a.txt", "1" * 64, "A", "A bridge.")
        new = Article("b.txt", "1" * 64, "A", "A bridge.")
        server.apply([indexed(old)], [], {})
        server.apply([indexed(new)], [old.id], {})
        assert server.articles.find(old.id) == new
        assert server.articles.at("a.txt", "1" * 64) == new


def test_a_term_longer_than_an_index_takes_is_stored_and_found(tmp_path, database):
    with both(tmp_path, database) as (_, server):
        long = "x" * 30_000
        server.apply([indexed(Article("a.txt", "0" * 64, "A", f"See {long} here."))], [], {})
        assert len(server.full_text.passages([long], 5).every) == 1


def test_hostile_names_are_values_and_no_syntax(tmp_path, database):
    with both(tmp_path, database) as (_, server):
        server.apply([indexed(Article("a.txt", "0" * 64, "A", "A bridge."))], [], {})
        for name in ("' OR 1 --", '"', "{", "\ud800", "\0", "%s", "?", "x" * 10_000):
            hostile = Selection(publishers=frozenset([name]), ids=frozenset(map(str, range(999))))
            assert server.selected.articles(hostile) == 0
            assert server.full_text.passages(["bridge"], 5, None, hostile) == ([], [])
