import pytest

from bot.composition.kinds.text.sentences import is_whole, loose, near_duplicate, without_marks
from index.text.article import Span


@pytest.mark.parametrize(
    "text",
    [
        "# A heading of seven words or so.",
        "Why did the mayor leave the town?",
        "Mayor leaves the town in a hurry",
        "Mayor leaves the town in a great hurry ...",
        "Image: the mayor leaves the town in a hurry.",
        "Ada Pell/AP People stand around a bridge in Oban on Monday.",
        "Ada Pell/Some Agency People stand around a bridge in Oban on Monday.",
        "Too short.",
    ],
)
def test_headings_captions_and_questions_are_no_statements(text: str) -> None:
    assert not is_whole(text)


def test_statements_are() -> None:
    assert is_whole("The mayor left the town on Monday.")
    assert is_whole("The AP and Reuters reported that the mayor left the town.")
    assert is_whole("“I will not leave this town,” the mayor said.")


def test_sentences_may_hang_on_the_one_before() -> None:
    assert loose("He left the town on Monday.")
    assert loose("Russia had bombed the city too.")
    assert not loose("The mayor left the town on Monday.")


def test_near_duplicates_are_told_by_meaning_or_words() -> None:
    assert near_duplicate("One thing.", "Another matter.", 0.95)
    assert near_duplicate(
        "The mayor left the town today", "The mayor left the town today, all said", 0.5
    )
    assert not near_duplicate(
        "The mayor left the town today", "A fire broke out in the harbour", 0.5
    )


def test_the_mark_of_a_list_is_not_shown() -> None:
    assert without_marks("2. Putin called for it.", Span(0, 23)) == Span(3, 23)
    assert without_marks("Putin called for it.", Span(0, 20)) == Span(0, 20)
