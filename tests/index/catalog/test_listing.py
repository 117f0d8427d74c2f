"""The list of the corpus: in each order, page by page, of a selection, without the texts."""

import sqlite3
from dataclasses import replace
from datetime import date

import pytest

from index.catalog.catalog import Catalog
from index.catalog.listing import ORDERS
from index.catalog.selection import EVERYTHING, Selection
from index.catalog.sqlite.schema import FILE_NAME
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
WRITERS = {"c.pdf": "Mara Holt"}


@pytest.fixture
def listed(catalog):
    catalog.apply(
        [
            indexed(
                Article(
                    path,
                    f"{n:064x}",
                    title,
                    "Nothing happened. " * size,
                    day,
                    outlet,
                    (),
                    pages,
                    WRITERS.get(path),
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


def test_authors_are_listed_and_searched_by_name(listed):
    (one,), _ = listed.listing.browse(Selection(words="holt"), "path", 0, 5)
    assert (one.path, one.author) == ("c.pdf", "Mara Holt")


def test_authors_are_listed_by_their_articles_and_selected_by_their_whole_name(catalog):
    bylines = (
        "Anna Reed",
        "Anna Reed, Bo Lee",
        "Bo Lee",
        "Anna Reed-Holt",
        None,
        "Bo Lee, 100% Ann_",
    )
    catalog.apply(
        [
            indexed(Article(f"{n}.txt", f"{n:064x}", "A bridge", "It opened.", author=byline))
            for n, byline in enumerate(bylines)
        ],
        [],
        {},
    )
    assert catalog.listing.authors() == (
        ("Bo Lee", 3),
        ("Anna Reed", 2),
        ("100% Ann_", 1),
        ("Anna Reed-Holt", 1),
    )

    def by(*names):
        rows, _ = catalog.listing.browse(Selection(authors=frozenset(names)), "path", 0, 9)
        return "".join(one.path[0] for one in rows)

    assert by("Anna Reed") == "01" and by("Bo Lee") == "125" and by("Reed") == by("Lee, Bo") == ""
    assert by("Anna Reed", "100% Ann_") == "015" and by("%") == ""


def test_an_index_of_version_4_has_no_authors_until_the_next_sync(listed, tmp_path):
    listed.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.executescript(
            "DROP INDEX articles_by_content; DROP TABLE former; DROP INDEX articles_listed;"
            "ALTER TABLE articles DROP COLUMN author;"
            "ALTER TABLE articles DROP COLUMN updated; ALTER TABLE files DROP COLUMN noticed;"
            "PRAGMA user_version = 4;"
            "CREATE INDEX articles_listed ON articles (published, publisher, title, path, characters);"
        )
    db.close()
    again = Catalog(tmp_path, create=True)
    found, total = again.listing.browse(EVERYTHING, "path", 0, 9)
    assert total == 4 and {one.author for one in found} == {None}
    assert again.health.faults() == []
    again.close()


def test_a_list_is_read_without_reading_the_articles(listed):
    plan = listed._db.rows(
        "EXPLAIN QUERY PLAN SELECT id, path, title, publisher, author, published, characters FROM articles "
        f"ORDER BY {ORDERS['path']}, path"
    )
    assert "COVERING INDEX articles_listed" in plan[0][3]


def test_an_index_of_version_3_gets_its_list_as_it_stands(listed, tmp_path):
    shown, total = listed.listing.browse(EVERYTHING, "longest", 0, 9)
    before = tuple(replace(one, author=None) for one in shown), total
    listed.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.executescript(
            "DROP INDEX articles_by_content; DROP TABLE former; DROP INDEX articles_listed;"
            "ALTER TABLE articles DROP COLUMN characters;"
            "ALTER TABLE articles DROP COLUMN author; ALTER TABLE articles DROP COLUMN updated;"
            "ALTER TABLE files DROP COLUMN noticed;"
            "CREATE INDEX articles_by_day ON articles (published); PRAGMA user_version = 3;"
        )
    db.close()
    again = Catalog(tmp_path, create=True)
    assert again.listing.browse(EVERYTHING, "longest", 0, 9) == before
    assert again.health.faults() == []
    again.close()
