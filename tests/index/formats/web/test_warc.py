"""The pages in a web archive become articles; what is damaged is reported, and the rest is read."""

import gzip

import pytest

from index.formats.limits import Limits
from index.reading.articles import parse_file, read_article
from tests.index.formats.makers import make_warc
from tests.index.workshop import story


def page(number):
    return f"<html><head><title>Bridge {number}</title></head><body><p>{story(number)}</p></body></html>"


PAGES = [(f"https://a.example/{number}", page(number)) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc", make_warc(PAGES)),
        ("a.warc.gz", make_warc(PAGES, True)),
        ("a.warc.gz", gzip.compress(make_warc(PAGES), mtime=0)),
        ("a.warc", make_warc(PAGES, packed=True)),
    ],
)
def test_each_page_is_an_article(name, data, tmp_path):
    contents = parse_file(name, data)
    assert [one.path for one in contents.articles] == [f"{name}//{n}" for n in (1, 2, 3)]
    assert [one.title for one in contents.articles] == ["Bridge 1", "Bridge 2", "Bridge 3"]
    assert not contents.refused
    assert all(one.published is None for one in contents.articles)  # the day of the visit is none
    (tmp_path / name).write_bytes(data)
    assert read_article(tmp_path, f"{name}//2") == contents.articles[1]


def test_other_answers_are_no_articles():
    for data in (
        make_warc(PAGES, status="404 Not Found"),
        make_warc(PAGES, status="301 Moved Permanently"),
        make_warc(PAGES, kind="text/css"),
    ):
        assert parse_file("a.warc", data).refused == (("a.warc", "empty: expected articles"),)


@pytest.mark.parametrize("compressed", [False, True])
def test_a_file_that_is_cut_off_keeps_the_pages_above(compressed):
    data = make_warc(PAGES, compressed)
    name = "a.warc.gz" if compressed else "a.warc"
    contents = parse_file(name, data[:-90])
    assert [one.title for one in contents.articles] == ["Bridge 1", "Bridge 2"]
    ((path, reason),) = contents.refused
    assert path == f"{name}//3"
    assert reason.startswith("the web archive is damaged or cut off here")


def test_a_page_that_is_no_text_is_named_and_the_others_are_read():
    contents = parse_file(
        "a.warc", make_warc([PAGES[0], ("https://a.example/x", "%PDF-1.7"), PAGES[2]])
    )
    assert [one.path for one in contents.articles] == ["a.warc//1", "a.warc//3"]
    assert contents.refused == (("a.warc//2", "binary data (a PDF): expected text"),)


@pytest.mark.parametrize("data", [b"", b"words", b"\x1f\x8b", gzip.compress(b"words", mtime=0)])
def test_what_is_no_web_archive_says_so(data):
    for name in ("a.warc", "a.warc.gz"):
        ((_, reason),) = parse_file(name, data).refused
        assert reason == "no web archive: expected one that begins with WARC/"


def test_a_bomb_is_refused():
    limits = Limits(unpacked_bytes=500_000)
    bomb = [("https://a.example/", "<p>" + "word " * 200_000)]
    for name, data in (
        ("a.warc.gz", make_warc(bomb, True)),
        ("a.warc", make_warc(bomb, packed=True)),
        ("a.warc", make_warc(bomb)),
    ):
        ((path, reason),) = parse_file(name, data, limits).refused
        assert path == name and reason.endswith("split the file")
