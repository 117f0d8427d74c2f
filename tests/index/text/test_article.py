"""Spans and the ids of articles and passages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.article import Article, Passage, Span

SPANS = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda at: Span(at[0], sum(at)))


@pytest.mark.parametrize("start, end", [(-1, 2), (3, 2), (-5, -1)])
def test_a_span_that_runs_backwards_is_refused(start, end):
    with pytest.raises(ValueError, match="expected 0 <= start <= end"):
        Span(start, end)


@given(one=SPANS, other=SPANS)
def test_overlapping_is_sharing_a_character(one, other):
    shared = set(range(one.start, one.end)) & set(range(other.start, other.end))
    assert one.overlaps(other) == other.overlaps(one) == bool(shared)


def test_an_empty_span_overlaps_nothing():
    assert not Span(3, 3).overlaps(Span(2, 8))
    assert not Span(2, 8).overlaps(Span(3, 3))


@given(span=SPANS, by=st.integers(0, 20), text=st.text(min_size=50, max_size=60))
def test_a_shifted_span_covers_the_same_words_further_on(span, by, text):
    assert span.shifted(by).of("x" * by + text) == span.of(text) == text[span.start : span.end]
    assert len(span.shifted(by)) == len(span)


def test_an_id_depends_on_path_and_content_alone():
    article = Article("a.txt", "0" * 64, "A title", "Some text.")
    assert article.id == Article("a.txt", "0" * 64, "Another", "Other text.").id
    assert article.id != Article("b.txt", "0" * 64, "A title", "Some text.").id
    assert article.id != Article("a.txt", "1" * 64, "A title", "Some text.").id
    assert len(article.id) == 16
    assert Passage(article.id, 3, 0, 4).id == f"{article.id}-3"


def test_a_path_that_is_not_utf8_has_an_id_too():
    assert len(Article("caf\udce9.txt", "0" * 64, "t", "x").id) == 16


def test_a_passage_is_a_span():
    assert Passage("a", 0, 4, 9).span == Span(4, 9)
