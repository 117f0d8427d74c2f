"""Passages are read that may answer; those that only fill the list are not."""

from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Candidate
from bot.english.question import Question
from bot.english.words import terms
from bot.reading.shortlist import LESS_NEAR, shortlist
from index.text.article import Article, Passage, Span

ASKED = Question.of("When did the harbour of Skarholm open?")


def candidate(text: str, dense: float | None) -> Candidate:
    article = Article("a.txt", "0" * 64, "", text)
    passage = Passage(article.id, 0, 0, len(text), (Span(0, len(text)),))
    return Candidate(passage, article, 1.0, dense, terms=terms(text))


def test_what_is_far_behind_in_words_and_in_meaning_is_not_read() -> None:
    read = shortlist(
        ASKED,
        [
            candidate("The harbour of Skarholm opened in May.", 0.7),
            candidate("Nothing of note.", 0.1),
            candidate("Skarholm opened its second harbour.", 0.1),  # its words
            candidate("The port was inaugurated.", 0.65),  # its meaning
            candidate("The town of Oban was quiet.", 0.3),
            candidate("Skarholm was quiet.", 0.1),  # all that it names
        ],
    )
    assert read == [0, 2, 3, 5]


def test_what_is_behind_by_a_third_of_the_words_is_read_by_more_is_not() -> None:
    asked = Question.of("which boats crossed stormy")
    texts = ("boats crossed stormy", "x", "boats crossed", "boats")
    assert shortlist(asked, [candidate(text, 0.0) for text in texts]) == [
        0,
        1,
        2,
        3,
    ]  # equally near
    nears = (0.9, 0.9, 0.0, 0.0)
    found = [candidate(text, near) for text, near in zip(texts, nears, strict=True)]
    assert shortlist(asked, found) == [0, 1, 2]


def test_where_meaning_is_not_known_everything_is_read() -> None:
    found = [candidate("Harbour of Skarholm", 0.9), *[candidate("x", None)] * 4]
    assert shortlist(ASKED, found) == [0, 1, 2, 3, 4]


@given(st.lists(st.tuples(st.text(max_size=20), st.floats(-1, 1)), max_size=12))
def test_the_best_are_always_read_and_the_order_stays(
    parts: list[tuple[str, float]],
) -> None:
    found = [candidate(text or "x", near) for text, near in parts]
    read = shortlist(ASKED, found)
    assert read == sorted(set(read))
    nearest = max((near for _, near in parts), default=0.0)
    assert {n for n, (_, near) in enumerate(parts) if near >= nearest - LESS_NEAR} <= set(read)
