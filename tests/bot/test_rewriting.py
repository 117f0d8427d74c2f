import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rewriting import MOST_PHRASES, composed, is_open, phrases
from bot.tagging import Tagged
from bot.terms import tokens


def tag(text: str, sure: str, item: int = 0) -> list[Tagged]:
    """Every word of `text`, with 0.9 for those of `sure` and 0.1 for the others."""
    return [Tagged(item, word, 0.9 if word.text in sure.split() else 0.1) for word in tokens(text)]


def test_words_that_belong_together_are_one_phrase_across_small_words() -> None:
    text = "Zappa and the Mothers of Invention played in Oban"
    found = phrases([text], tag(text, "Zappa Mothers Invention"))
    assert [phrase.text for phrase in found] == ["Zappa and the Mothers of Invention"]


def test_nothing_is_taken_up_twice_and_the_longer_form_wins() -> None:
    history = ["Who is Angus Reid?", "Reid is a mason in Leith."]
    needed = [*tag(history[0], "Angus Reid"), *tag(history[1], "Reid Leith", 1)]
    assert {phrase.text for phrase in phrases(history, needed)} == {"Angus Reid", "Leith"}


@given(st.text("ab ", max_size=60))
def test_phrases_are_few_and_stand_in_the_history(text: str) -> None:
    needed = [Tagged(0, word, 0.6 + n / 1000) for n, word in enumerate(tokens(text))]
    found = phrases([text], needed)
    assert len(found) <= MOST_PHRASES and all(phrase.text in text for phrase in found)


@pytest.mark.parametrize(
    ("question", "stands", "standalone"),
    [
        ("When did he sail?", "he", "When did Angus Reid sail?"),
        ("Where is his boat?", "his", "Where is Angus Reid's boat?"),
        ("When was the boat sold?", "boat", "When was the boat sold (Angus Reid)?"),
        ("Tell me more", "", "Tell me more (Angus Reid)"),
        ("When did Angus Reid sail?", "", "When did Angus Reid sail?"),
    ],
)
def test_a_pronoun_gives_way_to_what_it_stands_for(
    question: str, stands: str, standalone: str
) -> None:
    taken = phrases(["Who is Angus Reid?"], tag("Who is Angus Reid?", "Angus Reid"))
    assert composed(question, taken, tag(question, stands, -1)) == standalone


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did he sail?", True),
        ("What happened next?", True),
        ("Who else called for a strike?", True),
        ("Where did Angus Reid sail?", False),
        ("How deep is Loch Ness?", False),
    ],
)
def test_a_question_with_a_name_and_no_pronoun_is_complete(question: str, expected: bool) -> None:
    assert is_open(question) is expected
