"""Rows as services and spreadsheets export them: names of columns, HTML, dates, authors."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.rows.row import articles, plain_text, row_of

TEXT = "The minister opened the bridge.\n\nIt rained."
MAY = date(2020, 5, 20)


def read(**columns):
    (found,) = articles([row_of({"text": TEXT, **columns})])
    return found


@pytest.mark.parametrize(
    "name", ["Body Text", "Article_Body", "Full text", "articleBody", "content:encoded"]
)
def test_the_column_of_the_text_has_many_names(name):
    (found,) = articles([row_of({name: TEXT, "description": "In brief."})])
    assert found.text == TEXT


def test_a_brief_stands_for_a_text_that_is_missing():
    (found,) = articles([row_of({"title": "A bridge", "content": "", "description": "In brief."})])
    assert found.text == "In brief."


def test_of_a_text_that_the_service_cut_the_longer_brief_is_read():
    row = {
        "content": "The minister… [+2310 chars]",
        "description": "The minister opened the bridge.",
    }
    (found,) = articles([row_of(row)])
    assert found.text == "The minister opened the bridge."
    (cut,) = articles([row_of(row | {"description": ""})])
    assert cut.text == "The minister…"


def test_the_longest_brief_is_read():
    (found,) = articles([row_of({"abstract": "A bridge.", "lead_paragraph": "The minister came."})])
    assert found.text == "The minister came."


def test_a_list_of_links_has_the_headlines_as_texts_and_the_hosts_as_outlets():
    row = {"url": "https://daily.example/1", "title": "A bridge opens", "seendate": "20200520T101500Z",
           "domain": "daily.example"}  # fmt: skip
    (found,) = articles([row_of(row)])
    assert (found.text, found.published, found.publisher) == (
        "A bridge opens",
        MAY,
        "daily.example",
    )
    (empty,) = articles([row_of({**row, "text": ""})])  # its text is missing, which is to be said
    assert empty.text == ""


@pytest.mark.parametrize(
    "markup",
    [
        "<p>The minister opened the bridge.</p><p>It rained.</p>",
        '<div class="x"><p>The <b>minister</b> opened the bridge.</p>\n<ul><li>It rained.</li></ul></div>',
        "The minister opened the bridge.<br/><br/>It rained.",
        "&lt;p&gt;The minister opened the bridge.&lt;/p&gt;&lt;p&gt;It rained.&lt;/p&gt;",
        "The minister <em>opened</em> the bridge.\n\nIt rained.",
    ],
)
def test_html_becomes_text_with_its_paragraphs(markup):
    assert plain_text(markup) == TEXT


def test_references_to_characters_are_read():
    assert (
        plain_text("The mayor&#8217;s &ldquo;sorry&rdquo; &amp; more")
        == "The mayor’s “sorry” & more"
    )


@pytest.mark.parametrize("text", ["a < b and c > d", "AT&T", "x <3 y", "He wrote <hm> there"])
def test_text_that_is_no_html_stays_as_it_is(text):
    assert plain_text(text) == text


def test_an_article_of_a_news_system_in_wrapped_values():
    post = {
        "date": "2020-05-20T10:00:00",
        "modified": "2020-05-22T10:00:00",
        "title": {"rendered": "A bridge &#8211; at last"},
        "content": {"rendered": "<p>The minister opened the bridge.</p><p>It rained.</p>"},
        "author": 5,
        "_embedded": {"author": [{"id": 5, "name": "Mara Holt"}]},
    }
    (found,) = articles([row_of(post)])
    assert (found.title, found.text, found.author) == ("A bridge – at last", TEXT, "Mara Holt")
    assert (found.published, found.updated) == (MAY, date(2020, 5, 22))


@pytest.mark.parametrize(
    "row",
    [
        {
            "webTitle": "A bridge",
            "webPublicationDate": "2020-05-20T10:00:00Z",
            "fields": {"bodyText": TEXT},
        },
        {"_id": "1", "_source": {"title": "A bridge", "text": TEXT, "date": "2020-05-20"}},
        {"headline": {"main": "A bridge"}, "body": TEXT, "pub_date": "2020-05-20T10:00:00+0000"},
    ],
)
def test_columns_within_an_object_are_columns(row):
    (found,) = articles([row_of(row)])
    assert (found.title, found.text, found.published, found.publisher) == (
        "A bridge",
        TEXT,
        MAY,
        None,
    )


@pytest.mark.parametrize(
    "value",
    ["2020/05/20", "20/05/2020", "20.05.2020", "20200520", 20200520, "2020-5-20", "2020-05-20 09:30:00",
     "20200520T103000Z", "Wed, 20 May 2020 10:00:00 +0000", 1589970000, "1589970000", 1589970000000],
)  # fmt: skip
def test_dates_are_read_in_usual_forms(value):
    assert read(date=value).published == MAY


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("20/05/2020", date(2021, 4, 3)),
        ("05/20/2020", date(2021, 3, 4)),
        ("2020-05-20", None),
        ("", None),
    ],
)
def test_an_ambiguous_date_follows_those_of_the_other_rows(other, expected):
    rows = [row_of({"text": TEXT, "date": day}) for day in ("03/04/2021", other, "01/01/2020")]
    assert next(articles(rows)).published == expected


@pytest.mark.parametrize(
    "value",
    ["Mara Holt", "By Mara Holt", ["Mara Holt"], {"name": "Mara Holt"}, [{"name": "Mara Holt"}],
     {"original": "By Mara Holt"}],
)  # fmt: skip
def test_authors_are_read_in_usual_forms(value):
    assert read(byline=value).author == "Mara Holt"


def test_a_row_names_its_outlet_before_the_file_does():
    rows = [
        row_of({"text": TEXT, "source": {"id": None, "name": "The Daily"}}),
        row_of({"text": TEXT}),
    ]
    assert [one.publisher for one in articles(rows, "A feed")] == ["The Daily", "A feed"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["title", "text", "date", "author", "source", "fields", "_source", "name"]), inner
    ),
    max_leaves=8,
)  # fmt: skip


@given(value=JSON)
def test_any_object_is_read_without_harm(value):
    (found,) = articles([row_of(value)])
    assert isinstance(found.text, str)
