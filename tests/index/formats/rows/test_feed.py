"""The items of feeds are articles."""

from datetime import date

import pytest

from index.reading.articles import parse_file

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Daily</title><description>All the news</description>
<item><title>A bridge &amp; a road</title><pubDate>Wed, 20 May 2020 10:00:00 +0000</pubDate>
<dc:creator>Mara Holt</dc:creator><description>In brief.</description>
<content:encoded><![CDATA[<p>The minister opened it.</p><p>It rained.</p>]]></content:encoded></item>
<item><title>Two</title><author>ian@daily.example (Ian Roe)</author><description>
&lt;b&gt;Second&lt;/b&gt; item of
the feed.</description></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>The Daily</title>
<entry><title>A bridge &amp; a road</title><published>2020-05-20T10:00:00Z</published>
<updated>2020-05-22T10:00:00Z</updated><author><name>Mara Holt</name></author><summary>In brief.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The minister opened it.</p>
<p>It rained.</p></div></content></entry></feed>"""


@pytest.mark.parametrize(
    ("path", "data"),
    [("a.rss", RSS), ("a.xml", RSS), ("a.atom", ATOM), ("a.xml", ATOM), ("a.xml", "\n" + RSS)],
)
def test_an_item_of_a_feed_is_an_article(path, data):
    article = parse_file(path, data.encode()).articles[0]
    assert (article.path, article.title) == (f"{path}//1", "A bridge & a road")
    assert article.text == "The minister opened it.\n\nIt rained."
    assert (article.author, article.publisher, article.published) == (
        "Mara Holt", "The Daily", date(2020, 5, 20)
    )  # fmt: skip
    assert article.updated == (date(2020, 5, 22) if data is ATOM else None)


def test_a_picture_is_no_text_of_an_item():
    picture = (
        '<m:content xmlns:m="m" url="a.jpg"><m:title>A very long caption. </m:title></m:content>'
    )
    data = RSS.replace("<description>In brief.", f"{picture}<description>In brief.")
    assert "caption" not in parse_file("a.rss", data.encode()).articles[0].text


def test_an_item_without_markup_is_read_too():
    second = parse_file("a.rss", RSS.encode()).articles[1]
    assert (second.title, second.text, second.author) == (
        "Two",
        "Second item of\nthe feed.",
        "Ian Roe",
    )
    assert second.published is None


@pytest.mark.parametrize(
    "data",
    ["", "words", "<html><body>Words</body></html>", "<a><item>x</item></a>", "<rss>"],
)  # fmt: skip
def test_other_xml_is_refused(data):
    contents = parse_file("a.xml", data.encode())
    assert not contents.articles and len(contents.refused) == 1


def test_no_other_file_is_read_by_an_entity():
    data = RSS.replace("<rss", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><rss', 1)
    article = parse_file("a.xml", data.replace("It rained.", "]]>&e;<![CDATA[").encode()).articles[
        0
    ]
    assert "root:" not in article.text
