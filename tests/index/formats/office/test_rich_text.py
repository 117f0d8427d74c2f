"""A rich text becomes an article: its words in any encoding, without the codes around them."""

from datetime import date

import pytest

from index.reading.articles import parse_article, parse_file
from tests.index.formats.makers import make_rtf
from tests.index.workshop import story


def text_of(*paragraphs, **how):
    return parse_article("a.rtf", make_rtf(paragraphs, **how)).text


def test_each_paragraph_is_a_block_without_codes_heads_and_properties():
    text = text_of("One bridge.", "Two {bridges} \\ three.")
    assert text == "One bridge.\n\nTwo {bridges} \\ three."


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("cp1252", "“It’s serious”, said Zoë Müller – 4 €."),
        ("cp1250", "Żółć i źdźbło"),
        ("cp1251", "Мост через реку"),
        ("cp1252", "Żółć, 橋が開通した, a smile: \N{GRINNING FACE}."),
    ],
)
def test_letters_come_out_as_they_were_typed(page, words):
    assert text_of(words, page=page) == words


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_bytes_beyond_ascii_are_read_too(encoding):
    data = make_rtf(["The bridge of ZOE"]).replace(b"ZOE", "Zoë Müller".encode(encoding))
    assert parse_article("a.rtf", data).text == "The bridge of Zoë Müller"


def test_a_link_is_its_words_and_a_note_does_not_interrupt_the_sentence():
    body = (
        r'\pard The {\field{\*\fldinst{HYPERLINK "https://a.example/x"}}{\fldrslt{\ul new bridge}}}'
        r"{\footnote A note.} is open.\par"
    )
    assert text_of(body=body) == "The new bridge is open."


def test_a_row_of_a_table_has_signs_between_its_cells():
    body = r"\trowd\cellx900\cellx1800\intbl Cost\cell 4 million\cell\row"
    assert text_of("One bridge.", body=body) == "One bridge.\n\nCost | 4 million"


def test_title_and_date_are_those_of_the_text():
    article = parse_article("a.rtf", make_rtf(["Bridge opens", "November 18, 2015", story(3)]))
    assert (article.title, article.published) == ("Bridge opens", date(2015, 11, 18))


@pytest.mark.parametrize("data", [b"", b"words", b"PK\x03\x04", b"{\\rt"])
def test_what_is_no_rich_text_says_so(data):
    ((_, reason),) = parse_file("a.rtf", data).refused
    assert reason == "no rich text: expected a file that begins with {\\rtf"
