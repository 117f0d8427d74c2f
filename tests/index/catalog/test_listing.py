"""The list of the corpus: in each order, page by page, of a selection, without the texts."""

import sqlite3
from datetime import date

import pytest

from index.catalog.catalog import Catalog
from index.catalog.listing import ORDERS
from index.catalog.schema import FILE_NAME
from index.catalog.selection import EVERYTHING, Selection
from index.text.article import Article
from tests.index.catalog.indexed import indexed

SHELF = (
    ("a.txt", "the Zeppelin", "BBC", date(2015, 9, 3), 3, ()),
    ("b.txt", "A bakery", None, None, 1, ()),
    ("c.pdf", "Bridge", "The Daily", date(2015, 9, 1), 90, (0, 40, 900)),
    ("d.txt", "A harbour", "BBC", date(2015, 9, 2), 2, ()),
)
FIRST = {
    "title": "bdca",
    "outlet": "adcb",
    "newest": "adcb",
    "oldest": "cdab",
    "longest": "cadb",
    "path": "abcd",
}


@pytest.fixture
def listed(catalog):
    catalog.apply(
        [
            indexed(
                Article(
                    path, f"{n:064x}", title, "Nothing happened. " * size, day, outlet, (), pages
                )
            )
            for n, (path, title, outlet, day, size, pages) in enumerate(SHELF)
        ],
        [],
        {},
    )
    return catalog


@pytest.mark.parametrize("order", ORDERS)
def test_each_order_page_by_page(listed, order):
    whole, total = listed.listing.browse(EVERYTHING, order, 0, 10)
    assert total == 4 and "".join(one.path[0] for one in whole) == FIRST[order]
    pages = [listed.listing.browse(EVERYTHING, order, at, 3) for at in (0, 3, 6)]
    assert [one for page, _ in pages for one in page] == list(whole)
    assert {count for _, count in pages} == {4}


def test_an_article_in_the_list_is_what_the_catalog_holds(listed):
    (one,), total = listed.listing.browse(Selection(words="bridge"), "path", 0, 5)
    article = listed.articles.at("c.pdf")
    assert total == 1
    assert (one.id, one.title, one.publisher, one.published) == (
        article.id, article.title, article.publisher, article.published
    )  # fmt: skip
    assert one.characters == len(article.text) and one.pages == 3
    assert one.passages == len(listed.articles.passage_ids([article.id])) > 1


def test_outlets_with_their_articles_and_the_days(listed):
    assert listed.listing.publishers() == (("BBC", 2), ("The Daily", 1))
    assert listed.listing.span() == (date(2015, 9, 1), date(2015, 9, 3))
    assert listed.listing.span(Selection(words="bakery")) is None


def test_a_list_is_read_without_reading_the_articles(listed):
    plan = listed._db.rows(
        "EXPLAIN QUERY PLAN SELECT id, path, title, publisher, published, characters FROM articles "
        f"ORDER BY {ORDERS['path']}, path"
    )
    assert "COVERING INDEX articles_listed" in plan[0][3]


def test_an_index_of_version_3_gets_its_list_as_it_stands(listed, tmp_path):
    before = listed.listing.browse(EVERYTHING, "longest", 0, 9)
    listed.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.executescript(
            "DROP INDEX articles_listed; ALTER TABLE articles DROP COLUMN characters;"
            "CREATE INDEX articles_by_day ON articles (published); PRAGMA user_version = 3;"
        )
    db.close()
    again = Catalog(tmp_path, create=True)
    assert again.listing.browse(EVERYTHING, "longest", 0, 9) == before
    assert again.health.faults() == []
    again.close()
