"""Rows become articles, each with its number, by the usual names of columns."""

from datetime import date

import pytest

from index.formats.limits import Limits
from index.formats.rows.tables import MOST_DATA
from index.reading.articles import parse_article, parse_file
from tests.index.formats.makers import make_csv, make_json, make_json_lines
from tests.index.workshop import story

ROW = {"title": "A bridge", "date": "2015-11-18", "source": "The Daily", "text": story(1)}
EXPECTED = ("A bridge", date(2015, 11, 18), "The Daily", story(1))


def facts(article):
    return (article.title, article.published, article.publisher, article.text)


def refused(path, data, limits=None):
    ((where, reason),) = parse_file(path, data, limits or Limits()).refused
    assert where == path
    return reason


@pytest.mark.parametrize(
    "names",
    [
        ("title", "date", "source", "text"),
        ("Headline", "Publication Date", "Outlet", "Body"),
        ("TITLE", "published", "publisher", "content"),
        ("headline", "publish_date", "Source", "Article"),
        ("Titel", "Datum", "Quelle", "Inhalt"),
        ("Título", "Fecha", "Fuente", "Texto"),
        ("Article_Headline", "Article Date", "News Source", "Story Text"),
        ("Überschrift", "Erscheinungsdatum", "Medium", "Volltext"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "semicolons", "tabs", "json", "jsonl", "within"])
def test_usual_names_of_columns_are_known(names, form):
    values = list(ROW.values())
    row = dict(zip(names, values, strict=True))
    path, data = {
        "csv": ("a.csv", make_csv([names, values])),
        "semicolons": ("a.csv", make_csv([names, values], ";")),
        "tabs": ("a.csv", make_csv([names, values], "\t")),
        "json": ("a.json", make_json([row])),
        "jsonl": ("a.jsonl", make_json_lines([row])),
        "within": ("a.json", make_json({"status": "ok", "articles": [row]})),
    }[form]
    (article,) = parse_file(path, data).articles
    assert facts(article) == EXPECTED
    assert article.path == f"{path}//1"
    assert parse_article(article.path, data) == article


def test_a_table_of_links_is_a_list_of_articles_and_not_data():
    heading = ["URL", "Date", "Title"]
    rows = [
        ["https://daily.example/1", "2015-11-18", "A bridge"],
        ["https://x.example", "", "Rain"],
    ]
    first, second = parse_file("a.csv", make_csv([heading, *rows])).articles
    assert (first.title, first.text, first.published) == (
        "A bridge",
        "A bridge",
        date(2015, 11, 18),
    )
    assert second.path == "a.csv//2"


def test_an_object_alone_is_one_article():
    assert facts(parse_article("a.json//1", make_json(ROW))) == EXPECTED


def test_rows_are_counted_from_one_without_the_heading_and_bad_ones_are_named():
    data = make_csv([["text", "url"], ["One."], ["", "http://x"], [], ["Three, two."]])
    contents = parse_file("a.csv", data)
    assert [(a.path, a.text) for a in contents.articles] == [
        ("a.csv//1", "One."),
        ("a.csv//3", "Three, two."),
    ]
    assert contents.refused == (("a.csv//2", "no text: expected an article with words in it"),)


def test_a_row_without_a_title_is_named_after_its_file():
    data = make_json_lines([{"text": "Words."}, {"text": "More."}])
    assert [a.title for a in parse_file("in/my-quotes.jsonl", data).articles] == [
        "my quotes, 1",
        "my quotes, 2",
    ]


def test_what_newspapers_interfaces_give_is_understood():
    row = {"headline": "H", "source": {"id": 1, "name": "The Daily"}, "publishedAt": "2015-11-18T09:00:00Z",
           "content": None, "description": "Short words.", "url": "http://x"}  # fmt: skip
    (article,) = parse_file("a.json", make_json({"articles": [row]})).articles
    assert facts(article) == ("H", date(2015, 11, 18), "The Daily", "Short words.")


@pytest.mark.parametrize("stamp", [1447804800, 1447804800000, "18 November 2015"])
def test_a_date_may_be_a_number_or_words(stamp):
    (article,) = parse_file("a.json", make_json([{"text": "Words.", "date": stamp}])).articles
    assert article.published == date(2015, 11, 18)


@pytest.mark.parametrize("stamp", [True, 12, 1e300, "03/04/2015", [], {}, None, -1e18])
def test_what_is_no_date_is_none(stamp):
    (article,) = parse_file("a.json", make_json([{"text": "Words.", "date": stamp}])).articles
    assert article.published is None


def test_a_list_of_paragraphs_is_one_text():
    (article,) = parse_file("a.json", make_json([{"body": ["One.", "Two."]}])).articles
    assert article.text == "One.\n\nTwo."


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_small_table_of_figures_is_one_article_of_rows(delimiter):
    rows = (("Candidate", "Votes"), ("Kai Moe", "4812"), ("Liv Aas", "3100"), ("Tor Dahl", ""))
    data = "\n".join(delimiter.join(row) for row in rows).encode()
    (article,) = parse_file("melby-results.csv", data).articles
    assert (article.path, article.title) == ("melby-results.csv", "melby results")
    assert article.text.splitlines() == [
        "| Candidate | Votes |",
        "| Kai Moe | 4812 |",
        "| Liv Aas | 3100 |",
        "| Tor Dahl |  |",
    ]


@pytest.mark.parametrize(
    "data",
    [
        "name,price\n" + "x,1\n" * (MOST_DATA + 1),
        "x,12\ny,13\nz,14\n",
        "name,price\nx,1\ny,2,3\n",
        "name\nx\ny\n",
    ],
)
def test_other_tables_without_a_text_are_refused(data):
    assert refused("a.csv", data.encode()).startswith("columns ")


@pytest.mark.parametrize(
    "path, data, reason",
    [
        ("a.csv", b"name,price\nx,1\n", "columns name, price: expected one of text, body"),
        ("a.csv", b"", "columns no heading: expected one of"),
        ("a.json", b'{"text": ', "damaged JSON: line 1: "),
        ("a.json", b"3", "neither a list nor an object"),
        ("a.json", b"[" * 100_000, "damaged JSON: nested too deep"),
        ("a.json", b"[" + b"9" * 10_000 + b"]", "damaged JSON: a number out of range"),
        ("a.jsonl", b'{"text": "x"}\n{"text"', "damaged JSON: line 2: "),
        ("a.jsonl", b"\n\n", "empty"),
        ("a.json", b"[]", "empty"),
    ],
)
def test_a_file_that_is_no_table_of_articles_says_why(path, data, reason):
    assert refused(path, data).startswith(reason)


def test_too_many_rows_are_refused_with_the_setting():
    data = make_json_lines([{"text": f"Words {n}."} for n in range(5)])
    assert refused("a.jsonl", data, Limits(articles=4)) == (
        "more than 4 rows: expected at most that; split the file"
    )


def test_text_that_no_encoding_has_is_repaired():
    (article,) = parse_file(
        "a.json", rb'[{"text": "Words \ud800 here", "title": "\udfff x"}]'
    ).articles
    assert article.text == "Words ? here"
    assert article.title == "? x"


def test_rows_of_the_same_words_are_articles_of_their_own():
    contents = parse_file("a.jsonl", make_json_lines([{"text": "Same."}] * 3))
    assert len({article.id for article in contents.articles}) == 3


@pytest.mark.parametrize(
    "above", ["sep=,\n", "Search results, May 2020\n\n", "Export\nQuery: bridge, river\nRows: 1\n"]
)
def test_lines_above_the_heading_are_passed_over(above):
    data = (
        f"{above}Title,Publication,Publication date,Full text\nA bridge,The Daily,2015-11-18,Words."
    )
    (article,) = parse_file("a.csv", data.encode()).articles
    assert facts(article) == ("A bridge", date(2015, 11, 18), "The Daily", "Words.")
    assert article.path == "a.csv//1"


def test_a_stated_delimiter_is_used():
    (article,) = parse_file("a.csv", b"sep=;\ntitle;text\nA bridge;One, two, three").articles
    assert article.text == "One, two, three"


def test_a_feed_in_json_names_its_outlet():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Daily",
        "description": "All the news",
        "items": [
            {"title": "A bridge", "date_published": "2015-11-18", "content_html": "<p>Words.</p>"}
        ],
    }
    (article,) = parse_file("a.json", make_json(feed)).articles
    assert facts(article) == ("A bridge", date(2015, 11, 18), "The Daily", "Words.")


def test_a_list_deep_inside_a_reply_is_found():
    reply = {"response": {"status": "ok", "results": [ROW, ROW]}}
    assert [facts(one) for one in parse_file("a.json", make_json(reply)).articles] == [EXPECTED] * 2


@pytest.mark.parametrize("path", ["a.jsonl", "a.ndjson", "a.json"])
def test_one_object_per_line_after_a_byte_order_mark(path):
    data = b"\xef\xbb\xbf" + make_json_lines([ROW, ROW])
    assert [facts(one) for one in parse_file(path, data).articles] == [EXPECTED] * 2
