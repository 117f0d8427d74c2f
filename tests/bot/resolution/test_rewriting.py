import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.english.words import tokens
from bot.resolution.rewriting import (
    MOST_PHRASES,
    find_phrases,
    insert_phrases,
    is_open,
    is_question,
)
from bot.resolution.tagger import Tagged


def tag(text: str, sure: str, item: int = 0) -> list[Tagged]:
    """Every word of `text`, with 0.9 for those of `sure` and 0.1 for the others."""
    return [Tagged(item, word, 0.9 if word.text in sure.split() else 0.1) for word in tokens(text)]


def test_words_that_belong_together_are_one_phrase_across_small_words() -> None:
    text = "Zappa and the Mothers of Invention played in Oban"
    found = find_phrases([text], tag(text, "Zappa Mothers Invention"))
    assert [phrase.text for phrase in found] == ["Zappa and the Mothers of Invention"]


def test_what_a_sentence_or_a_quote_sets_apart_is_no_phrase() -> None:
    text = "Reid.\n\n“Muir sails” [1]"
    assert {p.text for p in find_phrases([text], tag(text, "Reid Muir"))} == {"Reid", "Muir"}


@pytest.mark.parametrize(
    ("question", "said", "expected"),
    [
        ("What did they eat?", "Oban", "What did they eat (Oban)?"),
        ("When was he born?", "ISIS", "When was he born (ISIS)?"),
        ("When did he say it?", "Angus", "When did Angus say it?"),
    ],
)
def test_a_pronoun_does_not_give_way_to_what_it_cannot_stand_for(
    question: str, said: str, expected: str
) -> None:
    taken = find_phrases([said], tag(said, said))
    assert insert_phrases(question, taken, tag(question, "they he it", -1)) == expected


def test_talk_and_search_terms_take_up_nothing() -> None:
    talk = [
        "Are you sure?",
        "thanks a lot",
        "Russian jet crash bomb",
        "Days later?",
        "Who won?",
    ]
    assert [is_question(text) for text in talk] == [False, False, False, True, True]


def test_nothing_is_taken_up_twice_and_the_longer_form_wins() -> None:
    history = ["Who is Angus Reid?", "Reid is a mason in Leith."]
    needed = [*tag(history[0], "Angus Reid"), *tag(history[1], "Reid Leith", 1)]
    assert {phrase.text for phrase in find_phrases(history, needed)} == {"Angus Reid", "Leith"}


@given(st.text("ab ", max_size=60))
def test_phrases_are_few_and_stand_in_the_history(text: str) -> None:
    needed = [Tagged(0, word, 0.6 + n / 1000) for n, word in enumerate(tokens(text))]
    found = find_phrases([text], needed)
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
    taken = find_phrases(["Who is Angus Reid?"], tag("Who is Angus Reid?", "Angus Reid"))
    assert insert_phrases(question, taken, tag(question, stands, -1)) == standalone


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did he sail?", True),
        ("What happened next?", True),
        ("Who else called for a strike?", True),
        ("Where did Angus Reid sail?", False),
        ("Did Angus Reid sell his boat?", False),
        ("When did Angus Reid say he would sail?", False),
        ("Who said that Angus Reid must sail?", False),
        ("Is it true that Angus Reid sailed?", False),
        ("How long did it take to reach Loch Ness?", False),
        ("Is there a boat on Loch Ness?", False),
        ("Who was one of the sailors on Loch Ness?", False),
        ("Did Angus Reid attend that meeting?", True),
        ("Did Angus Reid see himself as its owner?", False),
        ("Did Angus Reid see her?", True),
        ("Did his brother sail with Angus Reid?", True),
        ("How deep is Loch Ness?", False),
    ],
)
def test_a_question_with_a_name_and_no_pronoun_is_complete(question: str, expected: bool) -> None:
    assert is_open(question) is expected
