"""The text of all kinds of pages."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableError
from index.formats.web.html import read_page


def test_a_page_too_deep_for_the_parser_gives_all_its_words():
    body = (
        "One <b>bold</b>\nword<br>and &quot;more&quot;<!-- no --><script>no('<p>')</script><p>Two"
    )
    page = read_page("<div>" * 1000 + body + "</div>" * 1000)
    assert page.text == 'One bold word\nand "more"\nTwo'


def test_words_without_any_tag_are_words():
    assert (
        read_page("Plain words under another suffix.").text == "Plain words under another suffix."
    )


@given(
    markup=st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "<",
                    ">",
                    "</",
                    "<p>",
                    "<!--",
                    "<script>",
                    "&#",
                    "<![CDATA[",
                    "<meta ",
                    '"',
                    "<time ",
                ]
            ),
            st.text(max_size=6),
        ),
        max_size=30,
    ).map("".join)
)
def test_any_markup_is_read_or_refused(markup):
    try:
        page = read_page(markup)
    except UnreadableError as error:
        assert "\n" not in str(error)
    else:
        page.text.encode("utf-8")


@pytest.mark.parametrize(
    "markup",
    ["<div>" * 100_000 + "deep", "<meta " * 100_000, "<time " * 100_000, "<" * 300_000, "<!--" * 50_000,
     "<meta a=" + "'" * 300_000, "<p>word " * 50_000, "&" * 300_000, "<h1>" + "<time>" * 50_000],
    ids=["div", "meta", "time", "less", "comment", "quotes", "paragraphs", "entities", "times"],
)  # fmt: skip
def test_hostile_markup_takes_time_in_proportion_to_its_length(markup):
    began = time.process_time()
    try:
        read_page(markup)
    except UnreadableError as error:
        assert "\n" not in str(error)
    assert time.process_time() - began < 15


def test_a_label_and_its_value_are_one_line():
    words = (
        "The bridge over the river was opened on Monday, the minister said to the villagers. " * 3
    )
    facts = "<dl><dt>Length</dt>\n<dd>41 metres</dd><dt>Built:</dt><dd class=x>1952</dd></dl>"
    page = read_page(
        f"<html><body><article><p>{words}</p>{facts}<p>{words}</p></article></body></html>"
    )
    assert [line for line in page.text.splitlines() if ": " in line] == [
        "- Length: 41 metres",
        "- Built: 1952",
    ]
