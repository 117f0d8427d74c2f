"""A mail becomes an article: subject, sender, date and words."""

from datetime import date
from email import message_from_bytes, policy

import pytest

from index.reading.articles import parse_article, parse_file
from index.text.article import Article
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


def test_a_page_beside_a_stub_has_the_story():
    page = f"<html><body><h1>Bridge</h1><p>{story(1)}</p></body></html>"
    article = parse_article("a.eml", make_mail("View this mail in your browser.", page, **HEADERS))
    assert "View this" not in article.text and story(1).splitlines()[0] in article.text


def test_a_long_plain_part_that_is_not_the_story_is_a_stub_too():
    plain = "This mail has pictures and is best read in a program that shows web pages. " * 5
    page = f"<html><body><h1>Bridge</h1><p>{story(1)}</p><p>{story(2)}</p><p>{story(3)}</p></body></html>"
    article = parse_article("a.eml", make_mail(plain, page, **HEADERS))
    assert "best read" not in article.text and story(1).splitlines()[0] in article.text


def test_a_plain_part_in_other_words_than_the_page_is_a_stub():
    plain = "Cannot be shown here: open it in a program for pages, or ask us for another form. " * 2
    page = f"<html><body><p>{story(1)}</p></body></html>"
    article = parse_article("a.eml", make_mail(plain, page, **HEADERS))
    assert "Cannot be shown" not in article.text and story(1).splitlines()[0] in article.text


def test_the_sender_is_the_author():
    mail = make_mail(story(1), **HEADERS | {"From": "Mara Holt <mara@courier.example>"})
    assert parse_article("a.eml", mail).author == "Mara Holt"


def forward(words: str, subject: str = "Fwd: A bridge") -> Article:
    headers = {"Subject": subject, "From": "Ian Roe <ian@paper.example>", "Date": HEADERS["Date"]}
    return parse_article("a.eml", make_mail(words, **headers))


@pytest.mark.parametrize(
    "head",
    [
        "---------- Forwarded message ---------\nFrom: Mara Holt <mara@courier.example>\n"
        "Date: Mon, Nov 16, 2015 at 8:00 AM\nSubject: A bridge\nTo: <ian@paper.example>\n",
        "-----Original Message-----\nFrom: Mara Holt [mailto:mara@courier.example]\n"
        "Sent: Monday, November 16, 2015 8:00 AM\nTo: Ian Roe\nSubject: A bridge\n",
        "Begin forwarded message:\n\n> From: Mara Holt <mara@courier.example>\n> Subject: A bridge\n"
        "> Date: 16 November 2015 at 08:00:00 GMT\n>\n",
        "Von: Mara Holt <mara@courier.example>\nGesendet: Montag, 16. November 2015 08:00\n"
        "An: Ian Roe\nBetreff: A bridge\n",
    ],
)
def test_a_forwarded_mail_has_the_facts_of_the_original(head):
    article = forward(f"See below.\n\n{head}\n{story(1)}")
    assert (article.title, article.author, article.publisher) == (
        "A bridge",
        "Mara Holt",
        "Mara Holt",
    )
    assert article.published == date(2015, 11, 16)


def test_a_forwarded_page_has_the_facts_of_the_original():
    page = (
        "<div>See below.</div><div>---------- Forwarded message ---------<br>From: <b>Mara Holt</b> "
        "&lt;mara@courier.example&gt;<br>Date: Mon, Nov 16, 2015 at 8:00 AM<br>Subject: A bridge<br>"
        f"<br><p>{story(1)}</p></div>"
    )
    headers = {"Subject": "Fwd: A bridge", "From": "Ian Roe <ian@paper.example>"}
    article = parse_article("a.eml", make_mail(html=page, **headers, Date=HEADERS["Date"]))
    assert (article.author, article.published) == ("Mara Holt", date(2015, 11, 16))


def test_an_answer_that_quotes_a_mail_has_its_own_facts():
    quoted = "From: Mara Holt <m@courier.example>\nDate: Mon, Nov 16, 2015\n\nWords."
    article = forward(f"No.\n\n{quoted}", "Re: A bridge")
    assert (article.title, article.author) == ("Re: A bridge", "Ian Roe")


def attached(cover: str) -> bytes:
    inner = message_from_bytes(make_mail(story(1), **HEADERS), policy=policy.default)
    outer = message_from_bytes(
        make_mail(cover, Subject="Fw: it", From="ian@paper.example"), policy=policy.default
    )
    outer.add_attachment(inner)
    return outer.as_bytes()


def test_an_attached_mail_is_an_article_of_its_own():
    articles = parse_file("a.eml", attached(story(2))).articles
    assert [one.path for one in articles] == ["a.eml", "a.eml//1"]
    assert (articles[1].title, articles[1].published) == (HEADERS["Subject"], date(2015, 11, 18))
    assert parse_article("a.eml//1", attached(story(2))) == articles[1]


def test_a_cover_of_few_words_is_no_article():
    assert [one.path for one in parse_file("a.eml", attached("See attached.")).articles] == [
        "a.eml//1"
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_mails_of_a_mailbox_are_articles(end):
    line = b"From news@courier.example Mon Jun  7 10:00:00 2021\n"
    mails = [make_mail(f"{story(n)}\n>From here on, words.\n", **HEADERS) for n in (1, 2)]
    data = b"\n".join(line + mail for mail in mails).replace(b"\n", end)
    articles = parse_file("a.mbox", data).articles
    assert [one.path for one in articles] == ["a.mbox//1", "a.mbox//2"]
    for number, one in enumerate(articles, 1):
        assert one.title == HEADERS["Subject"] and f"town {number} " in one.text
        assert "\nFrom here on" in one.text


def test_what_is_no_mailbox_is_refused():
    ((_, reason),) = parse_file("a.mbox", b"Words.").refused
    assert "expected a mailbox" in reason


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
