"""Word documents and books become articles, with the metadata of their properties."""

import zipfile
from datetime import date

import pytest

from index.formats.limits import Limits
from index.reading.articles import parse_article, parse_file
from tests.index.formats.makers import make_docx, make_epub, make_odt, make_zip
from tests.index.workshop import story

TOWN = story(3)


def refused(path, data, limits=None):
    ((_, reason),) = parse_file(path, data, limits or Limits()).refused
    return reason


def test_a_document_has_paragraphs_and_tables_in_their_order():
    article = parse_article(
        "a.docx", make_docx(["One bridge.", "", "Two bridges."], heading="Bridges")
    )
    assert article.text == "Bridges\n\nOne bridge.\n\nTwo bridges.\n\nCost | 4 million"


def test_a_document_s_properties_go_before_its_heading():
    assert parse_article("a.docx", make_docx([TOWN], "Stated", "Shown here")).title == "Stated"
    assert parse_article("a.docx", make_docx([TOWN], "", "Shown here")).title == "Shown here"


def test_the_day_a_document_was_made_is_not_the_day_its_story_appeared():
    assert parse_article("a.docx", make_docx([TOWN])).published is None
    dated = make_docx(["A bridge opens", "November 18, 2015", TOWN])
    assert parse_article("a.docx", dated).published == date(2015, 11, 18)


def test_a_book_is_read_in_the_order_of_its_spine():
    data = make_epub({"Later": "A late word.", "Earlier": "An early word."})
    assert (
        parse_article("a.epub", data).text == "Later\n\nA late word.\n\nEarlier\n\nAn early word."
    )


def test_a_book_s_package_states_title_publisher_and_date():
    data = make_epub(
        {"One": TOWN}, title="Bridges & towns", publisher="The House", date="2015-11-18"
    )
    article = parse_article("a.epub", data)
    assert (article.title, article.publisher) == ("Bridges & towns", "The House")
    assert article.published == date(2015, 11, 18)


@pytest.mark.parametrize("suffix", [".docx", ".epub", ".odt"])
@pytest.mark.parametrize("data", [b"", b"words", make_zip({}), make_zip({"a.txt": "words"})])
def test_what_is_neither_says_so(suffix, data):
    assert refused("a" + suffix, data).startswith("a damaged ")


@pytest.mark.parametrize(
    ("suffix", "make"),
    [
        (".docx", make_docx),
        (".odt", make_odt),
        (".epub", lambda words: make_epub({"One": words[0]})),
    ],
)
def test_a_bomb_is_refused(suffix, make):
    reason = refused("a" + suffix, make(["word " * 200_000]), Limits(unpacked_bytes=500_000))
    assert reason.endswith("; split the file")


def test_entities_are_not_followed(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    evil = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    for path, name, data in (
        ("a.docx", "word/document.xml", make_docx(["Here &e; it is"])),
        ("a.odt", "content.xml", make_odt(["Here it is"])),
        ("a.epub", "OEBPS/book.opf", make_epub({"One": "Here it is"}, title="Here it is")),
    ):
        with zipfile.ZipFile(__import__("io").BytesIO(data)) as archive:
            files = {n: archive.read(n) for n in archive.namelist()}
        xml = files[name].decode().replace("&amp;e;", "&e;").replace("Here it is", "Here &e; it is")
        head, mark, rest = xml.partition("?>")
        files[name] = head + mark + evil + rest
        contents = parse_file(path, make_zip(files))
        assert "secret words" not in str(contents)
        assert contents.articles or contents.refused


def test_a_path_in_a_book_that_leads_out_finds_nothing(tmp_path):
    data = make_epub({"../../../../../../etc/hostname": "Words"})
    contents = parse_file("a.epub", data)
    assert contents.refused[0][1].startswith("a damaged book")
