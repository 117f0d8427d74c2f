from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Candidate, Evidence
from bot.retrieval.fusion import by_reader
from index.text.article import Article, Passage, Span


def candidate(number: int) -> Candidate:
    article = Article(f"{number}.txt", str(number), "", "Some words.")
    span = Span(0, 11)
    return Candidate(Passage(article.id, 0, 0, 11, (span,)), article, 1.0)


CANDIDATES = [candidate(number) for number in range(6)]


def evidence(number: int) -> Evidence:
    return Evidence(CANDIDATES[number], Span(0, 4), Span(0, 11), 0.5)


@given(st.permutations(range(6)), st.lists(st.integers(0, 5)))
def test_every_candidate_stays_once_whatever_the_reader_found(
    order: list[int], found: list[int]
) -> None:
    given_ones = [CANDIDATES[n] for n in order]
    ranked = by_reader(given_ones, [evidence(n) for n in found])
    assert sorted(c.article.path for c in ranked) == sorted(c.article.path for c in given_ones)
    if not found:
        assert list(ranked) == given_ones


def test_what_the_reader_puts_first_rises() -> None:
    ranked = by_reader(CANDIDATES, [evidence(3), evidence(3), evidence(0)])
    assert ranked.index(CANDIDATES[3]) < ranked.index(CANDIDATES[1])


def test_a_passage_rises_with_another_of_its_article_in_which_the_answer_is() -> None:
    article = CANDIDATES[0].article
    first, second = (
        Candidate(Passage(article.id, n, 0, 11, (Span(0, 11),)), article, 1.0) for n in (1, 2)
    )
    answering = Evidence(first, Span(0, 4), Span(0, 11), 0.5)
    ranked = by_reader([*CANDIDATES[1:4], second], [answering])
    assert ranked[0] is second


def test_evidence_of_other_articles_is_passed_over() -> None:
    assert by_reader(CANDIDATES[:2], [evidence(5)]) == tuple(CANDIDATES[:2])
