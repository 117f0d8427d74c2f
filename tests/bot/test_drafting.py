import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting import Draft, Written
from tests.bot.checks import any_text, wordy_text


def drafted(*pieces: str) -> list[Written]:
    draft = Draft()
    return [one for piece in pieces for one in draft.add(piece)] + draft.end()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left [1]. She stayed [2][3].", [("He left.", (1,)), ("She stayed.", (2, 3))]),
        ("He left. [1] She stayed. [2]", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("He left [1, 2].", [("He left.", (1, 2))]),
        ("Mr. Reid left the U.S. on Monday [1].", [("Mr. Reid left the U.S. on Monday.", (1,))]),
        ("He left", [("He left", ())]),
        ("He left [1][1].", [("He left.", (1,))]),
        ("a\u200bb\u202ec [1].", [("abc.", (1,))]),
        ("", []),
        (
            "He ![x](http://a/?b) left [here](javascript:f(1)) <b>now</b> [1].",
            [("He x left here now.", (1,))],
        ),
    ],
)
def test_sentences_come_with_the_numbers_they_cite(
    text: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(one.text, one.numbers) for one in drafted(text)] == expected


def test_a_sentence_is_given_as_soon_as_the_next_begins_and_no_earlier() -> None:
    draft = Draft()
    assert draft.add("He left. [") == []
    assert draft.add("1") == []
    assert draft.add("] She") == [Written("He left.", (1,))]
    assert draft.end() == [Written("She", ())]


@given(st.lists(any_text | wordy_text, max_size=6))
def test_pieces_of_any_size_give_what_the_whole_text_gives_in_words(pieces: list[str]) -> None:
    whole = " ".join(one.text for one in drafted("".join(pieces)))
    parts = " ".join(one.text for one in drafted(*pieces))
    assert parts.replace(" ", "") == whole.replace(" ", "")


def test_a_text_without_an_end_is_cut() -> None:
    assert all(len(one.text) <= 4_000 for one in drafted(*["word " * 500] * 20))
