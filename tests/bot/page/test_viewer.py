"""The viewer shows the file's words, all of them, with the cited ones marked."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.page import viewer
from bot.page.viewer import article_html
from index.article import Article, Span


def body(page: str) -> str:
    match = re.search(r'<div class="by-body" dir="auto">(.*)</div></article>', page, re.DOTALL)
    assert match is not None
    return match[1]


def words(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def marked(page: str) -> str:
    match = re.search(r'<mark id="cited" tabindex="-1">(.*?)</mark>', page, re.DOTALL)
    assert match is not None
    return html.unescape(match[1])


@given(st.text("ab <&\n“é", min_size=1, max_size=60), st.data())
def test_the_words_are_whole_and_the_mark_is_exact(text: str, data: st.DataObject) -> None:
    points = st.integers(0, len(text))
    cuts = sorted(data.draw(st.lists(points, max_size=6, unique=True)))
    dim = tuple(Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False))
    start, end = sorted((data.draw(points), data.draw(points)))
    page = article_html(Article("a.txt", "0" * 64, "A", text, boilerplate=dim), Span(start, end))
    assert words(body(page)) == text
    if start < end:
        assert marked(page) == text[start:end]
    else:
        assert "<mark" not in page


def test_boilerplate_is_dimmed_and_the_facts_stand_above(story: Article) -> None:
    page = article_html(story)
    dim = [words(part) for part in re.findall(r'<span class="by-dim">(.*?)</span>', page)]
    assert dim == [span.of(story.text) for span in story.boilerplate]
    assert words(page.split('<div class="by-body"')[0]) == (
        "Assad must go, Obama sayssyria.txt28 September 2015The Daily"
    )


def test_opening_the_same_place_twice_gives_the_page_something_new(story: Article) -> None:
    assert article_html(story) != article_html(story)


def test_hostile_title_path_publisher_and_text_stay_words(story: Article) -> None:
    bad = '<script>alert(1)</script>"onload="x'
    page = article_html(
        replace(story, title=bad, path=bad, publisher=bad, text=bad, boilerplate=()), Span(0, 8)
    )
    assert "<script" not in page
    assert set(re.findall(r"</?([a-z0-9]+)", page)) <= {
        *("article", "h2", "p", "span", "div", "mark")
    }


def test_of_a_huge_file_the_part_around_the_quote_is_shown(
    story: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "WINDOW", 100)
    text = "x" * 500 + "HERE" + "y" * 500
    page = article_html(replace(story, text=text, boilerplate=(Span(0, 450),)), Span(500, 504))
    assert marked(page) == "HERE"
    assert words(body(page)).count("x") == 50
    assert "The file begins earlier." in page and "The file goes on." in page
