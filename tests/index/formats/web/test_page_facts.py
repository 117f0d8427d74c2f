"""What a page states about its story: headline, outlet, authors and dates."""

import json
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.web.page_facts import PageFacts, page_facts

NOVEMBER = date(2015, 11, 18)
LATER = date(2015, 11, 20)
HEADLINE = "New bridge opens over the river"


def linked(*values: object) -> str:
    scripts = (f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in values)
    return "".join(scripts)


def story(day: str = "2015-11-18", headline: str = HEADLINE, **more: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": headline, "datePublished": day, **more}


def page(head: str, body: str = "", title: str = HEADLINE) -> PageFacts:
    body = body or f"<article><h1>{HEADLINE}</h1><p>Words</p></article>"
    return page_facts(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    "markup",
    [
        '<meta property="article:published_time" content="2015-11-18T09:30:00+01:00">',
        "<META CONTENT='18 November 2015' NAME='Date'>",
        "<meta name=pubdate content=2015-11-18>",
        '<meta itemprop="datePublished" content="2015-11-18"/>',
        '<script type="application/ld+json">{"@type": "Article", "datePublished": "2015-11-18T08:00Z"}'
        "</script>",
        '<article><time datetime="2015-11-18T09:30">Wednesday</time></article>',
        "<h1>Bridge</h1><time>November 18, 2015</time>",
        '<h1>Flood updates</h1><time datetime="2015-11-18">Wednesday</time>',
        '<h1>Bridge</h1><span itemprop="datePublished" content="2015-11-18">Wednesday</span>',
        '<meta name="date" content="soon"><h1>Bridge</h1><time datetime="2015-11-18">x</time>',
        '<meta name="article.published" content="2015-11-18T09:30:00">',
        '<script type="application/ld+json">/*<![CDATA[*/{"@type": "Article", "datePublished": "2015-11-18"}'
        "/*]]>*/</script>",
    ],
)
def test_a_stated_date_is_found(markup):
    assert page_facts(f"<html>{markup}<p>words of 1 May 2001</p></html>").published == NOVEMBER


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<p>November 18, 2015</p>",
        "<footer>© 2015</footer>",
        '<meta property="article:modified_time" content="2015-11-18">',
        '<meta name="description" content="November 18, 2015">',
        '<header><time datetime="2015-11-18">today</time></header><article>words</article>',
        '<meta name="date" content="2015-13-45">',
        "<h1>Bridge</h1><time>two hours ago</time>",
    ],
)
def test_no_other_date_is_taken(markup):
    assert page_facts(markup).published is None


