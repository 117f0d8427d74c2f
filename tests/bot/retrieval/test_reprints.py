from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Candidate
from bot.retrieval.reprints import without_reprints
from index.text.article import Article, Passage, Span
from tests.bot.checks import any_text

STORY = (
    "The ferry to Oban was late again on Monday. Angus Reid said that the harbour had been closed for "
    "hours by a storm, and that forty passengers had slept in the church hall."
)
OTHER = (
    "Mary Boyd denied on Monday that the harbour had been closed, and called the storm a pretext."
)


def candidate(path: str, text: str, start: int = 0) -> Candidate:
    article = Article(path, path, path, text)
    span = Span(start, len(text))
    return Candidate(Passage(article.id, start, start, len(text), (span,)), article, 1.0)


def paths(*candidates: Candidate) -> list[str]:
    return [one.article.path for one in without_reprints(candidates)]


def test_a_story_that_was_printed_again_counts_once() -> None:
    edited = (
        STORY.replace("again on Monday", "on Monday, Reuters reports") + " The line apologised."
    )
    assert paths(candidate("a", STORY), candidate("b", edited), candidate("c", OTHER)) == ["a", "c"]


def test_the_first_one_stays_whichever_it_is() -> None:
    assert paths(candidate("b", STORY), candidate("a", STORY)) == ["b"]


def test_two_accounts_of_one_event_both_count() -> None:
    assert paths(candidate("a", STORY), candidate("c", OTHER)) == ["a", "c"]


def test_passages_of_one_article_that_overlap_stay() -> None:
    assert paths(candidate("a", STORY), candidate("a", STORY, 10)) == ["a", "a"]


@given(st.lists(any_text, max_size=6))
def test_the_first_of_any_texts_stays_and_the_order_is_kept(texts: list[str]) -> None:
    given_ones = [candidate(str(n), text or "-") for n, text in enumerate(texts)]
    kept = paths(*given_ones)
    assert kept == sorted(kept, key=int) and kept[:1] == (["0"] if texts else [])
