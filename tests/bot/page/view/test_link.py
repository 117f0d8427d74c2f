"""A citation link is read back only in the form it was written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.page.view.link import Anchor
from index.text.article import Article, Span

ID = "0123456789abcdef"


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_what_is_written_is_read_back(start: int, length: int) -> None:
    anchor = Anchor(ID, Span(start, start + length))
    assert Anchor.parse(anchor.href.removeprefix("#cite-")) == anchor


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        [],
        {"id": ID},
        "",
        ID,
        f"{ID}-5",
        f"{ID}-5-4",
        f"{ID}--5-4",
        f"{ID}-1-2-3",
        f"{ID}-1-2\n",
        f"{ID}-1-{'9' * 40}",
        f"{ID}-1-٢",
        f"{ID.upper()}-1-2",
        "../../etc/passwd-1-2",
        "<script>-1-2",
    ],
)
def test_any_other_form_is_refused(sent: object) -> None:
    assert Anchor.parse(sent) is None


def test_a_span_beyond_the_text_does_not_point_into_the_article(story: Article) -> None:
    size = len(story.text)
    assert Anchor(story.id, Span(0, size)).points_into(story)
    assert not Anchor(story.id, Span(0, size + 1)).points_into(story)
