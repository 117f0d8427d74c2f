"""A quote with its reference in each form, from any article."""

import json
from datetime import date

from hypothesis import given
from markdown_it import MarkdownIt

from bot.page.view.references import references
from index.text.article import Article, Span
from tests.bot.page.answers import TEXTS

STORY = Article(
    "a/harbour.txt",
    "0" * 64,
    "Bridge & ferry: 50 % more",
    "Intro.\nAda Pell cut it.\n",
    published=date(2015, 9, 28),
    publisher="The Daily",
    author="Bo Lind",
)
QUOTED = Span(7, 23)
ADDRESS = "http://localhost:7860/#cite-0-7-23"


def test_the_text_names_who_wrote_it_where_and_when() -> None:
    assert references(STORY, QUOTED, ADDRESS)["text"] == (
        "“Ada Pell cut it.” (Bo Lind, “Bridge & ferry: 50 % more”, The Daily, 28 September 2015, "
        f"a/harbour.txt, line 2) {ADDRESS}"
    )


def test_bibtex_escapes_what_latex_would_read() -> None:
    entry = references(STORY, QUOTED, ADDRESS)["bibtex"]
    assert entry.startswith("@article{thedaily2015-")
    assert r"title = {{Bridge \& ferry: 50 \% more}}" in entry
    assert "author = {{Bo Lind}}" in entry
    assert "date = {2015-09-28}" in entry
    assert f"url = {{{ADDRESS}}}" in entry


def test_csl_json_is_one_newspaper_article() -> None:
    (item,) = json.loads(references(STORY, QUOTED, ADDRESS)["csl"])
    assert item["type"] == "article-newspaper"
    assert item["issued"] == {"date-parts": [[2015, 9, 28]]}
    assert item["author"] == [{"literal": "Bo Lind"}]
    assert item["note"] == "a/harbour.txt, line 2: “Ada Pell cut it.”"


def test_what_is_not_known_is_left_out() -> None:
    bare = Article("b.txt", "0" * 64, "Note", "Ada Pell cut it.")
    found = references(bare, Span(0, 16), ADDRESS)
    assert found["text"] == f"“Ada Pell cut it.” (“Note”, b.txt, line 1) {ADDRESS}"
    assert "author" not in found["bibtex"] + found["csl"]
    assert "date" not in found["bibtex"]


@given(TEXTS, TEXTS, TEXTS, TEXTS.filter(bool))
def test_no_word_of_an_article_breaks_a_form(
    title: str, outlet: str, author: str, text: str
) -> None:
    article = Article("a.txt", "0" * 64, title, text, publisher=outlet, author=author)
    found = references(article, Span(0, len(text)), ADDRESS)
    assert len(json.loads(found["csl"])) == 1
    bare = found["bibtex"].replace("\\{", "").replace("\\}", "")
    assert bare.count("{") == bare.count("}")
    assert "\n" not in found["text"]
    tokens = MarkdownIt("commonmark").parse(found["markdown"])
    assert [token.type for token in tokens if token.level == 0] == [
        "blockquote_open",
        "blockquote_close",
    ]
