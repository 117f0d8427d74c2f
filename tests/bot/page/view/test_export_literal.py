import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.page.view.escaping import plain
from bot.page.view.export import literal, literal_line

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MARKS = st.text(st.sampled_from("\\`*_[](){}<>&~|$#^=+-:.!@1a \n\t/\"'"), max_size=40)
WORDS = st.one_of(st.text(), MARKS)
HOSTILE = [
    "# Title",
    "- item\n+ item\n* item\n1. item\n2) item",
    "    code\n\tcode",
    "```\ncode\n```",
    "~~~~",
    "---\nfront: matter\n---",
    "under\n===",
    "a | b\n- | -\n1 | 2",
    ":-: \n---|---",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "![p](http://evil.example/p.png) [go](javascript:x) <http://evil.example>",
    "[ref]: http://evil.example\n[ref]",
    "&lt;b&gt; &#60; \\",
    "$x^2$ ~~no~~ **no** __no__ `no`",
    "[^1]: note\n> quote\n>> deeper",
    "a  \nb\\\nc",
]


def shown(markdown: str) -> list[str]:
    """The lines of paragraphs that `markdown` shows; fails on anything else in it."""
    lines = [""]
    for token in READER.parse(markdown):
        assert token.type in ("paragraph_open", "inline", "paragraph_close"), token
        for child in token.children or ():
            assert child.type in ("text", "text_special", "softbreak"), child
            lines += [""] if child.type == "softbreak" else []
            lines[-1] += child.content
        lines += [""] if token.type == "paragraph_close" else []
    return [line for line in lines if line]


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in plain(text).split("\n") if line.strip()]


@given(WORDS)
def test_any_text_shows_as_itself_and_does_nothing(text: str) -> None:
    assert shown(literal(text)) == lines_of(text)


@given(WORDS)
def test_on_one_line_too(text: str) -> None:
    line = " ".join(plain(text).split())
    assert shown(literal_line(text)) == ([line] if line else [])
    assert "\n" not in literal_line(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_shows_as_itself(text: str) -> None:
    assert shown(literal(text)) == lines_of(text)


@given(WORDS)
def test_no_bare_address_is_left_for_a_reader_to_link(text: str) -> None:
    for one in (text, f"see http://{text}", f"WWW.{text}", f"a@{text}", f"mailto:{text}"):
        found = re.search(r"https?://|(?<!\\)@|(?i:www\.|mailto:[^\s\d])", literal(one))
        assert found is None


@pytest.mark.parametrize(
    "text", ["On Monday, at 12:30, it rose 5.5 % (a record): “up!”", "pre-war"]
)
def test_plain_prose_stays_as_it_is(text: str) -> None:
    assert literal(text) == literal_line(text) == text
