"""A mail becomes an article: subject, sender, date and words."""

from datetime import date

import pytest

from index.reading.articles import parse_article, parse_file
from tests.index.formats.makers import make_mail
from tests.index.workshop import story

HEADERS = {
    "Subject": "A bridge for Zürich",
    "From": "The Daily Courier <news@courier.example>",
    "Date": "Wed, 18 Nov 2015 09:30:00 +0100",
}


def test_a_mail_says_who_sent_it_when_and_on_what():
    article = parse_article("a.eml", make_mail(story(1), **HEADERS))
    assert (article.title, article.publisher) == ("A bridge for Zürich", "The Daily Courier")
    assert article.published == date(2015, 11, 18)
    assert article.text == story(1) + "\n"


def test_plain_text_goes_before_a_page_and_attachments_are_left_alone():
    article = parse_article(
        "a.eml", make_mail("Plain words.", "<p>Page words.</p>", b"\x89PNG", **HEADERS)
    )
    assert article.text == "Plain words.\n"


def test_a_page_alone_gives_its_words():
    html = "<html><head><style>.x{}</style></head><body><h1>Bridge</h1><p>It <b>opened</b>.</p></body></html>"
    assert parse_article("a.eml", make_mail(html=html, **HEADERS)).text == "Bridge\n\nIt opened."


def test_an_address_without_a_name_gives_its_host():
    headers = HEADERS | {"From": "news@courier.example"}
    assert (
        parse_article("a.eml", make_mail("Words here.", **headers)).publisher == "courier.example"
    )


@pytest.mark.parametrize(
    "encoding, words",
    [("iso-8859-2", "Żółw zjadł łódź"), ("koi8-r", "Мост через реку"), ("utf-16", "Мост")],
)
def test_words_in_a_stated_encoding_are_read_by_it(encoding, words):
    head = f"Subject: x\r\nContent-Type: text/plain; charset={encoding}\r\n"
    data = head.encode() + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + words.encode(encoding)
    assert parse_article("a.eml", data).text == words


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n\n",
        b"Subject: only a subject\n\n",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n",
    ],
)
def test_a_mail_without_words_is_refused(data):
    assert len(parse_file("a.eml", data).refused) == 1
