"""A story and a small engine over it, for the page's tests."""

from datetime import date

import pytest

from index.text.article import Article, Span
from tests.bot.page.doubles import STORY, SmallEngine, make_article


@pytest.fixture
def story() -> Article:
    """An article with boilerplate at both ends."""
    end = len(STORY)
    return make_article(
        "syria.txt",
        "Assad must go, Obama says",
        STORY,
        published=date(2015, 9, 28),
        publisher="The Daily",
        boilerplate=(Span(0, 24), Span(end - 9, end)),
    )


@pytest.fixture
def engine(story: Article) -> SmallEngine:
    """An engine over two articles."""
    other = make_article("a/other.md", "Another story", "Nothing of note happened.")
    return SmallEngine(story, other)