@pytest.mark.parametrize(
    "value",
    [
        story(),
        [{"@type": "WebSite", "datePublished": "2001-01-01"}, story()],
        {"@graph": [{"@type": "Organization", "name": "The Daily"}, story("2001-01-01", "Older"), story()]},
        {"@type": "ItemList", "itemListElement": [story("2001-01-01", "Older")], "mainEntity": story()},
        {"@type": ["ReportageNewsArticle", "Thing"], "headline": HEADLINE, "datePublished": "2015-11-18"},
        {"@type": "LiveBlogPosting", "headline": HEADLINE, "datePublished": "2015-11-18",
         "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "Cut", "datePublished": "2015-11-19"}]},
        {"@type": "WebPage", "name": HEADLINE, "datePublished": "2015-11-18"},
    ],
)  # fmt: skip
def test_of_linked_data_the_node_of_the_page_s_article_counts(value):
    assert page(linked(value)).published == NOVEMBER
    assert page(linked(value)).title == HEADLINE


def test_linked_data_of_other_stories_alone_say_nothing():
    others = linked([story(headline="Older"), story("2015-01-01", "Oldest")])
    assert page(others).published is None


def test_the_node_of_the_page_s_address_is_its_article():
    head = '<link rel="canonical" href="https://daily.example/bridge">'
    nodes = [story("2001-01-01", "Older", url="https://daily.example/old"),
             story(headline="A bridge at last", url="https://daily.example/bridge")]  # fmt: skip
    assert page(head + linked(nodes)).published == NOVEMBER


def test_damaged_linked_data_is_passed_over():
    damaged = '<script type="application/ld+json">{"datePublished": "2001-01-01", }</script>'
    assert page(damaged + linked(story())).published == NOVEMBER


@pytest.mark.parametrize(
    "author, expected",
    [
        ("Mara Holt", "Mara Holt"),
        ({"@type": "Person", "name": "Mara Holt"}, "Mara Holt"),
        ([{"name": "Mara Holt"}, {"name": "Ian Roe"}], "Mara Holt, Ian Roe"),
        ({"url": "https://daily.example/mara"}, None),
    ],
)
def test_linked_data_name_the_authors_and_the_outlet(author, expected):
    found = page(linked(story(author=author, publisher={"name": "The Daily"})))
    assert (found.author, found.site) == (expected, "The Daily")


def test_linked_data_name_authors_and_outlets_by_links_to_other_nodes():
    people = [
        {"@id": "#holt", "@type": "Person", "name": "Mara Holt"},
        {"@id": "#org", "name": "The Daily"},
    ]
    node = story(author=[{"@id": "#holt"}, {"@id": "#gone"}], publisher={"@id": "#org"})
    found = page(linked({"@graph": [*people, node]}))
    assert (found.author, found.site) == ("Mara Holt", "The Daily")
    unknown = page(linked(story(author={"@id": "#holt"}, publisher={"@id": "#org"})))
    assert (unknown.author, unknown.site) == (None, None)


def test_a_comma_too_many_does_not_spoil_linked_data():
    text = '{"@type": "Article", "datePublished": "2015-11-18", "keywords": ["a", "b",],}'
    assert page(f'<script type="application/ld+json">{text}</script>').published == NOVEMBER


@pytest.mark.parametrize(
    "byline",
    [
        '<p class="byline">By <a href="/mara">Mara Holt</a></p>',
        '<div class="article-author"><a rel="author" href="/mara">Mara Holt</a></div>',
        '<span itemprop="author">Mara Holt</span>',
    ],
)
def test_the_markup_of_a_byline_names_the_author(byline):
    body = f"<article><h1>{HEADLINE}</h1>{byline}<p>{'Words of the story. ' * 20}</p>{{}}</article>"
    assert page("", body.format("")).author == "Mara Holt"
    comment = '<div class="comment"><b class="author">Ian Roe</b></div>'
    assert page("", body.replace(byline, "").format(comment)).author is None


def test_all_the_names_of_a_byline_are_taken():
    names = "<a rel=author>Mara Holt</a>, <a rel=author>Ian Roe</a>"
    body = f"<article><h1>{HEADLINE}</h1><p class=byline>By {names}</p><p>{'Words here. ' * 20}</p>"
    assert page("", body).author == "Mara Holt, Ian Roe"
    metas = "".join(
        f'<meta name="dc.creator" content="{name}">' for name in ("Mara Holt", "Ian Roe")
    )
    assert page(metas).author == "Mara Holt, Ian Roe"


def test_a_meta_names_the_author():
    assert page('<meta name="author" content="By Mara Holt">').author == "Mara Holt"
    profile = '<meta property="article:author" content="https://social.example/mara">'
    assert page(profile).author is None


@pytest.mark.parametrize(
    "head, body",
    [
        ('<meta name="date" content="2015-11-20"><meta property="article:modified_time" content="2015-11-20">'
         '<meta property="article:published_time" content="2015-11-18">', ""),
        (linked(story(dateModified="2015-11-20")), ""),
        ("", f'<article><h1>{HEADLINE}</h1><p>Updated <time datetime="2015-11-20">x</time>, first published '
             '<time datetime="2015-11-18">x</time></p></article>'),
        ("", f'<article><h1>{HEADLINE}</h1><time class="modified" datetime="2015-11-20">x</time>'
             '<time datetime="2015-11-18">x</time></article>'),
    ],
)  # fmt: skip
def test_a_page_is_of_the_day_it_was_published_not_updated(head, body):
    found = page(head, body)
    assert (found.published, found.updated) == (NOVEMBER, LATER)


def test_several_days_below_the_story_are_those_of_others():
    words = "It was a long day on the river. " * 10
    others = "".join(f"<p><time datetime='2015-01-0{n}'>x</time></p>" for n in (1, 2))
    assert (
        page("", f"<article><h1>{HEADLINE}</h1><p>{words}</p></article>{others}").published is None
    )


@pytest.mark.parametrize(
    "head, body, title",
    [
        ("", f"<h1>The Daily</h1><article><h1>{HEADLINE}</h1></article>", f"{HEADLINE} | The Daily"),
        ('<meta property="og:site_name" content="The Daily">', f"<h1>The Daily</h1><h2>{HEADLINE}</h2>",
         f"The Daily - {HEADLINE}"),
        ("", f"<h1>The Daily</h1><h2>Most read</h2><h2>{HEADLINE}</h2>", f"The Daily - {HEADLINE}"),
        ("", f"<h1>The Daily</h1><p>The bridge over the river is open. {'More. ' * 30}</p>",
         f"The Daily - {HEADLINE}"),
        ('<meta property="og:site_name" content="The Daily">', "<p>Words</p>", f"The Daily - {HEADLINE}"),
        ("", f"<h1>{HEADLINE}</h1><p>The Daily news.</p>", f"{HEADLINE} | The Daily"),
        (f'<meta property="og:title" content="{HEADLINE}">', "<h1>News</h1><h2>Local</h2>", "The Daily"),
        ("", "<h1>The Daily</h1><p>The bridge over the river.</p>", f"The Daily: {HEADLINE}"),
        ("", "<h1>The Daily</h1><p>The bridge over the river.</p>", f"{HEADLINE} « The Daily"),
        ('<meta property="og:site_name" content="The Daily">',
         f"<h1>The Daily</h1><h2>News</h2><h1>{HEADLINE}</h1><p>{HEADLINE} on Monday.</p>", "The Daily"),
        (f'<meta property="og:title" content="{HEADLINE} | The Daily">'
         '<meta property="og:site_name" content="The Daily">', "<p>Words</p>", "The Daily"),
    ],
)  # fmt: skip
def test_the_story_s_headline_wins_over_the_masthead(head, body, title):
    assert page(head, body, title).title == HEADLINE


def test_a_headline_without_spaces_wins_over_the_masthead():
    story = "<h2>村の新しい橋が開通</h2><p>月曜日に村の新しい橋が開通した。</p>"
    body = f"<h1>毎日新聞</h1><article>{story}</article>"
    assert page("", body, "村の新しい橋が開通｜毎日新聞").title == "村の新しい橋が開通"


def test_a_page_that_calls_itself_nothing_has_no_headline():
    assert page_facts("<p>Words</p>") == PageFacts()


@given(text=st.text(max_size=100))
def test_any_markup_is_searched_without_harm(text):
    node = {"@type": "Article", "headline": text, "author": text}
    head = f'<meta name="{text}" content="{text}">' + linked(node)
    page(head, f"<h1>{text}</h1><time>{text}</time>", text)
    page_facts(f'<script type="application/ld+json">{text}</script><h1>{text}')


@pytest.mark.parametrize(
    "markup",
    ["<h1>" * 50_000, '<script type="application/ld+json">' * 20_000, "<time>" * 50_000, "<meta " * 50_000,
     '<script type="application/ld+json">' + "[" * 100_000 + "</script>", "<h1>a</h1>" * 50_000,
     "<title>" * 50_000,
     "<h1>x</h1>" + '<p><time datetime="2015-11-18">x</time></p>' * 20_000, "<h1>x" + "<p>" * 100_000],
    ids=["headings", "scripts", "times", "metas", "deep", "many", "titles", "days", "paragraphs"],
)  # fmt: skip
def test_hostile_markup_takes_time_in_proportion_to_its_length(markup):
    began = time.process_time()
    page_facts(markup)
    assert time.process_time() - began < 10
