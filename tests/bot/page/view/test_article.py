"""The viewer shows the file's words, all of them, with the cited ones told apart."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.page.view import article as viewer
from bot.page.view.article import source_view
from index.text.article import Article, Span


def words(view: dict[str, object], *kinds: str) -> str:
    parts = view["parts"]
    assert isinstance(parts, list)
    return "".join(part["text"] for part in parts if not kinds or part["kind"] in kinds)


@given(st.text("ab <&\n“é", min_size=1, max_size=60), st.data())
def test_the_words_are_whole_and_the_mark_is_exact(text: str, data: st.DataObject) -> None:
    points = st.integers(0, len(text))
    cuts = sorted(data.draw(st.lists(points, max_size=6, unique=True)))
    dim = tuple(Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False))
    start, end = sorted((data.draw(points), data.draw(points)))
    view = source_view(Article("a.txt", "0" * 64, "A", text, boilerplate=dim), Span(start, end))
    assert words(view) == text
    assert words(view, "cited") == text[start:end]


def test_boilerplate_is_told_apart_and_the_facts_are_there(story: Article) -> None:
    view = source_view(story, Span(30, 40))
    dim = [span.of(story.text) for span in story.boilerplate]
    assert words(view, "dim") == "".join(dim)
    facts = ("Assad must go, Obama says", "syria.txt", "The Daily", "28 September 2015", "line 2")
    assert tuple(view[name] for name in ("title", "path", "outlet", "day", "lines")) == facts


def test_where_a_file_has_pages_the_page_is_told_and_no_line(story: Article) -> None:
    view = source_view(replace(story, pages=(0, 50)), Span(60, 70))
    assert (view["page"], view["lines"]) == (2, "")


def test_what_cannot_be_sent_is_marked_and_lines_end_in_one_way(story: Article) -> None:
    text = "one\r\ntwo\rthree \x00 \ud800 \ufffe"
    view = source_view(replace(story, text=text, boilerplate=()), Span(5, 8))
    assert words(view) == "one\ntwo\nthree \ufffd \ufffd \ufffd" and words(view, "cited") == "two"
    json.dumps(view, ensure_ascii=False).encode()


def test_of_a_huge_file_the_part_around_the_quote_is_shown(
    story: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "WINDOW", 100)
    text = "x" * 500 + "HERE" + "y" * 500
    view = source_view(replace(story, text=text, boilerplate=(Span(0, 450),)), Span(500, 504))
    assert words(view, "cited") == "HERE" and words(view).count("x") == 50
    assert view["begins_earlier"] and view["goes_on"]
