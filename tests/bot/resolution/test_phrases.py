"""Which words of the history are taken together, and how much of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.english.words import tokens
from bot.resolution.phrases import LEAST, MOST_PHRASES, NEEDED, SHARE, find_phrases
from bot.resolution.tagger import Tagged


def tag(text: str, sure: str, item: int = 0, probability: float = 0.9) -> list[Tagged]:
    """Every word of `text`, with `probability` for those of `sure` and 0.1 for the others."""
    marked = sure.split()
    return [
        Tagged(item, word, probability if word.text in marked else 0.1) for word in tokens(text)
    ]


@pytest.mark.parametrize(
    ("text", "sure", "expected"),
    [
        (
            "Zappa and the Mothers of Invention played in Oban",
            "Zappa Mothers Invention",
            "Zappa and the Mothers of Invention",
        ),
        ("Where was the G20 summit?", "G20 summit", "the G20 summit"),
        ("The ferry left Oban", "ferry", "the ferry"),
        ("What is Obama's plan?", "Obama's", "Obama"),
        ("Who let the Syrian refugees in?", "Syrian", "the Syrian refugees"),
        ("What did the Syrian say?", "Syrian say", "the Syrian"),
    ],
)
def test_a_phrase_is_taken_whole(text: str, sure: str, expected: str) -> None:
    assert [phrase.text for phrase in find_phrases([text], tag(text, sure))] == [expected]


def test_words_of_two_sentences_or_items_are_two_phrases() -> None:
    text = "Reid.\n\n“Muir sails” [1]"
    assert {p.text for p in find_phrases([text], tag(text, "Reid Muir"))} == {"Reid", "Muir"}
    history = ["Where is Oban", "Leith"]
    needed = [*tag(history[0], "Oban"), *tag(history[1], "Leith", 1)]
    assert {(p.text, p.item) for p in find_phrases(history, needed)} == {("Oban", 0), ("Leith", 1)}


def test_no_phrase_is_taken_twice_and_the_longer_form_wins() -> None:
    history = ["Who is Angus Reid?", "Reid is a mason in Leith."]
    needed = [*tag(history[0], "Angus Reid"), *tag(history[1], "Reid Leith", 1)]
    assert {phrase.text for phrase in find_phrases(history, needed)} == {"Angus Reid", "Leith"}


def test_the_most_probable_comes_first_and_of_equals_the_newer() -> None:
    history = ["Oban", "Leith", "Troon"]
    needed = [
        *tag("Oban", "Oban", 0, 0.8),
        *tag("Leith", "Leith", 1, 0.8),
        *tag("Troon", "Troon", 2, 0.7),
    ]
    assert [p.text for p in find_phrases(history, needed)] == ["Leith", "Oban", "Troon"]


def test_where_no_word_is_sure_the_surest_are_taken_unless_all_are_improbable() -> None:
    text = "Reid met Muir in Oban"
    by_word = {"Reid": 0.45, "Muir": 0.45 * SHARE + 0.01, "Oban": 0.45 * SHARE - 0.01}
    needed = [Tagged(0, word, by_word.get(word.text, 0.1)) for word in tokens(text)]
    assert all(one.probability < NEEDED for one in needed)
    assert {phrase.text for phrase in find_phrases([text], needed)} == {"Reid", "Muir"}
    assert find_phrases([text], tag(text, "Reid Muir", probability=LEAST - 0.01)) == []


def test_stop_words_alone_are_no_phrase() -> None:
    text = "What was it about them?"
    assert find_phrases([text], tag(text, text)) == []


@given(st.text("ab ", max_size=60))
def test_phrases_are_few_and_stand_in_the_history(text: str) -> None:
    needed = [Tagged(0, word, 0.6 + n / 1000) for n, word in enumerate(tokens(text))]
    found = find_phrases([text], needed)
    assert len(found) <= MOST_PHRASES and all(phrase.text in text for phrase in found)
