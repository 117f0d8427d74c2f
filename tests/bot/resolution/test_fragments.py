"""Parts of questions: those that ask on, those that name something else, and whole questions."""

import pytest

from bot.answer import Answer
from bot.conversation import Turn
from bot.resolution.fragments import LONGEST_WHOLE, asks_instead, asks_on, is_whole, whole_before

ASKING_ON = ["Where?", "why?", "And where?", "By whom?", "From how many boats?", "How many?"]
INSTEAD = [
    "In Oban?",
    "Under Trump?",
    "After the storm?",
    "And Reid?",
    "and civilians?",
    "What about the injured?",
    "I meant the French one",
    "sorry, i meant the war in the north",
    "And at the start of the week in which the bank failed?",
    "And in the US?",
    "Not the Russians?",
]
WHOLE = [
    "In Oban, who left?",
    "In which year did it end?",
    "About 50 people died?",
    "For example?",
    "Under fire Reid resigned?",
    "For the whole town, it was over?",
    "on Reid",
    "And how did China react?",
    "And would he go along?",
    "And he left?",
    "How old is he?",
    "When was that?",
    "ok, where is Reid travelling next week?",
    "Which celebrities were sued by the bank?",
    "But is it true?",
    "and who's she?",
    "And if he goes, who will rule the town?",
    "",
    "?",
]


@pytest.mark.parametrize("question", ASKING_ON)
def test_a_question_word_alone_asks_on(question):
    assert asks_on(question)
    assert not asks_instead(question)


@pytest.mark.parametrize("question", INSTEAD)
def test_another_name_asks_the_same_about_it(question):
    assert asks_instead(question)
    assert not asks_on(question)


@pytest.mark.parametrize("question", WHOLE)
def test_a_whole_question_is_no_part(question):
    assert not asks_on(question)
    assert not asks_instead(question)


def turn(question, standalone=None):
    return Turn(question, Answer(question, standalone or question, "", "", True, None, 0.0))


def test_the_newest_whole_question_is_found_behind_parts_and_remarks():
    said = [
        turn("Who won, at last, in Leith?"),
        turn("When did it end?", "When did it end? (the Leith regatta)"),
        turn("And where?", "And where? (When did it end, the Leith regatta)"),
        turn("thanks"),
    ]
    assert whole_before(said) == ("When did it end", "the Leith regatta")
    assert whole_before(said[:1]) == ("Who won at last in Leith",)
    assert whole_before(said[2:]) == ()
    assert whole_before([*said[:1], turn("Where was that?")]) == ("Who won at last in Leith",)


def test_a_long_question_is_cut():
    (kept,) = whole_before([turn("Who won " + "x" * 900 + "?")])
    assert len(kept) == LONGEST_WHOLE


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("Where does Ann Reid live", True),
        ("Did the mayor resign", True),
        ("the mayor of Oban", False),
        ("Oban", False),
        ("When", False),
    ],
)
def test_a_whole_question_among_the_words_taken_is_known(words: str, whole: bool) -> None:
    assert is_whole(words) is whole
