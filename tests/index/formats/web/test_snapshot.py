"""A page saved in one file becomes the article on it."""

from datetime import date

import pytest

from index.reading.articles import parse_article, parse_file
from tests.index.formats.makers import make_snapshot
from tests.index.workshop import story

DATED = '<meta property="article:published_time" content="2015-11-18T08:00:00Z">'


def page(title, *, head="", words=""):
    name = f"<title>{title}</title>" if title else ""
    heading = f"<h1>{title}</h1>" if title else ""
    body = f"<body><article>{heading}<p>{words or story(3)}</p></article></body>"
    return f"<html><head>{name}{head}</head>{body}</html>"


@pytest.mark.parametrize("suffix", [".mhtml", ".mht"])
def test_the_page_itself_is_read_and_not_its_frames_or_styles(suffix):
    advert = ("cid:frame-1@mhtml.blink", page("Cheap shoes", words="Buy shoes today. " * 40))
    data = make_snapshot(page("A bridge for Żory", head=DATED), [advert], Subject="A tab")
    (article,) = parse_file("a" + suffix, data).articles
    assert article.title == "A bridge for Żory"
    assert article.published == date(2015, 11, 18)
    assert "shoes" not in article.text and "color" not in article.text and "=3D" not in article.text


def test_the_head_states_the_title_of_a_page_without_one():
    data = make_snapshot(page(""), Subject="A bridge for Żory")
    assert parse_article("a.mhtml", data).title == "A bridge for Żory"


def test_the_day_a_page_was_saved_is_not_the_day_of_its_story():
    assert parse_article("a.mhtml", make_snapshot(page("A bridge"))).published is None


def test_the_part_that_the_head_names_as_its_start_is_the_page():
    data = (
        b'Content-Type: multipart/related; boundary=b; start="<two>"\r\n\r\n'
        b"--b\r\nContent-Type: text/html\r\nContent-ID: <one>\r\n\r\n<p>First part</p>\r\n"
        b"--b\r\nContent-Type: text/html\r\nContent-ID: <two>\r\n\r\n<p>Second part</p>\r\n--b--\r\n"
    )
    assert parse_article("a.mht", data).text == "Second part"


@pytest.mark.parametrize("data", [b"", b"words", make_snapshot("  "), b"{\\rtf1 words}"])
def test_a_file_without_a_page_says_so(data):
    ((_, reason),) = parse_file("a.mhtml", data).refused
    assert reason == "no page in it: expected a page saved in one file"
