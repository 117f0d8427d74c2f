"""Nothing that somebody else wrote becomes markup."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.page.view.escaping import escape, escape_line

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "![x](http://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "http://evil.example www.evil.example a@evil.example",
    "# heading\n\n- item\n1. item\n> quote\n\n| a | b |\n|---|---|",
    "$$\\frac{1}{2}$$ \\(x\\) `code` ```\nblock\n``` ${alert(1)} {{value}}",
    "**bold** _it_ ~~gone~~ &lt; &#60; &amp;",
    "setext\n===\nrule\n---",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_character_of_markup_survives(text: str) -> None:
    bare = escape(text)
    for entity in {f"&#{ord(mark)};" for mark in text if not mark.isalnum()}:
        bare = bare.replace(entity, "")
    assert not set(bare) & set('<>"&[]()!*_`#$~|\\{}=+-:./@^')


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])))
def test_a_browser_reads_back_exactly_the_words(text: str) -> None:
    assert html.unescape(escape(text)) == text


@given(st.text())
def test_any_text_at_all_can_be_sent_to_a_browser(text: str) -> None:
    escape(text).encode("utf-8")
    assert "\n" not in escape_line(text)


def test_a_name_that_is_not_utf8_shows_a_replacement_character() -> None:
    assert escape("a\udcffb\x00") == "a\ufffdb\ufffd"


def test_a_long_line_is_cut_before_it_is_escaped() -> None:
    assert html.unescape(escape_line("<" * 50, longest=10)) == "<" * 9 + "…"
